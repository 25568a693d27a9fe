// The page's part of the register of keys: what Python binds, and the list behind "?". See keys.js.

const { bindKey, boundKeys, onKeys } = await import(new URL("/assets/keys.js", document.baseURI).href);
const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);
const { turnTo } = await import(new URL("/assets/page_parts.js", document.baseURI).href);

const SHOWN = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", "-": "−", Escape: "Esc" };
const [TIMELINE, PLAY, COMPARE] = ["Timeline, once it is pressed", "Play", "Compare by swipe, at its handle"];
const ORDER = ["Page", "Search", "Map", "Map tools", "Filters", TIMELINE, PLAY, COMPARE];
// keys that parts hear themselves, while they have the focus
const OF_PARTS = [
  [TIMELINE, ["ArrowLeft", "ArrowRight"], "Period a step earlier or later; hours where the view is narrow"],
  [TIMELINE, ["Shift+ArrowLeft", "Shift+ArrowRight"], "Period shorter or longer"],
  [TIMELINE, ["+", "-"], "Look at less or more time"],
  [TIMELINE, ["0"], "All that is known"],
  [TIMELINE, ["Enter"], "Look at the period"],
  [PLAY, ["Space"], "Play or pause"],
  [PLAY, ["[", "]"], "A step back or on"],
  [PLAY, ["Escape"], "End"],
  [COMPARE, ["ArrowLeft", "ArrowRight"], "Move the line between the periods"],
  [COMPARE, ["Home", "End"], "One period alone"],
];
const rank = (group) => (ORDER.includes(group) ? ORDER.indexOf(group) : ORDER.length);

function written(key) {
  const shown = made("span", "wfk-key");
  const parts = key.length > 1 ? key.split("+") : [key];
  parts.forEach((part) => shown.append(made("kbd", "", SHOWN[part] ?? (parts.length > 1 && part.length === 1 ? part.toUpperCase() : part))));
  return shown;
}

// the other case of a letter, and = for + without Shift, work but need not be read
const isSame = (key, first) => key !== first && (key.toLowerCase() === first.toLowerCase() || key === "=");

function section(group, entries) {
  const part = made("section", "");
  const list = made("dl", "");
  entries.forEach((entry) => {
    const keys = made("dt", "");
    keys.append(...entry.keys.filter((key) => !isSame(key, entry.keys[0])).map(written));
    list.append(keys, made("dd", "", entry.title));
  });
  part.append(made("h3", "", group), list);
  return part;
}

function fill(body) {
  const groups = Map.groupBy(boundKeys().filter((one) => one.title), (one) => one.group ?? "Page");
  const names = [...groups.keys()].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  body.replaceChildren(...names.map((name) => section(name, groups.get(name))));
}

export function render({ model, el }) {
  const sheet = made("dialog", "wfk-sheet");
  const title = made("h2", "", "Keys");
  const close = made("button", "wfk-close", "×");
  const body = made("div", "wfk-body");
  title.id = "wfk-title";
  close.type = "button";
  close.setAttribute("aria-label", "Close");
  sheet.setAttribute("aria-labelledby", title.id);
  sheet.append(title, close, body);
  el.append(sheet);
  close.onclick = () => sheet.close();
  sheet.onclick = (event) => { if (event.target === sheet) sheet.close(); };
  const show = () => {
    if (sheet.open) return sheet.close();
    fill(body);
    sheet.showModal();
  };
  onKeys(() => { if (sheet.open) fill(body); });
  const fold = (panel) => () => window.dispatchEvent(new CustomEvent("wf-fold", { detail: panel }));
  const unbind = [
    bindKey({ keys: ["?"], title: "Show or hide this list", group: "Page", run: show }),
    bindKey({ keys: ["Escape"], title: "Close what is open, leave a tool", group: "Page" }),
    bindKey({ keys: ["F6"], title: "On to the bar, the layers, the map, the timeline, the evidence; with Shift back", group: "Page",
      run: (event) => turnTo(event.shiftKey ? -1 : 1, event.composedPath()) }),
    bindKey({ keys: ["l", "L"], title: "Layers and filters: open or close", group: "Page", run: fold("left") }),
    bindKey({ keys: ["r", "R"], title: "Evidence: open or close", group: "Page", run: fold("right") }),
    bindKey({ keys: ["w", "W"], title: "Wide evidence", group: "Page", run: fold("wide") }),
    ...OF_PARTS.map(([group, keys, title]) => bindKey({ keys, title, group })),
  ];

  let own = [];
  const bind = () => {
    own.forEach((call) => call());
    own = model.keys.map(({ keys, title: named, group, name }) =>
      bindKey({ keys, title: named, group, run: () => model.send_msg({ kind: "key", name }) }));
  };
  model.on("keys", bind);
  model.on("remove", () => [...own, ...unbind].forEach((call) => call()));
  bind();
}
