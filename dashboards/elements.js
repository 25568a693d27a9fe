// Elements as all parts of the page make them: what comes from the store is set as text, never as markup.

const SURE_MS = 5000;

// how large a page's pixel is on the screen: 2 on a wall, see page.css. Places of events and boxes are the screen's.
export const pageZoom = () => document.documentElement.currentCSSZoom ?? 1;

export const made = (name, className = "", text = "", attributes = {}) => {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

export const tlpChip = (label) => made("span", `tlp tlp-${label.tlp_code}`, label.tlp, { title: label.label });

// a button; what takes something away is asked twice: `sure` is what it asks then, if anything
export function askedTwice({ title, sure, name }, run) {
  const button = made("button", "", title, { type: "button", "aria-label": `${title}: ${name}` });
  const say = (text, isSure) => {
    button.textContent = text;
    button.classList.toggle("sure", isSure);
    button.setAttribute("aria-label", `${text}: ${name}`);
  };
  button.onclick = () => {
    if (!sure || button.classList.contains("sure")) return run();
    say(sure, true);
    setTimeout(() => say(title, false), SURE_MS);
  };
  return button;
}

// a page that is not served over TLS has no clipboard of its own
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const sheet = made("textarea", "", text);
    sheet.style.cssText = "position: fixed; top: 0; opacity: 0";
    document.body.append(sheet);
    sheet.select();
    document.execCommand("copy");
    sheet.remove();
  }
}
