// What a craft did: each a button that leads to its place and time on the map; everything is set as text, never as markup.

const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

function place(row, see) {
  const button = made("button", "wfe-event", "", { type: "button", title: "Show it on the map" });
  const head = made("span", "wf-row-head");
  head.append(made("span", "wf-row-title", row.kind), made("span", "wf-when", row.when));
  button.append(head, made("span", "wf-row-place", [row.place, ...row.evidence].join(" · ")));
  button.onclick = see;
  return button;
}

// the address is for a new tab; in this one the page stays and shows the other craft
function other(row, choose) {
  const said = made("p", "wf-row-place", "with ");
  const link = made("a", "", row.called, { href: row.link });
  link.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    choose();
  };
  said.append(link);
  return said;
}

export function render({ model, el }) {
  const list = made("ol", "wf-rows", "", { "aria-label": "What this craft did" });
  el.append(list);
  const draw = () => {
    const rows = model.rows.map((row, event) => {
      const item = made("li", "");
      item.append(place(row, () => model.send_msg({ event, wants: "place" })));
      if (row.other !== null) item.append(other(row, () => model.send_msg({ event, wants: "craft" })));
      const marks = made("p", "wf-row-marks");
      marks.append(made("span", "wf-grade", row.preset, { title: "By which limits it was found" }), made("span", "wf-label", row.label));
      item.append(marks);
      return item;
    });
    list.replaceChildren(...(rows.length ? rows : model.nothing ? [made("li", "wf-none", model.nothing)] : []));
  };
  model.on("rows", draw);
  model.on("nothing", draw);
  draw();
}
