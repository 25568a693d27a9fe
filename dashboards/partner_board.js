// Partners' layers: a switch, an opacity and a legend for each, and the form that adds a file. All texts are set as
// text, never as markup.

const { askedTwice, made, tlpChip } = await import(new URL("/assets/elements.js", document.baseURI).href);

function slider(row, send) {
  const input = made("input", "", "", { type: "range", min: 5, max: 100, step: 5, "aria-label": `Opacity of ${row.title}` });
  const percent = made("output", "");
  const say = () => {
    percent.textContent = `${input.value} %`;
    input.style.setProperty("--share", `${((input.value - 5) / 95) * 100}%`);
  };
  input.value = row.opacity;
  input.oninput = say;
  input.onchange = () => send({ act: "opacity", code: row.code, opacity: Number(input.value) });
  say();
  return [input, percent];
}

const removal = (row, send) =>
  askedTwice({ title: "Remove", sure: "Remove for all?", name: row.title }, () => send({ act: "remove", code: row.code }));

function legend(row, send) {
  const below = made("div", "legend");
  const head = made("p", "legend-head");
  const swatch = made("i", row.below ? "swatch picture" : "swatch");
  if (row.colour) swatch.style.setProperty("--colour", row.colour);
  head.append(swatch, made("span", "", row.what), tlpChip(row));
  below.append(head);
  if (row.status) below.append(made("p", row.is_stale ? "status stale" : "status", row.status, { role: "status" }));
  below.append(...row.lines.map((line) => made("p", "line", line)));
  if (row.hash) below.append(made("p", "line hash", `SHA-256 ${row.hash}`));
  if (row.notes.length) {
    const notes = made("details", "notes");
    notes.append(made("summary", "", row.notes_title), ...row.notes.map((note) => made("p", "line", note)));
    below.append(notes);
  }
  const bar = made("div", "actions");
  if (row.has_place) {
    const fly = made("button", "", "Show all of it", { type: "button", "aria-label": `Show all of it: ${row.title}` });
    fly.onclick = () => send({ act: "fly", code: row.code });
    bar.append(fly);
  }
  if (row.may_remove) bar.append(removal(row, send));
  if (bar.childElementCount) below.append(bar);
  return below;
}

function entry(row, send) {
  const item = made("li", "layer", "", { "data-code": row.code });
  const head = made("div", "layer-switch");
  const label = made("label", "");
  const box = made("input", "", "", { type: "checkbox" });
  box.checked = row.is_on;
  box.onchange = () => send({ act: "switch", code: row.code, on: box.checked });
  label.append(box, made("span", "title", row.title));
  head.append(label, ...(row.is_on ? slider(row, send) : []));
  item.append(head);
  if (row.is_on) item.append(legend(row, send));
  return item;
}

// ------------------------------------------------------------ the form
function field(title, input) {
  const label = made("label", "field");
  label.append(made("span", "", title), input);
  return label;
}

function colourChoice(colours) {
  const group = made("fieldset", "colours");
  group.append(made("legend", "", "Colour"));
  group.append(...colours.map(({ code, hex }, index) => {
    const label = made("label", "", "", { title: code });
    const input = made("input", "", "", { type: "radio", name: "colour", value: code, "aria-label": code });
    input.checked = index === 0;
    const dot = made("i", "");
    dot.style.setProperty("--colour", hex);
    label.append(input, dot);
    return label;
  }));
  return group;
}

