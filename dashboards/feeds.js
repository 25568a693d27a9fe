// The feeds: one line, and below it when it is open one entry for each. All of it is set as text.

const zulu = (at) => at.toISOString().slice(0, 16).replace("T", " ") + "Z";
const own = new Intl.DateTimeFormat("en", {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
});

function when(title, text) {
  const at = new Date(text);
  const made = document.createElement("p");
  made.className = "when";
  const parts = at.getTimezoneOffset() === 0 ? [] : [`${own.format(at)} ·`];
  for (const part of [title, ...parts, zulu(at)]) {
    const span = document.createElement("span");
    span.textContent = part;
    made.append(span);
  }
  return made;
}

function line(kind, text) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}

function entry(row) {
  const made = document.createElement("li");
  made.className = row.state;
  const name = line("name", row.name);
  made.append(name, line("words", row.words));
  made.append(row.success ? when("Last success", row.success) : line("when", "No file has been loaded yet"));
  if (row.newest) made.append(when("Newest data", row.newest));
  if (row.error) made.append(line("fault", row.error));
  made.append(line("label", row.label));
  return made;
}

export function render({ model, el }) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const list = document.createElement("ul");
  details.append(summary, list);

  const show = () => {
    details.className = model.state;
    summary.replaceChildren(line("title", "Feeds"), line("state", model.summary));
    list.replaceChildren(...(model.rows.length ? model.rows.map(entry) : [line("when", "No feed is kept in this store.")]));
  };
  model.on(["summary", "state", "rows"], show);
  el.append(details);
  show();
}
