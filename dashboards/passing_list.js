// Craft in a place: each a button, with its stays below; everything is set as text, never as markup.

const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

function head(row, choose) {
  const button = made("button", "wfp-craft");
  button.type = "button";
  const [title, name, far] = [made("span", "wfp-title"), made("b", "", row.name), made("span", "wfp-far", row.far)];
  const swatch = made("i", "");
  swatch.style.background = row.colour;
  title.append(swatch, name, far);
  button.append(title, made("span", "wfp-line", row.says), made("span", "wfp-line wfp-when", row.when));
  button.setAttribute("aria-label", `${row.name}: ${row.says}. Show its track`);
  button.onclick = () => choose(row.craft);
  return button;
}

function stays(row) {
  const details = made("details", "");
  const list = made("ol", "");
  list.append(...row.stays.map((text) => made("li", "", text)));
  details.append(made("summary", "", row.stayed), list);
  return details;
}

export function render({ model, el }) {
  const list = made("ol", "wfp-list");
  el.append(list);
  const draw = () => {
    list.setAttribute("aria-label", model.label);
    const rows = model.rows.map((row) => {
      const item = made("li", "");
      item.append(head(row, (craft) => model.send_msg({ craft })));
      if (row.stays.length) item.append(stays(row));
      item.append(made("span", "wfp-label", row.label));
      return item;
    });
    list.replaceChildren(...(rows.length ? rows : model.nothing ? [made("li", "wfp-none", model.nothing)] : []));
  };
  model.on("rows", draw);
  model.on("nothing", draw);
  draw();
}
