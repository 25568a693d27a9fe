// A table of records of which only the rows in sight are there; the others are asked for as they come into sight.
// Everything is set as text, never as markup. The row under the cursor or the focus names its place to the map.

const { made } = await import(new URL("/assets/elements.js", document.baseURI).href);
const { RecordBar } = await import(new URL("/assets/record_bar.js", document.baseURI).href);

const PAGE = 60;
const AHEAD = 8;
const WAIT_MS = 60;
const TYPED_MS = 250;
const NARROW_PX = 640;
const HEIGHTS = { wide: 30, narrow: 62 };
// a browser lays out no element higher than some millions of pixels
const MOST_PX = 8_000_000;

class Table {
  constructor(model, el) {
    Object.assign(this, { model, el });
    this.turn = 0;
    this.sort = "when";
    this.descending = true;
    this.text = "";
    this.active = 0;
    this.frame();
    this.listen();
    this.begin();
  }

  frame() {
    const { model, el } = this;
    this.look = made("input", "wft-look", "", { type: "search", placeholder: "Look in title, place, label", "aria-label": "Look in these records" });
    this.order = made("select", "wft-order", "", { "aria-label": "Sort by" });
    this.order.append(...model.columns.map(([code, title]) => made("option", "", title, { value: code })));
    this.way = made("button", "wft-way", "", { type: "button" });
    const tools = made("div", "wft-tools");
    tools.append(this.look, this.order, this.way);
    this.head = made("div", "wft-head wft-row", "", { role: "row" });
    this.heads = new Map(model.columns.map(([code, title]) => {
      const cell = made("div", `wft-${code}`, "", { role: "columnheader" });
      const button = made("button", "", title, { type: "button" });
      button.onclick = () => this.by(code);
      cell.append(button);
      this.head.append(cell);
      return [code, cell];
    }));
    this.head.append(made("div", "wft-cases", "Case", { role: "columnheader" }));
    this.room = made("div", "wft-room", "", { role: "rowgroup" });
    this.body = made("div", "wft-body", "", { tabindex: "0", role: "grid", "aria-label": model.label });
    this.body.append(this.head, this.room);
    this.said = made("p", "wft-said", "", { role: "status" });
    this.bar = new RecordBar(() => this.close());
    el.append(tools, this.body, this.said, this.bar.root);
  }

