// What people keep, as lists with their forms: everything is set as text, never as markup.

const { askedTwice, made, tlpChip } = await import(new URL("/assets/elements.js", document.baseURI).href);

// an address that takes the page's choices along as they are when it is followed
function takingChoices(link, { href, without }) {
  const write = () => {
    const given = new URLSearchParams(location.search);
    for (const name of without) given.delete(name);
    link.href = `${href}&${given}`;
  };
  for (const kind of ["pointerdown", "focus", "click"]) link.addEventListener(kind, write);
  return link;
}

function action(row, { act, title, sure, href, without }, send) {
  if (href) {
    const link = made("a", "", title, { href, "aria-label": `${title}: ${row.name}`, "data-act": act });
    return without ? takingChoices(Object.assign(link, { target: "_blank" }), { href, without }) : link;
  }
  const button = askedTwice({ title, sure, name: row.name }, () => send({ act, id: row.id }));
  button.dataset.act = act;
  return button;
}

function mainPart(row, send) {
  if (row.check) {
    const label = made("label", "check");
    const box = made("input", "", "", { type: "checkbox" });
    box.checked = row.done;
    box.disabled = !row.may_change;
    box.onchange = () => send({ act: row.check, id: row.id });
    label.append(box, made("span", row.done ? "name done" : "name", row.name));
    return label;
  }
  if (row.href) return made("a", "name", row.name, { href: row.href });
  if (!row.main) return made("span", "name", row.name);
  const button = made("button", "name", row.name, { type: "button", title: row.main_title });
  button.onclick = () => send({ act: row.main, id: row.id });
  return button;
}

// what an alert on an area tells: how many arrived, or that it is on; and what arrived, once it is shown
function alertOf(row, send) {
  const parts = [];
  if (row.watched) parts.push(made("p", "line", row.watched));
  if (row.news) {
    const news = made("button", "news", row.news.title, { type: "button" });
    news.onclick = () => send({ act: row.news.act, id: row.id });
    parts.push(news);
  }
  if (row.items?.length) {
    const list = made("ul", "items", "", { "aria-label": `Arrived: ${row.name}` });
    list.append(...row.items.map(({ text, href }) => {
      const item = made("li", "");
      item.append(href ? made("a", "", text, { href }) : made("span", "", text));
      return item;
    }));
    parts.push(list);
  }
  return parts;
}

function entry(row, send) {
  const item = made("li", row.is_new ? "row new" : "row", "", { "data-id": row.id });
  const head = made("div", "head");
  head.append(mainPart(row, send), tlpChip(row));
  item.append(head);
  if (row.text) item.append(made("p", "text", row.text));
  const line = made("p", "line", row.line);
  if (row.is_new) line.prepend(made("b", "", "New · "));
  item.append(line, ...alertOf(row, send));
  const actions = [...row.actions, ...(row.extra ?? [])];
  if (actions.length) {
    const bar = made("div", "actions");
    bar.append(...actions.map((one) => action(row, one, send)));
    item.append(bar);
  }
  return item;
}

function block(section, send) {
  const part = made("section", "");
  const head = made("header", "");
  head.append(made("h2", "", section.title), made("span", "n", section.rows.length ? String(section.rows.length) : ""));
  if (section.toggle) {
    const label = made("label", "shown");
    const box = made("input", "", "", { type: "checkbox" });
    box.checked = section.toggle.on;
    box.onchange = () => send({ act: section.toggle.act, on: box.checked });
    label.append(box, made("span", "", section.toggle.title));
    head.append(label);
  }
  const adds = made("div", "adds");
  adds.append(...section.adds.map(({ act, title }) => {
    const button = made("button", "add", title, { type: "button", "data-act": act });
    button.onclick = () => send({ act });
    return button;
  }));
  const list = made("ul", "", "", { "aria-label": section.title });
  list.append(...(section.rows.length ? section.rows.map((row) => entry(row, send)) : [made("li", "none", section.empty)]));
  part.append(head, adds, list);
  return part;
}

function field(one) {
  const label = made("label", one.kind === "check" ? "field check" : "field");
  const names = { lines: "textarea", choice: "select" };
  const input = made(names[one.kind] ?? "input", "", "", { name: one.name });
  if (one.kind === "text") Object.assign(input, { type: "text", maxLength: one.most });
  if (one.kind === "lines") Object.assign(input, { rows: 4, maxLength: one.most });
  if (one.kind === "day") input.type = "date";
  if (one.kind === "file") input.type = "file";
  if (one.kind === "check") { input.type = "checkbox"; input.checked = one.value; }
  else if (one.kind === "choice") {
    input.append(...one.options.map((option) => made("option", "", option.title, { value: option.id })));
    input.value = String(one.value);
  } else if (one.kind !== "file") input.value = one.value ?? "";
  label.append(...(one.kind === "check" ? [input, made("span", "", one.title)] : [made("span", "", one.title), input]));
  return label;
}

