// What is asked, as one sentence of chips; undo and redo; the moment as of which the page asks. All is set as text.

const { bindKey } = await import(new URL("/assets/keys.js", document.baseURI).href);
const { made, pageZoom } = await import(new URL("/assets/elements.js", document.baseURI).href);

const PATHS = {
  undo: "M6 4 2.5 7.5 6 11M3 7.5h7a4 4 0 0 1 0 8H7",
  redo: "M12 4l3.5 3.5L12 11M15 7.5H8a4 4 0 0 0 0 8h3",
  clock: "M9 2.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M9 5.5V9l2.5 2",
};
const picture = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 18 18");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
};
const button = (className, name, title) => {
  const made_ = made("button", className, "", { type: "button", title, "aria-label": title });
  if (name) made_.append(picture(name));
  return made_;
};

const DAY_MS = 86_400_000;
const utc = (at) => at.toISOString().slice(0, 16);
const AGO = [["An hour ago", DAY_MS / 24], ["A day ago", DAY_MS], ["A week ago", 7 * DAY_MS], ["30 days ago", 30 * DAY_MS]];

function toggleBelow(sheet, opener) {
  sheet.togglePopover();
  const at = opener.getBoundingClientRect(), zoom = pageZoom();
  sheet.style.top = `${at.bottom / zoom + 8}px`;
  sheet.style.left = `${Math.max(8, Math.min(at.right / zoom - 300, innerWidth / zoom - 320))}px`;
}

function moreSheet() {
  const opener = made("button", "wfa-more", "", { type: "button", "aria-haspopup": "dialog", hidden: "" });
  const sheet = made("div", "wfa-sheet", "", { popover: "auto", role: "dialog", "aria-label": "More of what is shown" });
  const rest = made("ul", "wfa-rest", "", { "aria-label": "More of what is shown" });
  sheet.append(rest);
  opener.onclick = () => toggleBelow(sheet, opener);
  return [opener, sheet, rest];
}

function momentSheet(model, opener) {
  const sheet = made("div", "wfa-sheet", "", { popover: "auto", role: "dialog", "aria-label": "As known at" });
  const input = made("input", "wfa-moment", "", { type: "datetime-local", "aria-label": "Moment, UTC" });
  const set = (at) => { sheet.hidePopover(); model.send_msg({ kind: "known", at }); };
  const apply = made("button", "wfa-apply", "Show", { type: "button" });
  const now = made("button", "wfa-ago", "Now", { type: "button" });
  const ago = AGO.map(([title, ms]) => {
    const one = made("button", "wfa-ago", title, { type: "button" });
    one.onclick = () => set(`${utc(new Date(Date.now() - ms))}Z`);
    return one;
  });
  apply.onclick = () => { if (input.value) set(`${input.value}Z`); };
  input.onkeydown = (event) => { if (event.key === "Enter") apply.click(); };
  now.onclick = () => set("");
  const row = made("div", "wfa-row");
  row.append(input, made("span", "", "UTC"), apply);
  const quick = made("div", "wfa-row");
  quick.append(now, ...ago);
  sheet.append(
    made("h3", "", "As known at"),
    made("p", "", "The whole page shows what was recorded by then, under your rights of today."),
    row, quick,
  );
  opener.onclick = () => {
    input.value = model.known_at ? model.known_at.slice(0, 16) : utc(new Date());
    input.max = utc(new Date());
    toggleBelow(sheet, opener);
    input.focus();
  };
  return sheet;
}

function drawnChip(model, chip, at) {
  const item = made("li", `wfa-chip wfa-${chip.kind}`);
  item.dataset.at = at;
  item.classList.toggle("wfa-cut", chip.is_cut);
  item.append(made("span", "wfa-words", chip.words, { title: chip.told }));
  if (chip.can_go) {
    const gone = made("button", "wfa-gone", "×", { type: "button", title: chip.told, "aria-label": `Remove: ${chip.words}` });
    gone.onclick = () => model.send_msg({ kind: "remove", name: chip.name });
    item.append(gone);
  }
  return item;
}

export function render({ model, el }) {
  const undo = button("wfa-button", "undo", "Undo (Ctrl+Z)");
  const redo = button("wfa-button", "redo", "Redo (Ctrl+Shift+Z)");
  const list = made("ul", "wfa-chips", "", { "aria-label": "What is shown" });
  const clear = made("button", "wfa-clear", "Clear all", { type: "button", title: "Remove all filters; the period stays" });
  const counted = made("span", "wfa-counted", "", { role: "status" });
  const left = made("button", "wfa-left", "", { type: "button", title: "Select all of these: their records, entities and cases" });
  left.onclick = () => model.send_msg({ kind: "all" });
  counted.append(left);
  const moment = button("wfa-button wfa-then", "clock", "As known at: choose a moment");
  moment.append(made("span", "", "As known"));
  const sheet = momentSheet(model, moment);
  const [more, others, rest] = moreSheet();
  el.append(undo, redo, list, more, others, clear, counted, moment, sheet);

  const act = (kind) => () => model.send_msg({ kind });
  undo.onclick = act("undo");
  redo.onclick = act("redo");
  clear.onclick = act("clear");
  const unbind = [
    bindKey({ keys: ["Ctrl+z"], title: "Undo a choice", group: "Filters", run: act("undo"), when: () => !writes() }),
    bindKey({ keys: ["Ctrl+Shift+z", "Ctrl+y"], title: "Choose it again", group: "Filters", run: act("redo"), when: () => !writes() }),
  ];
  // a field that is written in has its own undo
  const writes = () => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
  };
  // chips that the bar has no room for stand in a sheet of their own: none acts unseen. An earlier moment stays, and what it cuts
  const fit = () => {
    const shown = [...list.children, ...rest.children].sort((a, b) => a.dataset.at - b.dataset.at);
    list.append(...shown);
    list.classList.remove("wfa-tight");
    more.hidden = true;
    const isCut = () => list.scrollWidth > list.clientWidth + 1;
    const yields = () => [...list.children].findLast((chip) => !chip.matches(".wfa-known, .wfa-cut"));
    for (let hidden = 1; isCut() && yields(); hidden += 1) {
      more.hidden = false;
      more.textContent = `+${hidden} more`;
      rest.prepend(yields());
    }
    list.classList.toggle("wfa-tight", isCut());
    more.title = [...rest.children].map((chip) => chip.textContent.replace(/×$/, "")).join(" · ");
    if (more.hidden && others.matches(":popover-open")) others.hidePopover();
  };
  new ResizeObserver(fit).observe(el);
  const draw = () => {
    rest.replaceChildren();
    list.replaceChildren(...model.chips.map((chip, at) => drawnChip(model, chip, at)));
    // one filter has its own cross
    clear.hidden = model.chips.filter(({ kind, can_go }) => can_go && kind === "usual").length < 2;
    left.textContent = model.left;
    undo.disabled = !model.can_undo;
    redo.disabled = !model.can_redo;
    moment.classList.toggle("wfa-on", Boolean(model.known_at));
    fit();
  };
  model.on(["chips", "left", "can_undo", "can_redo", "known_at"], draw);
  model.on("remove", () => unbind.forEach((call) => call()));
  draw();
}
