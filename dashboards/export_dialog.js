// Hand on what the page shows. Everything from the server is set as text, never as markup.

const button = (text, className, run) => {
  const one = made("button", className, text);
  one.type = "button";
  one.onclick = run;
  return one;
};
const POLL_MS = 500;
const LARGE = 200e6;
const UNDER_WAY = ["waiting", "reading", "writing"];
const STAGES = { waiting: "Waits for its turn", reading: "Reading", writing: "Writing", cancelled: "Cancelled", leaving: "On its way to you" };
const bytes = (n) => (n < 1e6 ? `${Math.max(1, Math.round(n / 1e3))} kB` : `${(n / 1e6).toFixed(1)} MB`);

const { bindKey } = await import(new URL("/assets/keys.js", document.baseURI).href);
const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

function choice(id, label, options) {
  const row = made("div", "wfx-row");
  const said = made("label", "wfx-label", label);
  const select = made("select", "wfx-select");
  select.id = id;
  said.htmlFor = id;
  row.append(said, select);
  const fill = (given, value) => {
    select.replaceChildren(...given.map(([code, title]) => Object.assign(made("option", "", title), { value: code })));
    if (value !== undefined && given.some(([code]) => code === value)) select.value = value;
  };
  fill(options);
  return { row, select, fill };
}

function radios(name, label, options) {
  const group = made("fieldset", "wfx-group");
  group.append(made("legend", "wfx-label", label));
  const inputs = new Map();
  options.forEach(([value, text]) => {
    const line = made("label", "wfx-radio");
    const input = Object.assign(made("input"), { type: "radio", name, value });
    line.append(input, made("span", "", text));
    inputs.set(value, { input, line });
    group.append(line);
  });
  return { group, inputs, chosen: () => [...inputs.entries()].find(([, one]) => one.input.checked)?.[0] };
}

function progress(file) {
  const bar = made("progress", "wfx-bar");
  const share = file.stage === "writing" && file.of ? Math.min(100, Math.floor((100 * file.rows) / file.of)) : null;
  if (share !== null) Object.assign(bar, { max: 100, value: share });
  const rows = file.rows.toLocaleString("en");
  const said = share === null ? `${STAGES[file.stage]}${file.rows ? `: ${rows} ${file.unit}` : ""}`
    : `${file.unit === "tiles" ? "Drawing" : "Writing"}: ${share} % of ${file.of.toLocaleString("en")} ${file.unit}`;
  bar.setAttribute("aria-label", said);
  return [bar, made("span", "wfx-muted", said)];
}

