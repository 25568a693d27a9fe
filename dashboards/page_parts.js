// The parts of a page that one key leads through, past all that stands in them: see keyboard.js. They lie in shadow roots.

const PARTS = ["wf-top", "wf-left", "wfm", "wfl-canvas", "wf-right"];
const REACHED = "a[href], button, input, select, textarea, summary, canvas, [tabindex]";

function* within(root) {
  for (const element of root.children) {
    yield element;
    yield* within(element.shadowRoot ?? element);
  }
}

const isReached = (element) => element.matches(REACHED) && element.tabIndex >= 0 && !element.disabled
  && element.checkVisibility({ visibilityProperty: true });

// what takes the focus in each part that is there, in the order of the page; its tab where it has some
function places() {
  const found = new Map();
  const all = [...within(document.body)];
  for (const name of PARTS) {
    const part = all.find((one) => one.classList.contains(name));
    const place = part && [part, ...within(part.shadowRoot ?? part)].find(isReached);
    if (place) found.set(part, place);
  }
  return found;
}

// step: 1 to the next part, -1 to the one before; from nowhere to the first or the last
export function turnTo(step, path) {
  const found = places(), parts = [...found.keys()];
  const at = parts.findIndex((part) => path.includes(part));
  const next = at < 0 ? (step > 0 ? 0 : parts.length - 1) : (at + step + parts.length) % parts.length;
  found.get(parts[next])?.focus();
}
