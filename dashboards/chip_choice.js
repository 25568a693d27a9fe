// Several of a fixed list: everything is set as text, never as markup.

const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

export function render({ model, el }) {
  const label = made("label", "wfc-label", model.label);
  const box = made("div", "wfc-box");
  const input = made("input", "wfc-input");
  const list = made("ul", "wfc-list");
  list.setAttribute("role", "listbox");
  // a list that scrolls would take the focus, and lose it as it closes
  list.tabIndex = -1;
  list.hidden = true;
  input.id = "wfc-input";
  label.htmlFor = input.id;
  list.id = "wfc-list";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("autocomplete", "off");
  el.append(label, box, list);
  let at = 0;

  const names = () => new Map(model.options);
  const left = () => model.options.filter(([code, name]) =>
    !model.value.includes(code) && name.toLowerCase().includes(input.value.trim().toLowerCase()));

  const pick = (code) => {
    input.value = "";
    at = 0;
    model.value = [...model.value, code];
  };
  const drop = (code) => { model.value = model.value.filter((one) => one !== code); };

  const drawList = () => {
    const rows = left().map(([code, name], index) => {
      const row = made("li", index === at ? "wfc-at" : "", name);
      row.setAttribute("role", "option");
      row.onpointerdown = (event) => { event.preventDefault(); pick(code); };
      return row;
    });
    list.replaceChildren(...rows);
    list.querySelector(".wfc-at")?.scrollIntoView({ block: "nearest" });
  };
  const drawChips = () => {
    const known = names();
    const chips = model.value.map((code) => {
      const chip = made("button", "wfc-chip", known.get(code) ?? code);
      chip.type = "button";
      chip.title = "Remove";
      chip.onclick = () => drop(code);
      return chip;
    });
    input.placeholder = chips.length ? "" : model.placeholder;
    const hadFocus = el.getRootNode().activeElement === input;
    box.replaceChildren(...chips, input);
    if (hadFocus) input.focus();
    drawList();
  };

  box.onclick = () => input.focus();
  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
  };
  input.onfocus = () => { open(true); drawList(); };
  input.onblur = () => { open(false); };
  input.oninput = () => { at = 0; open(true); drawList(); };
  input.onkeydown = (event) => {
    const rows = left();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = Math.max(0, Math.min(rows.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
      drawList();
    } else if (event.key === "Enter" && rows[at]) {
      pick(rows[at][0]);
    } else if (event.key === "Escape") {
      open(false);
    } else if (event.key === "Backspace" && !input.value && model.value.length) {
      drop(model.value.at(-1));
    }
  };
  model.on("value", drawChips);
  drawChips();
}