export function render({ model, el }) {
  const open = button("Export", "wfx-open", () => show());
  open.setAttribute("aria-haspopup", "dialog");
  const sheet = made("dialog", "wfx-sheet");
  const title = made("h2", "", "Export");
  title.id = "wfx-title";
  sheet.setAttribute("aria-labelledby", title.id);
  const close = button("×", "wfx-close", () => sheet.close());
  close.setAttribute("aria-label", "Close");
  const what = radios("wfx-what", "What", [
    ["view", "What lies in the map's view"], ["everywhere", "Everything under these filters"],
    ["selection", ""], ["mark", ""]]);
  const layer = choice("wfx-layer", "Records of", model.layers);
  const note = made("p", "wfx-note");
  note.setAttribute("role", "status");
  const form = choice("wfx-form", "Form", model.forms);
  const given = choice("wfx-given", "For", model.agencies);
  const size = choice("wfx-size", "Size", model.sizes);
  const theme = choice("wfx-theme", "Colours", [["dark", "Dark"], ["light", "Light"]]);
  const kept = made("label", "wfx-radio wfx-kept");
  const keptInput = Object.assign(made("input"), { type: "checkbox", checked: true });
  kept.append(keptInput, made("span", "", "With the areas of interest and notes that are kept"));
  const fault = made("p", "wfx-fault");
  fault.setAttribute("role", "alert");
  const said = made("p", "wfx-muted", "Each file bears the strictest marking of what is in it, its question, its moment "
    + "and its counts. You see them here before it leaves; then it is written down who took it and for whom.");
  const left = made("p", "wfx-muted");
  left.setAttribute("role", "status");
  const prepare = button("Prepare", "wfx-main", () => order());
  const files = made("ul", "wfx-files");
  files.setAttribute("aria-label", "Files");
  files.setAttribute("aria-live", "polite");
  const fields = made("div", "wfx-fields");
  fields.append(form.row, what.group, layer.row, note, size.row, theme.row, kept, given.row);
  sheet.append(title, close, fields, said, fault, prepare, files, left);
  el.append(open, sheet);
  what.inputs.get("view").input.checked = true;
  let timer = 0;
  let drawn = "";
  let hasChosen = false;
  // a file is handed over once: the server may still be about to put it away
  const fetched = new Set();

  const follow = () => {
    for (const name of ["mark", "selection"]) {
      const { input, line } = what.inputs.get(name);
      const words = model[name];
      line.hidden = !words;
      line.lastChild.textContent = `${name === "selection" ? "The selection: " : ""}${words}`.replace(/^t/, "T");
      if (!words && input.checked) what.inputs.get("view").input.checked = true;
    }
    // who has selected something means that, until they say otherwise
    if (!hasChosen) what.inputs.get(model.selection ? "selection" : "view").input.checked = true;
    layer.fill(model.layers, model.layer);
    theme.select.value = model.theme;
    arrange();
  };
  // a picture is of the view as it is: nothing is to be chosen of its records
  const arrange = () => {
    const isMap = form.select.value === "png";
    what.group.hidden = isMap;
    layer.row.hidden = isMap || what.chosen() === "mark";
    note.textContent = layer.row.hidden ? "" : model.notes[layer.select.value] ?? "";
    for (const part of [size.row, theme.row, kept]) part.hidden = !isMap;
  };
  what.group.onchange = () => { hasChosen = true; arrange(); };
  form.select.onchange = arrange;
  layer.select.onchange = arrange;

  const ask = async (path, body) => {
    const headers = { accept: "application/json", "x-form-key": model.form_key };
    const asked = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await fetch(new URL(path, document.baseURI), asked);
    const text = await answer.text();
    if (!answer.ok) throw new Error(wordsOf(text) || "The server refused this: try again.");
    return JSON.parse(text);
  };
  const told = (error) => { fault.textContent = error ? error.message : ""; };

  const order = async () => {
    told(null);
    prepare.disabled = true;
    try {
      await ask("/exports", { link: model.address, of: what.chosen(), layer: layer.select.value, form: form.select.value,
        given_to: given.select.value, bbox: model.bbox, size: size.select.value, theme: theme.select.value,
        kept: keptInput.checked });
      await look();
    } catch (error) {
      told(error);
    } finally {
      prepare.disabled = false;
      // a button that is off loses the focus, to nowhere
      if (!el.getRootNode().activeElement) prepare.focus();
    }
  };
  const cancel = async (key) => {
    try {
      draw(await ask(`/exports/${key}/cancel`, {}));
    } catch (error) {
      told(error);
    }
  };
  const writtenDown = (file) => {
    const all = made("a", "", "Handed on", { href: "/handed-on", target: "_blank" });
    left.replaceChildren(`${file.name} left ${file.given_to ? `for ${file.given_to}` : "for you alone"}. It is written down under `, all, ".");
  };
  // what is too large for a script goes by a form: the browser writes it down as it comes
  const takeLarge = (file) => {
    const sent = Object.assign(made("form"), {
      method: "post", action: `/exports/${file.key}/file`, target: "_blank", hidden: true });
    sent.append(Object.assign(made("input"), { name: "form_key", value: model.form_key }));
    document.body.append(sent);
    sent.submit();
    sent.remove();
    writtenDown(file);
    window.setTimeout(look, 4 * POLL_MS);
  };
  const take = async (file) => {
    if (file.size > LARGE) return takeLarge(file);
    told(null);
    try {
      const headers = { "x-form-key": model.form_key };
      const answer = await fetch(new URL(`/exports/${file.key}/file`, document.baseURI), { method: "POST", headers });
      if (!answer.ok) throw new Error(wordsOf(await answer.text()) || "The server refused this: try again.");
      const link = Object.assign(made("a"), { href: URL.createObjectURL(await answer.blob()), download: file.name });
      fetched.add(file.key);
      link.click();
      writtenDown(file);
      window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
      told(error);
    }
    await look();
  };

  const entry = (file) => {
    const item = made("li", `wfx-file wfx-${file.stage}`, "", { "data-key": file.key });
    item.append(made("div", "wfx-title", `${file.form}: ${file.title}`));
    if (UNDER_WAY.includes(file.stage)) {
      item.append(...progress(file), button("Cancel", "wfx-small", () => cancel(file.key)));
    } else if (file.stage === "ready") {
      item.append(made("div", "wfx-marking", file.marking), made("div", "", `${file.counts} · ${bytes(file.size)}`),
        made("div", "wfx-muted", file.given_to ? `For ${file.given_to}` : "For you alone"), details(file),
        button("Download", "wfx-main wfx-small", () => take(file)),
        button("Discard", "wfx-small", () => cancel(file.key)));
    } else {
      item.append(made("div", file.stage === "leaving" ? "wfx-muted" : "wfx-fault", file.fault || STAGES[file.stage] || file.stage));
      if (["failed", "leaving"].includes(file.stage)) item.append(button("Dismiss", "wfx-small", () => cancel(file.key)));
    }
    return item;
  };
  const details = (file) => {
    const more = made("details", "wfx-more");
    more.append(made("summary", "", "What the file says of itself"), ...file.lines.map((line) => made("p", "", line)),
      made("p", "wfx-hash", `File SHA-256: ${file.sha256}`));
    return more;
  };
  // progress is drawn twice a second: who is at a file stays at it, and at the same button while it has that
  const keepingFocus = (change) => {
    const at = el.getRootNode().activeElement;
    const held = files.contains(at) ? [at.closest("li").dataset.key, at.textContent] : null;
    change();
    if (!held) return;
    const same = [...files.children].find((item) => item.dataset.key === held[0]);
    const buttons = [...same?.querySelectorAll("button, summary") ?? []];
    (buttons.find((one) => one.textContent === held[1]) ?? buttons.find((one) => one.tagName === "BUTTON") ?? prepare).focus();
  };
  const draw = (all) => {
    const list = all.filter((file) => !fetched.has(file.key));
    const text = JSON.stringify(list);
    if (text !== drawn) keepingFocus(() => files.replaceChildren(...list.map(entry)));
    drawn = text;
    const busy = list.filter((file) => UNDER_WAY.includes(file.stage)).length;
    const ready = list.filter((file) => file.stage === "ready").length;
    open.textContent = busy ? "Export …" : ready ? `Export (${ready})` : "Export";
    window.clearTimeout(timer);
    if (busy) timer = window.setTimeout(look, POLL_MS);
  };
  const look = async () => {
    try {
      draw(await ask("/exports"));
    } catch (error) {
      told(error);
    }
  };

  const show = () => {
    told(null);
    follow();
    if (!sheet.open) sheet.showModal();
    look();
  };
  sheet.onclick = (event) => { if (event.target === sheet) sheet.close(); };
  model.on("mark", follow);
  model.on("selection", follow);
  model.on("agencies", () => given.fill(model.agencies, given.select.value));
  const unbind = bindKey({ keys: ["x", "X"], title: "Export what is shown", group: "Page", run: show });
  return () => { window.clearTimeout(timer); unbind?.(); };
}

// a refusal comes as JSON of ours, or as a page
function wordsOf(text) {
  try {
    const said = JSON.parse(text);
    return said.error ? `${said.error[0].toUpperCase()}${said.error.slice(1)}.` : "";
  } catch {
    return "";
  }
}
