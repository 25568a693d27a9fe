// The keys of a page: one register, by which they work and from which the list behind "?" is drawn.
//
//   import { bindKey } from "/assets/keys.js"
//   const unbind = bindKey({ keys: ["u"], title: "Undo", group: "Filters", run: () => ... });
//
// keys: as they are written, "u", "U", "?", "ArrowLeft", "Space", "Ctrl+z"; the first one is shown first.
// within: an element; the key then works only while the focus is in it, or nowhere.
// when(): whether it does anything now; of several for one key the one that was bound last and may act does.
// run(event): what it does; without it the key is only listed, for parts that hear their keys themselves.
// No key acts while somebody writes, but for Escape, F6 and those with Ctrl.

const bound = [];
const heard = new Set();

export function bindKey(entry) {
  bound.push(entry);
  tell();
  return () => {
    bound.splice(bound.indexOf(entry), 1);
    tell();
  };
}

export const boundKeys = () => [...bound];
export const onKeys = (call) => heard.add(call);
const tell = () => heard.forEach((call) => call());

export function written(event) {
  const key = event.key === " " ? "Space" : event.key;
  if (event.altKey) return `Alt+${key}`;
  return event.ctrlKey || event.metaKey ? `Ctrl+${event.shiftKey ? "Shift+" : ""}${key.toLowerCase()}` : key;
}

const WRITTEN_IN = "textarea, select, [contenteditable=true], " +
  "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit])";
const PRESSED = "button, a[href], summary, [role=button], [role=option], [role=tab], [role=slider], [role=checkbox], input";
// while somebody writes, too
const ALWAYS = new Set(["Escape", "F6"]);
// what controls do with these keys is theirs
const OF_CONTROLS = new Set(["Enter", "Space", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown"]);

function chosen(event) {
  const key = written(event);
  const path = event.composedPath();
  const at = path[0] instanceof Element ? path[0] : document.body;
  if (at.matches(WRITTEN_IN) && !ALWAYS.has(key) && !key.startsWith("Ctrl+")) return undefined;
  if (OF_CONTROLS.has(key) && at.matches(PRESSED)) return undefined;
  // what lies over the page closes by itself, and alone
  if (key === "Escape" && path.some((one) => one instanceof Element && one.matches("dialog[open], :popover-open"))) return undefined;
  const isNowhere = at === document.body || at === document.documentElement;
  return bound.findLast((one) => one.run && one.keys.includes(key)
    && (!one.within || isNowhere || path.includes(one.within)) && (one.when?.() ?? true));
}

// in the bubbling phase: a part that has taken a key and prevented what it does by itself comes first
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const one = chosen(event);
  if (!one) return;
  event.preventDefault();
  one.run(event);
});
