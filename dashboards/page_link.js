// The address is the view: copied for a colleague, who sees of it what they may see.
const { copyText } = await import(new URL("/assets/elements.js", document.baseURI).href);
const SAID_MS = 4000;

export function render({ el }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "wfl-copy";
  button.title = "Copy the link to this view; whoever opens it sees what they may see of it";
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  said.textContent = "Copy link";
  button.append(said);
  let timer = 0;
  button.onclick = async () => {
    clearTimeout(timer);
    // whoever opens it is told that they may see other counts: see SENT in explore.py
    const address = new URL(location.href);
    address.searchParams.set("sent", "1");
    await copyText(address.href);
    said.textContent = "Copied";
    timer = setTimeout(() => { said.textContent = "Copy link"; }, SAID_MS);
  };
  el.append(button);
  return () => clearTimeout(timer);
}
