// Numbers, each of which copies itself as a citation when it is pressed; "y" copies the one with the focus, or the first.

const { bindKey } = await import(new URL("/assets/keys.js", document.baseURI).href);
const { copyText, made } = await import(new URL("/assets/elements.js", document.baseURI).href);
const SHOWN_MS = 2500;

export function render({ model, el }) {
  const row = made("div", "wfe-numbers");
  const said = made("p", "wfe-said");
  said.setAttribute("role", "status");
  el.append(row, said);
  let hiding = null;

  const cite = async (number) => {
    const link = number.citation.replace(/^Link: \//m, `Link: ${location.origin}/`);
    await copyText(link);
    said.textContent = `Copied as a citation: ${number.value} ${number.unit}`;
    clearTimeout(hiding);
    hiding = setTimeout(() => { said.textContent = ""; }, SHOWN_MS);
  };

  const draw = () => row.replaceChildren(...model.numbers.map((number) => {
    const button = made("button", number.is_rough ? "wfe-number wfe-rough" : "wfe-number");
    button.type = "button";
    button.title = `${number.title}\nCopy as a citation`;
    button.append(made("b", "", number.value), made("span", "", number.unit), made("i", "", "cite"));
    button.setAttribute("aria-label", `${number.value} ${number.unit}. ${number.title}. Copy as a citation`);
    button.onclick = () => cite(number);
    return button;
  }));

  const focused = () => [...row.children].indexOf(el.getRootNode().activeElement);
  const unbind = bindKey({
    keys: ["y"], title: "Copy a number of the evidence as a citation", group: "Evidence",
    when: () => model.numbers.length > 0 && el.checkVisibility?.() !== false,
    run: () => cite(model.numbers[Math.max(0, focused())]),
  });
  model.on("numbers", draw);
  draw();
  return unbind;
}
