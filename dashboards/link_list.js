// The nodes of a graph as a list: the same as the picture, for reading, for the keyboard and for screen readers.

import { made } from "./elements.js";

const MOST_ROWS = 300;

const WORD = { person: "person", object: "object", location: "location", event: "event", case: "case", operation: "operation" };
const DOUBT = ["", " · cannot be judged", " · doubtful"];

export const says = (node) => [node.kind === node.group ? WORD[node.group] : `${node.kind} ${node.group === "case" ? "case" : ""}`.trim(),
  node.when, `${node.linked.toLocaleString("en")} linked`].filter(Boolean).join(" · ") + DOUBT[node.certainty];

// act: { choose(index, isMore), open(index), close(index) }
export function nodeList(act) {
  const root = made("section", "wfk-list", "", { "aria-label": "Records in the graph" });
  const search = made("input", "wfk-find", "", { type: "search", placeholder: "Find by name, kind or day", "aria-label": "Find in the graph" });
  const list = made("ul", "wfk-rows", "", { role: "listbox", "aria-multiselectable": "true", "aria-label": "Records", tabindex: "0" });
  const count = made("p", "wfk-count");
  root.append(search, count, list);
  let nodes = [], order = [], chosen = new Set(), at = 0;

  const draw = () => {
    const wanted = search.value.trim().toLowerCase();
    order = nodes.filter((node) => !wanted || node.name.toLowerCase().includes(wanted) || node.kind.includes(wanted) || node.when.includes(wanted))
      .sort((a, b) => Number(chosen.has(b.index)) - Number(chosen.has(a.index)) || b.linked - a.linked || a.name.localeCompare(b.name));
    const total = order.length;
    order = order.slice(0, MOST_ROWS);
    count.textContent = total > order.length ? `${order.length} of ${total.toLocaleString("en")} listed: type to find others`
      : `${total.toLocaleString("en")} ${total === 1 ? "record" : "records"}`;
    at = Math.max(0, Math.min(at, order.length - 1));
    list.replaceChildren(...order.map((node, row) => {
      const item = made("li", `wfk-row wfk-${node.group}`, "", { role: "option", id: `wfk-row-${row}`,
        "aria-selected": String(chosen.has(node.index)) });
      const marks = made("span", "wfk-marks");
      marks.append(made("span", "wfk-label", node.tlp));
      if (node.status) marks.append(made("span", `wfk-status wfk-status-${node.status}`, node.status));
      item.append(made("i", `wfk-shape wfk-shape-${node.group}`), made("b", "", node.name), made("span", "wfk-says", says(node)), marks);
      item.classList.toggle("wfk-at", row === at);
      item.onclick = (event) => { at = row; act.choose(node.index, event.ctrlKey || event.metaKey || event.shiftKey); };
      item.ondblclick = () => act.open(node.index);
      return item;
    }));
    if (order.length) list.setAttribute("aria-activedescendant", `wfk-row-${at}`);
  };
  const go = (row) => {
    at = Math.max(0, Math.min(order.length - 1, row));
    list.querySelectorAll(".wfk-row").forEach((item, index) => item.classList.toggle("wfk-at", index === at));
    list.setAttribute("aria-activedescendant", `wfk-row-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  list.onkeydown = (event) => {
    const node = order[at];
    const does = {
      ArrowDown: () => go(at + 1), ArrowUp: () => go(at - 1), Home: () => go(0), End: () => go(order.length - 1),
      " ": () => node && act.choose(node.index, true), Enter: () => node && act.open(node.index),
      Delete: () => node && act.close(node.index), Backspace: () => node && act.close(node.index),
    }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  };
  search.oninput = () => { at = 0; draw(); };
  return { root, show(given) { nodes = given; draw(); }, choose(given) { chosen = new Set(given); draw(); } };
}
