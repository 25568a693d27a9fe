// How many have arrived in watched areas, as one quiet button; a press shows the first of them.

const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

export function render({ model, el }) {
  const button = made("button", "alert", "", { type: "button" });
  const place = made("span", "place", "", { role: "status" });
  place.append(button);
  button.onclick = () => model.send_msg({ kind: "show" });
  el.append(place);
  const draw = () => {
    button.hidden = !model.n;
    button.textContent = `${model.n.toLocaleString("en")} new`;
    button.title = `${model.words}. Press to show them; they then count as looked at.`;
    button.setAttribute("aria-label", `${model.n} new in watched areas. ${model.words}`);
  };
  model.on(["n", "words"], draw);
  draw();
}