  listen() {
    this.body.addEventListener("scroll", () => this.draw(), { passive: true });
    this.body.addEventListener("keydown", (event) => this.key(event));
    this.body.addEventListener("pointerover", (event) => this.point(event.target.closest?.(".wft-item")));
    this.body.addEventListener("pointerleave", () => this.point(null));
    this.body.addEventListener("blur", () => this.point(null));
    this.room.addEventListener("click", (event) => {
      const row = event.target.closest(".wft-item");
      if (row && this.total !== null && !event.target.closest("a")) { this.go(Number(row.dataset.index)); this.open(); }
    });
    this.order.onchange = () => { this.sort = this.order.value; this.begin(); };
    this.way.onclick = () => { this.descending = !this.descending; this.begin(); };
    this.look.oninput = () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => { this.text = this.look.value.slice(0, 100); this.begin(); }, TYPED_MS);
    };
    new ResizeObserver(() => this.size()).observe(this.body);
  }

  by(code) {
    this.descending = this.sort === code ? !this.descending : code === "when" || code === "amount";
    this.sort = code;
    this.begin();
  }

  // other rows, or the same in another order
  begin() {
    this.turn += 1;
    if (!this.bar.root.hidden) this.close();
    this.rows = new Map();
    this.asked = new Set();
    this.total = null;
    this.active = 0;
    this.order.value = this.sort;
    this.way.textContent = this.descending ? "↓" : "↑";
    this.way.setAttribute("aria-label", this.descending ? "Descending: turn round" : "Ascending: turn round");
    for (const [code, cell] of this.heads) {
      cell.setAttribute("aria-sort", code !== this.sort ? "none" : this.descending ? "descending" : "ascending");
    }
    this.body.setAttribute("aria-busy", "true");
    this.body.scrollTop = 0;
    if (this.model.source > 0) this.ask(0);
    else this.draw();
  }

  ask(page) {
    if (this.asked.has(page)) return;
    this.asked.add(page);
    const { turn, sort, descending, text } = this;
    this.model.send_msg({ kind: "page", turn, sort, descending, text, offset: page * PAGE, limit: PAGE });
  }

  tell({ turn, offset, total, rows }) {
    if (turn !== this.turn) return;
    rows.forEach((row, index) => this.rows.set(offset + index, row));
    this.total = total;
    this.body.setAttribute("aria-busy", "false");
    this.said.textContent = total === 0 ? "No records under this text." : `${total.toLocaleString("en")} ${total === 1 ? "record" : "records"}`;
    this.size();
  }

  fault({ turn, sentence }) {
    this.body.setAttribute("aria-busy", "false");
    if (turn === this.turn || turn === -1) this.said.textContent = sentence;
    this.asked.clear();
  }

  size() {
    this.narrow = this.body.clientWidth < NARROW_PX;
    this.el.classList.toggle("wft-is-narrow", this.narrow);
    this.height = this.narrow ? HEIGHTS.narrow : HEIGHTS.wide;
    this.room.style.height = `${Math.min(MOST_PX, (this.total ?? 0) * this.height)}px`;
    this.body.setAttribute("aria-rowcount", String((this.total ?? 0) + 1));
    this.draw();
  }

  // scrolled pixels and rows: the same, unless there are more rows than a browser can lay out
  get share() {
    return Math.max(1, ((this.total ?? 0) * this.height) / MOST_PX);
  }

  draw() {
    if (this.total === null || !this.height) return this.room.replaceChildren();
    const top = this.body.scrollTop;
    const first = Math.max(0, Math.floor((top * this.share) / this.height) - AHEAD);
    const last = Math.min(this.total, first + Math.ceil(this.body.clientHeight / this.height) + 2 * AHEAD);
    const items = [];
    for (let index = first; index < last; index += 1) items.push(this.item(index, top));
    this.room.replaceChildren(...items);
    clearTimeout(this.asking);
    this.asking = setTimeout(() => {
      for (let page = Math.floor(first / PAGE); page * PAGE < last; page += 1) {
        if (!this.rows.has(page * PAGE)) this.ask(page);
      }
    }, WAIT_MS);
  }

  item(index, top) {
    const row = this.rows.get(index);
    const item = made("div", "wft-item wft-row", "", { role: "row", "aria-rowindex": String(index + 2), id: `wft-${index}` });
    item.dataset.index = index;
    const shift = top * (this.share - 1);
    item.style.transform = `translateY(${index * this.height - shift}px)`;
    item.style.height = `${this.height}px`;
    item.classList.toggle("wft-active", index === this.active);
    if (!row) {
      item.append(made("div", "wft-waits", "…", { role: "gridcell" }));
      return item;
    }
    item.classList.toggle("wft-may", row.may);
    if (row.may) item.title = "May lie in the selection: its place is known too roughly to say";
    const cell = (name, text, title = text) => made("div", `wft-${name}`, text, { role: "gridcell", title });
    const cases = made("div", "wft-cases", "", { role: "gridcell" });
    cases.append(...row.cases.map(([href, number]) => made("a", "", number, { href, title: `Case ${number}` })));
    const what = cell("what", row.what);
    if (row.may) what.prepend(made("i", "wft-mark", "may"));
    // a narrow row has room for the day
    item.append(cell("when", this.narrow ? row.when.slice(0, 10) : row.when, row.when), what, cell("amount", row.amount, row.taken), cell("place", row.place),
      cell("precision", row.precision), cell("label", row.holder || row.label, row.label), cell("grading", row.grading), cases);
    return item;
  }

  key(event) {
    if (event.target !== this.body || this.total === null) return;
    const page = Math.max(1, Math.floor(this.body.clientHeight / this.height) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.active, End: this.total };
    if (event.key in steps) this.go(this.active + steps[event.key]);
    else if (event.key === "Enter") this.open();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  go(index) {
    this.active = Math.max(0, Math.min(this.total - 1, index));
    const top = (this.active * this.height) / this.share;
    const seen = this.body.clientHeight - this.head.offsetHeight;
    if (top < this.body.scrollTop) this.body.scrollTop = top;
    else if (top + this.height > this.body.scrollTop + seen) this.body.scrollTop = top + this.height - seen;
    this.draw();
    this.body.setAttribute("aria-activedescendant", `wft-${this.active}`);
    this.name(this.rows.get(this.active));
  }

  open() {
    const row = this.rows.get(this.active);
    if (!row) return;
    this.model.send_msg({ kind: "open", id: row.id });
    this.bar.show(row);
  }

  close() {
    const hadFocus = this.bar.root.contains(this.el.getRootNode().activeElement);
    this.bar.hide();
    this.model.send_msg({ kind: "open", id: "" });
    if (hadFocus) this.body.focus();
  }

  point(item) {
    this.name(item ? this.rows.get(Number(item.dataset.index)) : null);
  }

  name(row) {
    const [lon, lat, metres] = row?.at ?? [];
    window.dispatchEvent(new CustomEvent("wf-place", { detail: row?.at ? { lon, lat, metres } : null }));
  }
}

export function render({ model, el }) {
  el.classList.add("wft");
  const table = new Table(model, el);
  model.on("source", () => table.begin());
  model.on("msg:custom", (message) => {
    const told = message.data ?? message;
    if (told.kind === "rows") table.tell(told);
    if (told.kind === "fault") table.fault(told);
    if (told.kind === "card") table.bar.bring();
  });
}