// who will see it, in words and with the marking's colours, as the choice stands
function seenBy(form, shape) {
  const line = made("p", "seen");
  const say = () => {
    const choice = shape.labels.find(({ id }) => String(id) === form.elements.label.value);
    const alone = form.elements.private?.checked;
    line.replaceChildren(...(choice ? [tlpChip(choice), made("span", "", alone ? "Seen by you alone." : `Seen by ${choice.who}.`)] : []));
  };
  form.addEventListener("change", say);
  say();
  return line;
}

function formOf(shape, send) {
  const form = made("form", "form", "", { "aria-label": shape.title });
  const says = made("p", "said", "", { role: "alert" });
  form.append(made("h2", "", shape.title));
  if (shape.told) form.append(made("p", "told", shape.told));
  form.append(...shape.fields.map(field));
  if (shape.labels.length) form.append(seenBy(form, shape));
  const bar = made("div", "bar");
  const cancel = made("button", "", "Cancel", { type: "button" });
  cancel.onclick = () => send({ act: "cancel" });
  const keep = made("button", "keep", shape.send, { type: "submit" });
  bar.append(keep, cancel);
  if (shape.instead?.act) {
    const instead = made("button", "", shape.instead.title, { type: "button" });
    instead.onclick = () => send({ act: shape.instead.act });
    bar.append(instead);
  }
  form.append(says, bar);
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); cancel.click(); } });
  form.onsubmit = (event) => {
    event.preventDefault();
    keep.disabled = true;
    const said = {};
    for (const one of shape.fields) {
      const input = form.elements[one.name];
      said[one.name] = one.kind === "check" ? input.checked : one.kind === "file" ? input.files[0] : input.value;
    }
    if (shape.upload) upload(shape, said, says, keep, send);
    else send({ act: "save", said });
  };
  return form;
}

function upload(shape, said, says, keep, send) {
  const refuse = (text) => { says.textContent = text; keep.disabled = false; };
  const { file, label } = said;
  if (!file) return refuse("Choose a file.");
  if (file.size > shape.upload.most) return refuse(`The file is larger than ${shape.upload.most >> 20} MB.`);
  const given = new URLSearchParams({ about: shape.upload.about, label, name: file.name });
  const headers = { "x-form-key": shape.upload.form_key, "content-type": file.type || "application/octet-stream" };
  says.textContent = `Sending ${file.name}`;
  return fetch(`/kept/attachments?${given}`, { method: "POST", body: file, headers })
    .then(async (answer) => (answer.ok ? send({ act: "sent" }) : refuse((await answer.json()).error ?? "The server refused the file.")))
    .catch(() => refuse("The connection was lost: try again."));
}

// what was pressed last, to be found again once all is drawn anew; what it did may have taken it away, but not its row
function hold(root) {
  let last = {};
  root.addEventListener("click", ({ target }) => {
    const pressed = target.closest?.("[data-act], .name, .news");
    if (pressed && !target.closest("form")) last = { act: pressed.dataset.act, id: pressed.closest("li[data-id]")?.dataset.id };
  });
  return () => {
    const row = [...root.querySelectorAll("li[data-id]")].find((one) => one.dataset.id === last.id);
    const same = [...(row ?? root).querySelectorAll("[data-act]")].find((one) => one.dataset.act === last.act);
    (same ?? row?.querySelector("button, a, input"))?.focus({ preventScroll: true });
  };
}

export function render({ model, el }) {
  const root = made("div", "board");
  el.append(root);
  const restore = hold(root);
  const send = (message) => model.send_msg(message);
  const draw = () => {
    const before = root.querySelector("form");
    // a button that sent a form is disabled, and has lost the focus by now
    const hadFocus = before !== null || root.contains(root.getRootNode().activeElement);
    const says = made("p", model.is_fault ? "said fault" : "said", model.says, { role: "status" });
    const form = model.form.title ? (before && before.shape === model.form ? before : formOf(model.form, send)) : null;
    if (form) {
      form.shape = model.form;
      if (model.is_fault) form.querySelector(".keep").disabled = false;
    }
    root.replaceChildren(...(form ? [form] : []), ...(model.says ? [says] : []), ...model.sections.map((one) => block(one, send)));
    if (hadFocus && !form) restore();
    if (form && form !== before) form.querySelector("input, textarea, select")?.focus();
  };
  model.on(["sections", "form", "says", "is_fault"], draw);
  model.on("msg:custom", (message) => {
    const order = message.data ?? message;
    if (order.kind !== "reveal") return;
    const row = [...root.querySelectorAll("li[data-id]")].find((one) => one.dataset.id === order.id);
    row?.scrollIntoView({ block: "center" });
    row?.classList.add("revealed");
    setTimeout(() => row?.classList.remove("revealed"), 2500);
  });
  draw();
}
