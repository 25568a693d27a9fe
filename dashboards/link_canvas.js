// The link graph in the browser: picture, list and tools; what is asked of the store goes to the server as a message.

// this module is loaded from a blob, which has no folder of its own
const asset = (name) => import(new URL(`/assets/${name}`, document.baseURI).href);
const [{ Drawing, pairKey }, { made }, { nodeList, says }] = await Promise.all(
  ["link_drawing.js", "elements.js", "link_list.js"].map(asset));

const GROUPS = [["person", "Person, organisation"], ["object", "Object"], ["location", "Place"], ["event", "Event"],
  ["case", "Case"], ["operation", "Operation"]];
const FAMILY = { in_case: "case", same_identifier: "same" };
const ADVICE_MS = 1800;
const words = (kind) => kind.replaceAll("_", " ");

// one line for each pair, as certain as its most certain link
function lined(rows) {
  const lines = new Map();
  for (const [a, b, kind, certainty, how, when, source] of rows) {
    const key = pairKey(a, b);
    const family = FAMILY[kind] ?? "link";
    const text = [words(kind), how && words(how), when].filter(Boolean).join(" · ") + ["", " · cannot be judged", " · doubtful"][certainty];
    const line = lines.get(key) ?? { a, b, certainty, family, texts: [], source };
    if (family === "link") line.family = "link";
    line.certainty = Math.min(line.certainty, certainty);
    line.texts.push(text);
    lines.set(key, line);
  }
  return [...lines.values()];
}

// how a way is asked for, until two are chosen
function pathHint(chosen, nodes) {
  if (nodes < 3 || chosen === 2) return "";
  return ["Path: Ctrl+click two", "Path: Ctrl+click another"][chosen] ?? "Path: choose just two";
}

function looks(el) {
  const style = getComputedStyle(el);
  const of = (name) => style.getPropertyValue(`--wf-${name}`).trim();
  return {
    ground: of("ground"), text: of("text"), font: of("font"),
    colours: { person: of("accent"), object: of("muted"), location: of("good"), event: of("bad"), case: of("warn"),
      operation: style.getPropertyValue("--wfk-operation").trim() },
    lines: { link: of("faint"), case: of("warn"), same: of("good") },
  };
}

// as a plain script: the browser reads it beside its other work, which it does not with a module of this loader
const libraryAt = (href) => globalThis.echarts ?? new Promise((done, fail) => {
  const script = document.createElement("script");
  script.src = href;
  script.onload = done;
  script.onerror = () => fail(new Error("the library of charts is not there"));
  document.head.append(script);
});

