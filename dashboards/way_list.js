// A craft's voyages, and its positions that cleaning left out: both unfold. Everything is set as text, never as markup.
// A voyage is asked of the page; a position left out is shown by the map itself, which hears "wf-held-place" and "wf-left-out".

const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

const NEAR_ZOOM = 8;
const tell = (name, detail) => window.dispatchEvent(new CustomEvent(name, { detail }));

function row(title, when, says, see) {
  const item = made("li", "");
  const button = made("button", "wfw-row", "", { type: "button", title: "Show it on the map" });
  const head = made("span", "wf-row-head");
  head.append(made("span", "wf-row-title", title), made("span", "wf-when", when));
  button.append(head, made("span", "wf-row-place", says));
  button.onclick = see;
  item.append(button);
  return item;
}

function folded(title, hint, parts) {
  const fold = made("details", "wfw-fold");
  fold.append(made("summary", "", title), made("p", "wf-hint", hint), ...parts);
  return fold;
}

function listed(rows) {
  const list = made("ol", "wf-rows");
  list.append(...rows);
  return list;
}

export function render({ model, el }) {
  const body = made("div", "wfw-body");
  el.append(body);
  const shown = made("input", "", "", { type: "checkbox" });
  const label = made("label", "wfw-show");
  label.append(shown, "Show them on the map");
  let isHeld = false;
  // a ring that somebody else holds stays
  const hold = (place) => {
    if (place || isHeld) tell("wf-held-place", place);
    isHeld = place !== null;
  };
  const show = () => tell("wf-left-out", shown.checked ? model.told.points : null);
  shown.onchange = show;

  const draw = () => {
    const { voyages, left, ...says } = model.told;
    // of another craft nothing is shown until it is asked for
    shown.checked = false;
    show();
    hold(null);
    const folds = [];
    if (says.voyages_title) {
      const see = (voyage) => {
        hold(null);
        model.send_msg({ voyage });
      };
      const rows = voyages.map((one, voyage) => row(one.title, one.when, one.says, () => see(voyage)));
      folds.push(folded(says.voyages_title, says.voyages_hint, [listed(rows)]));
    }
    if (left.length) {
      const rows = left.map(({ why, when, place, lon, lat }) =>
        row(why, when, place, () => hold({ lon, lat, metres: 0, zoom: NEAR_ZOOM })));
      folds.push(folded(says.left_title, says.left_hint, [label, listed(rows)]));
    } else if (says.left_title) folds.push(made("p", "wf-hint wfw-none", says.left_title));
    body.replaceChildren(...folds);
  };
  model.on("told", draw);
  model.on("remove", () => {
    tell("wf-left-out", null);
    hold(null);
  });
  draw();
}
