// A button that opens or closes a panel; the browser remembers it for the next page. On a laptop the left panel makes
// room while the evidence is wide; on a telephone both sides are closed at first, for the map, and a panel opens by
// itself for what is tapped.
const { pageZoom } = await import(new URL("/assets/elements.js", document.baseURI).href);
const LAPTOP_PX = 1500, TELEPHONE_PX = 700;
const isNarrower = (pixels) => innerWidth / pageZoom() < pixels;
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
  // not by the reader's hand: it is not remembered
  let gaveWay = false;
  const giveWay = ({ detail: isWide }) => {
    if (isWide ? !(model.is_open && isNarrower(LAPTOP_PX)) : !gaveWay) return;
    gaveWay = isWide;
    model.is_open = !isWide;
  };
  const askRoom = () => window.dispatchEvent(new CustomEvent("wf-room", { detail: model.is_open }));
  const turn = () => {
    gaveWay = false;
    model.is_open = !model.is_open;
    localStorage.setItem(key, model.is_open ? "open" : "closed");
  };
  // nor is what a tap on a telephone's map opens
  const bring = (message) => {
    const { brings } = message.data ?? message;
    if (isNarrower(TELEPHONE_PX) && model.is_open !== brings) model.is_open = brings;
  };
  const asked = (event) => { if (event.detail === model.panel) turn(); };

  button.onclick = turn;
  model.on("is_open", show);
  model.on("msg:custom", bring);
  window.addEventListener("wf-fold", asked);
  const kept = localStorage.getItem(key);
  const isSide = model.panel !== "wide";
  const atFirst = kept ? kept === "open" : model.is_open && !(isSide && isNarrower(TELEPHONE_PX));
  if (atFirst !== model.is_open) model.is_open = atFirst;
  if (model.panel === "left") window.addEventListener("wf-room", giveWay);
  if (!isSide) {
    model.on("is_open", askRoom);
    if (model.is_open) requestAnimationFrame(askRoom);
  }
  el.append(button);
  show();
  return () => {
    window.removeEventListener("wf-fold", asked);
    window.removeEventListener("wf-room", giveWay);
  };
}