export async function render({ model, el }) {
  await libraryAt(new URL(model.library, document.baseURI).href);
  const echarts = globalThis.echarts;
  const root = made("div", "wfk");
  const tools = made("div", "wfk-tools", "", { role: "toolbar", "aria-label": "Graph" });
  const stage = made("div", "wfk-stage", "", { role: "img", tabindex: "0" });
  const line = made("p", "wfk-line", "", { role: "status" });
  const advice = made("p", "wfk-advice", "To zoom with the wheel, click into the graph first, or hold Ctrl");
  advice.hidden = true;
  const legend = made("div", "wfk-legend");
  let nodes = [], lines = [], chosen = [];

  const send = (kind, more = {}) => model.send_msg({ kind, ...more });
  const idOf = (index) => nodes[index].id;
  const choose = (indices) => {
    chosen = indices;
    show();
    send("select", { ids: indices.map(idOf) });
  };
  const act = {
    choose(index, isMore) {
      if (index < 0) { if (chosen.length) choose([]); return; }
      const rest = chosen.filter((one) => one !== index);
      choose(isMore ? (rest.length < chosen.length ? rest : [...chosen, index]) : [index]);
    },
    open: (index) => send("expand", { ids: [idOf(index)] }),
    close: (index) => send("collapse", { ids: [idOf(index)] }),
  };
  let advising = 0;
  const advise = ([x, y]) => {
    clearTimeout(advising);
    advice.hidden = false;
    const half = advice.offsetWidth / 2;
    Object.assign(advice.style, { left: `${Math.max(half, Math.min(stage.clientWidth - half, x))}px`, top: `${y}px` });
    advising = setTimeout(() => { advice.hidden = true; }, ADVICE_MS);
  };
  const list = nodeList(act);
  const drawing = new Drawing(stage, echarts, looks(el), (told) => {
    if (told.kind === "tap") act.choose(told.index, told.more);
    else if (told.kind === "open") act.open(told.index);
    else if (told.kind === "box") choose([...new Set([...chosen, ...told.indices])]);
    else if (told.kind === "passed") advise(told.at);
    else hover(told);
  });

  // ---------------------------------------------------------------- tools
  const button = (text, title, does) => {
    const one = made("button", "wfk-button", text, { type: "button", title });
    one.onclick = does;
    tools.append(one);
    return one;
  };
  const ids = () => chosen.map(idOf);
  const expand = button("Expand", "What the chosen records are linked to (double click, or Enter in the list)", () => send("expand", { ids: ids() }));
  const collapse = button("Collapse", "Take away what hangs on the chosen records alone (Delete in the list)", () => send("collapse", { ids: ids() }));
  const path = button("Path", "The shortest way between two chosen records; Ctrl+click, or the space bar in the list, chooses a second", () => send("path", { ids: ids() }));
  const nextWay = button("Next way", "Another way with as few links", () => {
    const [first, last] = [model.path[0], model.path.at(-1)];
    send("path", { ids: [first, last], nth: (model.way + 1) % model.ways });
  });
  nextWay.hidden = true;
  const open = button("Open", "The page of the chosen record", () => {
    const node = nodes[chosen[0]];
    window.open(`/${node.group === "case" ? "case" : "entity"}?id=${node.id}`, "_blank", "noopener");
  });
  button("Fit", "Show the whole graph (0)", () => drawing.fit());
  const roles = button("Roles", "Who stands between others here: hints, with how much they depend on what is not known", () => send("roles"));

  const filters = made("details", "wfk-filters");
  filters.append(made("summary", "wfk-button", "Filter"));
  const sheet = made("div", "wfk-sheet");
  filters.append(sheet);
  const hint = made("span", "wfk-hint");
  tools.append(filters, hint, made("span", "wfk-tlp"));
  const dates = ["since", "until"].map((name) => {
    // a field of the browser's own would write days as its country does
    const input = made("input", "wfk-date", "", { type: "text", maxlength: "10", placeholder: "YYYY-MM-DD", pattern: "\\d{4}-\\d{2}-\\d{2}",
      title: "A day, written YYYY-MM-DD", "aria-label": name === "since" ? "Links from this day" : "Links before this day" });
    input.onchange = () => {
      const day = input.value.trim();
      const isDay = !day || (/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day));
      input.setCustomValidity(isDay ? "" : "Write a day like 2026-08-11");
      if (isDay) sendChoice();
      else input.reportValidity();
    };
    return input;
  });
  const doubt = made("select", "wfk-doubt", "", { "aria-label": "How certain links must be" });
  for (const [value, text] of [["2", "Any certainty"], ["1", "Not the doubtful"], ["0", "Well founded only"]]) {
    doubt.append(made("option", "", text, { value }));
  }
  doubt.onchange = () => sendChoice();
  const kinds = made("div", "wfk-kinds", "", { role: "group", "aria-label": "Kinds of link" });
  sheet.append(made("p", "wfk-field", "How certain"), doubt, made("p", "wfk-field", "When, as far as it is told"), ...dates,
    made("p", "wfk-field", "Kinds of link (none: any)"), kinds);
  const sendChoice = () => send("choice", { kinds: [...kinds.querySelectorAll("input:checked")].map((one) => one.value),
    doubt: Number(doubt.value), since: dates[0].value, until: dates[1].value });
  const drawKinds = () => {
    const picked = new Set(model.choice.kinds ?? []);
    kinds.replaceChildren(...(model.kinds ?? []).map(([kind, n]) => {
      const label = made("label", "wfk-kind");
      const box = made("input", "", "", { type: "checkbox", value: kind });
      box.checked = picked.has(kind);
      box.onchange = sendChoice;
      label.append(box, made("span", "", words(kind)), made("i", "", n ? n.toLocaleString("en") : ""));
      return label;
    }));
    doubt.value = String(model.choice.doubt ?? 2);
    dates[0].value = model.choice.since ?? "";
    dates[1].value = model.choice.until ?? "";
    filters.classList.toggle("wfk-on", Boolean(picked.size || model.choice.doubt < 2 || model.choice.since || model.choice.until));
  };

  // ---------------------------------------------------------------- what is said
  const hover = ({ index, edge }) => {
    stage.title = index === undefined ? "" : nodes[index].name;
    if (index !== undefined) line.textContent = `${nodes[index].name} · ${says(nodes[index])} · ${nodes[index].label}`;
    else if (edge) {
      const found = lines.find((one) => pairKey(one.a, one.b) === pairKey(...edge));
      line.textContent = found ? `${nodes[found.a].name} – ${nodes[found.b].name}: ${found.texts.join("; ")} · ${found.source}` : "";
    } else line.textContent = model.note;
  };
  const drawLegend = () => {
    const present = new Set(nodes.map((node) => node.group)), families = new Set(lines.map((one) => one.family));
    const entries = GROUPS.filter(([group]) => present.has(group)).map(([group, text]) => [`wfk-shape wfk-shape-${group}`, text]);
    if (nodes.some((node) => node.certainty === 2)) entries.push(["wfk-shape wfk-shape-doubt", "Doubtful record: hollow"]);
    if (nodes.some((node) => node.certainty === 1)) entries.push(["wfk-shape wfk-shape-pale", "Cannot be judged: pale"]);
    if (nodes.some((node) => node.status === "conflict")) entries.push(["wfk-ring-conflict", "Conflict with another agency"]);
    if (nodes.some((node) => node.seed)) entries.push(["wfk-ring-seed", "Chosen at first"]);
    entries.push(["wfk-stroke wfk-stroke-link", "Link"]);
    if (families.has("case")) entries.push(["wfk-stroke wfk-stroke-case", "In a case"]);
    if (families.has("same")) entries.push(["wfk-stroke wfk-stroke-same", "Same identifier"]);
    if (lines.some((one) => one.certainty === 1)) entries.push(["wfk-stroke wfk-stroke-faint", "Link cannot be judged"]);
    if (lines.some((one) => one.certainty === 2)) entries.push(["wfk-stroke wfk-stroke-dashed", "Doubtful link"]);
    legend.replaceChildren(...entries.map(([mark, text]) => {
      const entry = made("span", "wfk-entry");
      entry.append(made("i", mark), made("span", "", text));
      return entry;
    }));
  };
  const show = () => {
    const at = new Map(nodes.map((node) => [node.id, node.index]));
    const way = (model.path ?? []).filter((id) => at.has(id)).map((id) => at.get(id));
    const band = way.slice(1).map((index, step) => pairKey(way[step], index));
    drawing.choose(chosen, band, way);
    nextWay.hidden = way.length < 2 || model.ways < 2;
    nextWay.textContent = `Next way (${model.way + 1} of ${model.ways})`;
    list.choose(chosen);
    expand.disabled = collapse.disabled = !chosen.length;
    path.disabled = chosen.length !== 2;
    hint.textContent = pathHint(chosen.length, nodes.length);
    open.disabled = chosen.length !== 1 || nodes[chosen[0]].group === "operation";
    line.textContent = model.note;
  };
  const take = () => {
    const kept = new Set(chosen.map((index) => nodes[index]?.id));
    nodes = (model.graph.nodes ?? []).map(([id, x, y, group, kind, name, short, when, label, tlp, certainty, linked, more, status, seed], index) => ({
      id, place: [x, y], group, kind, name, short, when, label, tlp, certainty, linked, more, status, seed, index,
      size: group === "case" ? 17 : Math.min(24, 10 + 1.6 * Math.sqrt(linked)),
    }));
    lines = lined(model.graph.links ?? []);
    chosen = nodes.filter((node) => kept.has(node.id)).map((node) => node.index);
    // first what the picture leaves its room to: it is drawn once
    drawLegend();
    line.textContent = model.note;
    // what is no longer drawn is no longer chosen, on the map either
    if (chosen.length < kept.size) send("select", { ids: chosen.map(idOf) });
    drawing.show(nodes, lines);
    list.show(nodes);
    stage.setAttribute("aria-label", `Graph of ${nodes.length} records and ${lines.length} links; the list beside it says the same`);
    tools.querySelector(".wfk-tlp").textContent = model.graph.tlp ?? "";
    drawKinds();
    show();
  };
  const takeSelected = () => {
    const wanted = new Set(model.selected);
    chosen = nodes.filter((node) => wanted.has(node.id)).map((node) => node.index);
    drawing.bring(chosen);
    show();
  };

  stage.wfDrawing = drawing;
  stage.onkeydown = (event) => {
    const does = {
      "+": () => drawing.zoom(1.4), "=": () => drawing.zoom(1.4), "-": () => drawing.zoom(1 / 1.4), 0: () => drawing.fit(),
      ArrowLeft: () => drawing.move(60, 0), ArrowRight: () => drawing.move(-60, 0), ArrowUp: () => drawing.move(0, 60),
      ArrowDown: () => drawing.move(0, -60), Enter: () => send("expand", { ids: ids() }), Delete: () => send("collapse", { ids: ids() }),
      Escape: () => act.choose(-1),
    }[event.key];
    if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  };
  const middle = made("div", "wfk-middle");
  middle.append(stage, advice, legend, line);
  const grid = made("div", "wfk-grid");
  grid.append(tools, middle, list.root);
  root.append(grid);
  el.append(root);
  const dressed = new MutationObserver(() => { drawing.look = looks(el); drawing.draw(); });
  dressed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  model.on("graph", take);
  model.on("selected", takeSelected);
  model.on("path", show);
  model.on("note", show);
  model.on("choice", drawKinds);
  model.on("kinds", drawKinds);
  model.on("remove", () => { clearTimeout(advising); dressed.disconnect(); drawing.close(); });
  take();
  if (model.selected.length) takeSelected();
}
