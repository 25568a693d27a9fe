// The search box, a combobox by the ARIA pattern: asks while somebody writes, the newest question alone counts.
// Everything that was found is set as text, never as markup.

const { bindKey } = await import(new URL("/assets/keys.js", document.baseURI).href);
const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);

const WAIT_MS = 180;
const LEAST = 2;
const MOST = 200;
// what is beyond is not counted
const MOST_COUNTED = 100;
const headed = (group, n, { in_group: all, at_least: isAtLeast }) => {
  const counted = all > MOST_COUNTED ? `more than ${MOST_COUNTED}` : isAtLeast ? `${all} or more` : all;
  return n < all ? `${group} · the first ${n} of ${counted}` : isAtLeast ? `${group} · ${counted}` : group;
};

// the text by which it was found, what matches in bold
function reason({ scheme, why }) {
  const part = made("span", "wfs-why", scheme ? `${scheme} ` : "");
  for (const [text, isMatch] of why) part.append(made(isMatch ? "mark" : "span", "", text));
  return part;
}

function option(row) {
  const item = made("li", "wfs-row");
  item.id = `wfs-row-${row.n}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const pin = made("span", row.pin ? "wfs-pin" : "wfs-pin wfs-none", String(row.n + 1));
  pin.title = row.pin ? "On the map" : "Without a place";
  const words = made("span", "wfs-words");
  const isSame = row.why.map(([text]) => text).join("") === row.title;
  const title = isSame ? reason({ scheme: "", why: row.why }) : made("span", "", row.title);
  title.classList.add("wfs-title");
  const below = made("span", "wfs-below", row.kind);
  if (!isSame) below.append(" · ", reason(row));
  if (row.beside) below.append(made("span", "", ` · ${row.beside}`));
  words.append(title, below, made("span", "wfs-label", row.label));
  item.append(pin, words);
  return item;
}

export function render({ model, el }) {
  const input = made("input", "wfs-input");
  const clear = made("button", "wfs-clear", "×");
  const list = made("ul", "wfs-list");
  const said = made("div", "wfs-said");
  Object.entries({ type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", "aria-label": "Search",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "wfs-list", maxlength: MOST,
    placeholder: model.placeholder }).forEach(([name, value]) => input.setAttribute(name, value));
  list.id = "wfs-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "What was found");
  // what scrolls would take the focus, and lose it as it closes
  list.tabIndex = -1;
  said.setAttribute("role", "status");
  clear.type = "button";
  clear.setAttribute("aria-label", "Clear the search");
  list.hidden = clear.hidden = true;
  el.append(input, clear, list, said);

  let turn = 0;
  let wait = null;
  let rows = [];
  let at = -1;
  let isWhole = false;
  // Enter was pressed before the answer came
  let isAwaited = false;

  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) input.removeAttribute("aria-activedescendant");
  };
  const move = (place) => {
    at = place;
    list.querySelectorAll("[role=option]").forEach((item) => {
      const isAt = item.id === `wfs-row-${at}`;
      item.setAttribute("aria-selected", String(isAt));
      if (isAt) item.scrollIntoView({ block: "nearest" });
    });
    if (at >= 0) input.setAttribute("aria-activedescendant", `wfs-row-${at}`);
    else input.removeAttribute("aria-activedescendant");
  };
  // isOnMap: look at its place even if it has a page of its own
  const choose = (row, isOnMap) => {
    open(false);
    if (row.href && !(isOnMap && row.pin)) return location.assign(row.href);
    model.send_msg({ kind: "choose", turn, n: row.n });
  };

  // the last of the list, until more has been asked for once
  const hasMore = () => !isWhole && [...Map.groupBy(rows, (row) => row.group).values()].some((ones) => ones.length < ones[0].in_group);
  const show = (sentence) => {
    const groups = Map.groupBy(rows, (row) => row.group);
    const parts = [...groups].flatMap(([group, ones], nth) => {
      const section = made("li", "wfs-group");
      const heading = made("span", "wfs-heading", headed(group, ones.length, ones[0]));
      const inner = made("ul", "");
      heading.id = `wfs-group-${nth}`;
      section.setAttribute("role", "group");
      section.setAttribute("aria-labelledby", heading.id);
      inner.setAttribute("role", "presentation");
      inner.append(...ones.map((row) => {
        const item = option(row);
        item.onpointerdown = (event) => event.preventDefault();
        item.onclick = (event) => choose(row, event.shiftKey || event.target.closest(".wfs-pin") !== null);
        return item;
      }));
      section.append(heading, inner);
      return [section];
    });
    if (hasMore()) {
      const more = made("li", "wfs-row wfs-more", "Show more");
      more.id = `wfs-row-${rows.length}`;
      more.setAttribute("role", "option");
      more.setAttribute("aria-selected", "false");
      more.onpointerdown = (event) => event.preventDefault();
      more.onclick = () => ask(true);
      parts.push(more);
    }
    if (sentence) {
      const none = made("li", "wfs-sentence", sentence);
      none.setAttribute("role", "presentation");
      parts.push(none);
    }
    list.replaceChildren(...parts);
    said.textContent = sentence || (rows.length === 1 ? "1 result" : `${rows.length} results`);
    open(parts.length > 0);
    move(rows.length ? 0 : -1);
  };

  const ask = (more = false) => {
    clearTimeout(wait);
    turn += 1;
    isWhole = more;
    model.send_msg({ kind: "ask", turn, text: input.value.slice(0, MOST), more });
  };
  const empty = () => {
    clearTimeout(wait);
    input.value = "";
    turn += 1;
    rows = [];
    isAwaited = false;
    clear.hidden = true;
    said.textContent = "";
    list.replaceChildren();
    open(false);
    model.send_msg({ kind: "clear", turn });
  };

  input.oninput = () => {
    clear.hidden = input.value === "";
    isAwaited = false;
    // what is typed now is another question than the one whose answer is still on its way
    turn += 1;
    clearTimeout(wait);
    if (input.value.trim().length < LEAST) {
      rows = [];
      open(false);
      return model.send_msg({ kind: "clear", turn });
    }
    wait = setTimeout(ask, WAIT_MS, false);
  };
  input.onfocus = () => { if (list.childElementCount && input.value) open(true); };
  input.onblur = () => open(false);
  clear.onclick = () => { empty(); input.focus(); };
  input.onkeydown = (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden && list.childElementCount) return open(true);
      const n = rows.length + (hasMore() ? 1 : 0);
      if (rows.length) move((at + (event.key === "ArrowDown" ? 1 : n - 1)) % n);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden && hasMore() && at === rows.length) ask(true);
      else if (!list.hidden && rows[at]) choose(rows[at], event.shiftKey);
      else if (input.value.trim().length >= LEAST) { isAwaited = rows.length === 0; ask(); }
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (!list.hidden) open(false);
      else if (input.value) empty();
      else input.blur();
    }
  };

  model.on("msg:custom", (message) => {
    const answer = message.data ?? message;
    if (answer.kind !== "found" || answer.turn !== turn) return;
    rows = answer.rows;
    show(answer.sentence);
    if (el.getRootNode().activeElement !== input) open(false);
    else if (isAwaited && rows.length) choose(rows[0], false);
    isAwaited = false;
  });

  const pinned = (event) => {
    const row = rows.find(({ pin }) => pin === event.detail);
    if (row) choose(row, true);
  };
  window.addEventListener("wf-pin", pinned);
  const focus = () => { input.focus(); input.select(); };
  const unbind = [
    bindKey({ keys: ["/", "Ctrl+k"], title: "Search; numbers, names, places, coordinates", group: "Search", run: focus }),
    bindKey({ keys: ["ArrowDown", "ArrowUp"], title: "Walk through what was found", group: "Search" }),
    bindKey({ keys: ["Enter"], title: "Open it, or fly there", group: "Search" }),
    bindKey({ keys: ["Shift+Enter"], title: "Fly to its place on the map", group: "Search" }),
  ];
  return () => {
    window.removeEventListener("wf-pin", pinned);
    unbind.forEach((call) => call());
  };
}
