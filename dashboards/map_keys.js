// The map's own keys, in the page's register of keys.

import { bindKey } from "./keys.js";

// first(event): whether a tool or the playback takes a key while the map has the focus. cross: marks the middle.
export function bindMapKeys({ el, look, home, ask, cross, first }) {
  const bind = (keys, title, call) => bindKey({
    keys, title, group: "Map", within: el,
    run: () => {
      cross.hidden = false;
      call();
    },
  });
  bind(["ArrowLeft"], "Move west", () => look.shift(-1, 0));
  bind(["ArrowRight"], "Move east", () => look.shift(1, 0));
  bind(["ArrowUp"], "Move north", () => look.shift(0, 1));
  bind(["ArrowDown"], "Move south", () => look.shift(0, -1));
  bind(["+", "="], "Nearer", () => look.nearer(1));
  bind(["-"], "Wider", () => look.nearer(-1));
  bind(["0"], "The whole selection, or the view that the page opens on", home);
  bind(["Enter"], "What is at the middle of the map", ask);
  el.addEventListener("keydown", (event) => {
    if (event.target === el && first(event)) event.preventDefault();
  });
}
