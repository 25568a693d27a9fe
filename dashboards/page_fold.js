// A button that opens or closes a panel; the browser remembers it for the next page.
const SVG = "http://www.w3.org/2000/svg";
const PICTURES = {
  left: "M2.5 3.5h11v9h-11z M6.5 3.5v9",
  right: "M2.5 3.5h11v9h-11z M9.5 3.5v9",
  wide: "M2.5 3.5h11v9h-11z M10 8H5.5 M7.2 6.2 5.4 8l1.8 1.8",
};

export function picture(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export function render({ model, el }) {
  const key = `wf-fold-${model.panel}`;
  const button = document.createElement("button");
  button.type = "button";
  button.append(picture(PICTURES[model.picture]));

  const show = () => {
    button.setAttribute("aria-pressed", String(model.is_open));
    button.setAttribute("aria-label", model.title);
    button.title = model.title;
  };
  const turn = () => {
    model.is_open = !model.is_open;
    localStorage.setItem(key, model.is_open ? "open" : "closed");
  };
  const asked = (event) => { if (event.detail === model.panel) turn(); };

  button.onclick = turn;
  model.on("is_open", show);
  window.addEventListener("wf-fold", asked);
  const kept = localStorage.getItem(key);
  if (kept && (kept === "open") !== model.is_open) model.is_open = kept === "open";
  el.append(button);
  show();
  return () => window.removeEventListener("wf-fold", asked);
}
