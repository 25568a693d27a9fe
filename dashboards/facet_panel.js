// Conditions on single seizures, group by group, each choice with how many it leaves. All is set as text.

const made = (name, className, text = "", attributes = {}) => {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};
const SHOWN = 8;
const counted = (n) => (n === null || n === undefined ? "" : n.toLocaleString("en-US"));

function choiceRow(group, choice, send) {
  const row = made("label", `wff-choice${choice.n === 0 && !choice.on ? " wff-none" : ""}`);
  const box = made("input", "", "", { type: group.kind === "one" ? "radio" : "checkbox", name: `wff-${group.name}` });
  box.checked = choice.on;
  box.setAttribute("aria-label", `${group.title}: ${choice.title}, leaves ${counted(choice.n)}`);
  box.dataset.value = choice.value;
  // a radio that is on is taken away by a second press
  box.onclick = () => { if (group.kind === "one" && choice.on) send({ kind: "choose", name: group.name, value: "", on: false }); };
  box.onchange = () => send({ kind: "choose", name: group.name, value: choice.value, on: box.checked });
  row.append(box, made("span", "wff-name", choice.title, { title: choice.title }), made("span", "wff-n", counted(choice.n)));
  return row;
}

function choices(group, memory, send) {
  const part = made("div", "wff-list");
  const draw = () => {
    const text = (memory.text ?? "").trim().toLowerCase();
    const found = group.choices.filter((one) => !text || one.title.toLowerCase().includes(text));
    const on = found.filter((one) => one.on);
    const off = found.filter((one) => !one.on);
    const shown = memory.all || text ? found : found.filter((one) => on.includes(one) || off.indexOf(one) < SHOWN - on.length);
    const rows = shown.map((one) => choiceRow(group, one, send));
    if (shown.length < found.length) {
      const more = made("button", "wff-more", `${found.length - shown.length} more`, { type: "button" });
      more.onclick = () => { memory.all = true; draw(); };
      rows.push(more);
    }
    if (!found.length) rows.push(made("p", "wff-empty", "Nothing to choose here."));
    list.replaceChildren(...rows);
  };
  const list = made("div", "", "", { role: group.kind === "one" ? "radiogroup" : "group", "aria-label": group.title });
  if (group.choices.length > SHOWN) {
    const look = made("input", "wff-look", "", { type: "search", placeholder: `Look in ${group.choices.length}`, "aria-label": `Look in ${group.title}` });
    look.value = memory.text ?? "";
    look.oninput = () => { memory.text = look.value; draw(); };
    part.append(look);
  }
  part.append(list);
  draw();
  return part;
}

function numbers(group, send) {
  const part = made("div", "wff-row");
  const fields = group.fields.map((field) => {
    const input = made("input", "wff-field", "", {
      type: "number", min: field.least, max: field.most, step: "any", placeholder: field.title, "aria-label": `${group.title}: ${field.title}`,
    });
    input.value = field.value ?? "";
    input.onchange = () => send({ kind: "write", name: field.name, value: input.value });
    return input;
  });
  part.append(...fields, made("span", "wff-unit", group.unit));
  return part;
}

function textField(group, send) {
  const part = made("div", "wff-row");
  const input = made("input", "wff-field", "", { type: "search", placeholder: group.hint, maxlength: "100", "aria-label": group.title });
  input.value = group.value;
  input.onchange = () => send({ kind: "write", name: group.name, value: input.value });
  part.append(input);
  return part;
}

const inside = {
  many: (group, memory, send) => choices(group, memory, send),
  one: (group, memory, send) => choices(group, memory, send),
  numbers: (group, _memory, send) => numbers(group, send),
  text: (group, _memory, send) => textField(group, send),
};

export function render({ model, el }) {
  const memories = new Map();
  const head = made("div", "wff-head");
  const body = made("div", "wff-body");
  el.append(head, body);
  const send = (message) => model.send_msg(message);

  const drawGroup = (group) => {
    const memory = memories.get(group.name) ?? memories.set(group.name, {}).get(group.name);
    const part = made("details", "wff-group", "", { "data-group": group.name });
    part.open = memory.open ?? group.said !== "";
    part.ontoggle = () => { memory.open = part.open; };
    const summary = made("summary", "");
    summary.append(made("span", "wff-title", group.title), made("span", "wff-said", group.said));
    part.append(summary);
    if (group.kind === "one" && group.fields) part.append(numbers(group, send));
    part.append(inside[group.kind](group, memory, send));
    if (group.note) part.append(made("p", "wff-note", group.note));
    return part;
  };
  const draw = () => {
    const at = el.getRootNode().activeElement;
    const focused = at && body.contains(at) ? [at.closest("details")?.dataset.group, at.dataset.value, at.getAttribute("aria-label")] : null;
    head.textContent = model.note;
    head.hidden = !model.note;
    body.replaceChildren(...model.groups.map(drawGroup));
    body.classList.toggle("wff-waits", model.waits);
    if (!focused) return;
    const group = [...body.children].find((one) => one.dataset.group === focused[0]);
    const same = [...(group?.querySelectorAll("input, summary, button") ?? [])].find((one) => focused[1] !== undefined && one.dataset.value === focused[1]
      || one.getAttribute("aria-label") === focused[2]);
    (same ?? group?.querySelector("summary"))?.focus();
  };
  model.on(["groups", "note"], draw);
  model.on("waits", () => body.classList.toggle("wff-waits", model.waits));
  draw();
}
