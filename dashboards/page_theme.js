// Dark or light: the whole document's variables, at once. This browser keeps what was chosen, for every page: see
// theme_kept.js.
const KEPT = "wf-theme";
const MOON = "M13 9.6A5.4 5.4 0 0 1 6.4 3a5.4 5.4 0 1 0 6.6 6.6z";
const SUN = "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z M8 1.5v1.6 M8 12.9v1.6 M1.5 8h1.6 M12.9 8h1.6 M3.4 3.4l1.1 1.1 M11.5 11.5l1.1 1.1 M3.4 12.6l1.1-1.1 M11.5 4.5l1.1-1.1";
const SVG = "http://www.w3.org/2000/svg";

export function render({ model, el }) {
  const button = document.createElement("button");
  button.type = "button";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  svg.append(line);
  button.append(svg);

  const show = () => {
    const isDark = model.theme === "dark";
    document.documentElement.dataset.theme = model.theme;
    line.setAttribute("d", isDark ? SUN : MOON);
    button.title = isDark ? "Light, as for a briefing" : "Dark";
    button.setAttribute("aria-label", button.title);
  };
  const turn = () => {
    model.theme = model.theme === "dark" ? "light" : "dark";
    localStorage.setItem(KEPT, model.theme);
  };
  const asked = () => turn();

  button.onclick = turn;
  model.on("theme", show);
  window.addEventListener("wf-theme", asked);
  el.append(button);
  const kept = localStorage.getItem(KEPT);
  if (kept === "dark" || kept === "light") model.theme = kept;
  show();
  return () => window.removeEventListener("wf-theme", asked);
}
