// The bar above the card of an opened record: it brings the card into sight, shows its place on the map, and closes it.

const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

const NEAR_ZOOM = 11;
const FAR_ZOOM = 7;
// a place that is known no better than this is looked at from further away
const ROUGH_M = 5_000;

export class RecordBar {
  // close(): heard when the hand is done with the card
  constructor(close) {
    this.close = close;
    this.root = made("div", "wft-bar", "", { role: "group", tabindex: "-1" });
    this.root.hidden = true;
    this.named = made("b", "wft-bar-name");
    this.onMap = this.button("Show on map", () => this.showPlace());
    this.root.append(this.named, this.onMap, this.button("Close", () => this.close()));
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
  }

  button(text, does) {
    const one = made("button", "", text, { type: "button" });
    one.onclick = does;
    return one;
  }

  show(row) {
    this.row = row;
    this.root.hidden = false;
    this.named.textContent = `Record of ${row.when.slice(0, 10)}`;
    this.root.setAttribute("aria-label", `${row.what}, ${row.when}`);
    this.onMap.disabled = !row.at;
    this.onMap.title = row.at ? "Fly to its place and mark it" : "Nobody knows where it was";
    this.root.focus({ preventScroll: true });
    this.bring();
  }

  // the list above it and the card below: the bar stands between them
  bring() {
    if (this.root.hidden) return;
    requestAnimationFrame(() => requestAnimationFrame(() => this.root.scrollIntoView({ block: "center" })));
  }

  hide() {
    this.root.hidden = true;
    this.tell(null);
  }

  showPlace() {
    const [lon, lat, metres] = this.row.at;
    this.tell({ lon, lat, metres, zoom: metres > ROUGH_M ? FAR_ZOOM : NEAR_ZOOM });
  }

  tell(held) {
    window.dispatchEvent(new CustomEvent("wf-held-place", { detail: held }));
  }
}
