// Conditions on single seizures, group by group, each choice with how many it leaves. All is set as text.

const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

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

// what was sent is no longer being written
function sendWritten(input, name, send) {
  input.defaultValue = input.value;
  send({ kind: "write", name, value: input.value });
}

function numbers(group, send) {
  const part = made("div", "wff-row");
  const fields = group.fields.map((field) => {
    const input = made("input", "wff-field", "", {
      type: "number", min: field.least, max: field.most, step: "any", placeholder: field.title, "aria-label": `${group.title}: ${field.title}`,
    });
    input.defaultValue = field.value ?? "";
    input.onchange = () => sendWritten(input, field.name, send);
    return input;
  });
  part.append(...fields, made("span", "wff-unit", group.unit));
  return part;
}

function textField(group, send) {
  const part = made("div", "wff-row");
  const input = made("input", "wff-field", "", { type: "search", placeholder: group.hint, maxlength: "100", "aria-label": group.title });
  input.defaultValue = group.value;
  input.onchange = () => sendWritten(input, group.name, send);
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
  const parts = new Map();
  let isPressed = false, isWaiting = false;
  const head = made("div", "wff-head");
  const body = made("div", "wff-body");
  el.append(head, body);
  const send = (message) => model.send_msg(message);

  // a group stays the same element, so that neither a press nor what is being written is lost when counts come
  const partOf = (group) => {
    const known = parts.get(group.name);
    if (known) return known;
    const part = made("details", "wff-group", "", { "data-group": group.name });
    part.open = group.said !== "";
    const [summary, said, content] = [made("summary", ""), made("span", "wff-said"), made("div", "")];
    summary.append(made("span", "wff-title", group.title), said);
    part.append(summary, content);
    parts.set(group.name, { part, said, content, memory: {}, written: "" });
    return parts.get(group.name);
  };
  const isWriting = (content, at) => at?.tagName === "INPUT" && content.contains(at) && ["number", "search"].includes(at.type)
    && at.value !== at.defaultValue && !at.classList.contains("wff-look");
  const drawGroup = (group, at) => {
    const own = partOf(group);
    own.said.textContent = group.said;
    const written = JSON.stringify(group);
    if (written === own.written || isWriting(own.content, at)) return own.part;
    own.written = written;
    const focused = own.content.contains(at) ? [at.dataset.value, at.getAttribute("aria-label")] : null;
    const rows = group.kind === "one" && group.fields ? [numbers(group, send)] : [];
    rows.push(inside[group.kind](group, own.memory, send));
    if (group.note) rows.push(made("p", "wff-note", group.note));
    own.content.replaceChildren(...rows);
    if (focused) {
      const same = [...own.content.querySelectorAll("input, button")].find((one) => focused[0] !== undefined
        && one.dataset.value === focused[0] || one.getAttribute("aria-label") === focused[1]);
      (same ?? own.part.firstChild).focus();
    }
    return own.part;
  };
  const draw = () => {
    isWaiting = isPressed;
    if (isPressed) return;
    const at = el.getRootNode().activeElement;
    head.textContent = model.note;
    head.hidden = !model.note;
    const shown = model.groups.map((group) => drawGroup(group, at));
    if (shown.length !== body.children.length || shown.some((part, index) => part !== body.children[index])) body.replaceChildren(...shown);
    body.classList.toggle("wff-waits", model.waits);
  };
  // between press and release nothing moves under the hand
  body.addEventListener("pointerdown", () => { isPressed = true; });
  const released = () => {
    if (!isPressed) return;
    isPressed = false;
    if (isWaiting) setTimeout(draw);
  };
  window.addEventListener("pointerup", released);
  window.addEventListener("pointercancel", released);
  model.on("remove", () => ["pointerup", "pointercancel"].forEach((name) => window.removeEventListener(name, released)));
  model.on(["groups", "note"], draw);
  model.on("waits", () => body.classList.toggle("wff-waits", model.waits));
  draw();
}
