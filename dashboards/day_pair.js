// Two days, first and last, in the browser's own fields: keyboard, calendar and names are those that it brings.

const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

const ORDER = "The first day comes after the last.";

export function render({ model, el }) {
  const group = made("div", "wfy-pair", "", { role: "group", "aria-label": model.title });
  const said = made("p", "wfy-said", "", { role: "status" });
  const [since, until] = ["since", "until"].map((name) => {
    const label = made("label", "wfy-day");
    const input = made("input", "", "", { type: "date", min: model.first, max: model.last });
    label.append(made("span", "", model.names[name === "since" ? 0 : 1]), input);
    group.append(label);
    return input;
  });
  el.append(group, said);

  const show = () => {
    [since.value, until.value] = [model.since, model.until];
    check();
  };
  // a year that is being typed is no year yet: too early ones are not told
  const check = () => {
    const isWhole = [since, until].every((input) => input.value && input.validity.valid);
    const isOrdered = !isWhole || since.value <= until.value;
    said.textContent = isOrdered ? "" : ORDER;
    [since, until].forEach((input) => input.setAttribute("aria-invalid", String(!isOrdered)));
    return isWhole && isOrdered;
  };
  const tell = () => {
    if (check() && (since.value !== model.since || until.value !== model.until)) {
      model.send_msg({ since: since.value, until: until.value });
    }
  };
  since.onchange = until.onchange = tell;
  // what was left half written goes back to what is chosen
  for (const input of [since, until]) input.onblur = () => { if (!input.value || !input.validity.valid) show(); };
  model.on(["since", "until"], show);
  show();
}