function formOf(shape, send) {
  const form = made("form", "form", "", { "aria-label": "Add a layer" });
  const file = made("input", "", "", { type: "file", name: "file", accept: shape.accept });
  const name = made("input", "", "", { type: "text", name: "name", maxlength: 200 });
  const label = made("select", "", "", { name: "label" });
  label.append(...shape.labels.map((one) => made("option", "", one.title, { value: one.id })));
  label.value = String(shape.first);
  const layer = made("input", "", "", { type: "text", name: "layer", maxlength: 200 });
  const which = field("Layer in the file", layer);
  which.hidden = true;
  const seen = made("p", "seen");
  const say = () => {
    const choice = shape.labels.find(({ id }) => String(id) === label.value);
    seen.replaceChildren(...(choice ? [tlpChip(choice), made("span", "", `Seen by ${choice.who}.`)] : []));
  };
  label.onchange = say;
  say();
  file.onchange = () => { if (!name.value && file.files[0]) name.value = file.files[0].name.replace(/\.[^.]+$/, ""); };
  const says = made("p", "said", "", { role: "alert" });
  const bar = made("div", "bar");
  const keep = made("button", "keep", "Add", { type: "submit" });
  const cancel = made("button", "", "Cancel", { type: "button" });
  cancel.onclick = () => send({ act: "cancel" });
  bar.append(keep, cancel);
  form.append(
    made("h2", "", "Add a layer"), field(`GeoJSON, GeoPackage, KML or zipped shapefile, up to ${shape.most >> 20} MB`, file), which,
    field("Name", name), field("Marking", label), seen, colourChoice(shape.colours), says, bar,
  );
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); cancel.click(); } });
  const refuse = (text) => {
    says.textContent = text;
    says.classList.add("fault");
    keep.disabled = false;
    if (text.includes("which layer is meant")) which.hidden = false;
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    const chosen = file.files[0];
    if (!chosen) return refuse("Choose a file.");
    if (chosen.size > shape.most) return refuse(`The file is larger than ${shape.most >> 20} MB.`);
    keep.disabled = true;
    says.classList.remove("fault");
    says.textContent = `Reading ${chosen.name}`;
    const colour = form.querySelector("input[name=colour]:checked").value;
    const given = new URLSearchParams({ file: chosen.name, name: name.value, label: label.value, colour, layer: layer.value });
    const headers = { "x-form-key": shape.form_key, "content-type": "application/octet-stream", accept: "application/json" };
    fetch(`/partner/layers?${given}`, { method: "POST", body: chosen, headers })
      .then(async (answer) => {
        const told = await answer.json();
        if (!answer.ok) return refuse(told.error ?? "The server refused the file.");
        send({ act: "added", code: told.id, n: told.n, set_aside: told.set_aside });
      })
      .catch(() => refuse("The connection was lost: try again."));
  };
  return form;
}

export function render({ model, el }) {
  const root = made("div", "board partners");
  el.append(root);
  const send = (message) => model.send_msg(message);
  const draw = () => {
    const active = root.getRootNode().activeElement;
    const held = active?.closest?.("li[data-code]")?.dataset.code;
    const before = root.querySelector("form");
    const form = model.form.labels ? (before && before.shape === model.form ? before : formOf(model.form, send)) : null;
    if (form) form.shape = model.form;
    const head = made("header", "");
    head.append(made("h2", "", "Partner layers"), made("span", "n", model.rows.length ? String(model.rows.length) : ""));
    const add = made("button", "add", "Add a layer…", { type: "button" });
    add.onclick = () => send({ act: "form" });
    const adds = made("div", "adds");
    if (model.may_add && !form) adds.append(add);
    const says = made("p", model.is_fault ? "said fault" : "said", model.says, { role: "status" });
    const list = made("ul", "", "", { "aria-label": "Partner layers" });
    const none = made("li", "none", "None yet. Others' zones, charts and sightings are shown here for reference; they are never counted.");
    list.append(...(model.rows.length ? model.rows.map((row) => entry(row, send)) : [none]));
    root.replaceChildren(head, adds, ...(form ? [form] : []), ...(model.says ? [says] : []), list);
    if (form && form !== before) {
      form.scrollIntoView({ block: "nearest" });
      form.querySelector("input")?.focus({ preventScroll: true });
    }
    // rows are drawn anew: the hand stays where it was
    if (held && active.type) root.querySelector(`li[data-code="${held}"] input[type="${active.type}"]`)?.focus();
  };
  model.on(["rows", "form", "says", "is_fault", "may_add"], draw);
  draw();
}
