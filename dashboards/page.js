// Every framed page: the clock, the idle lock, and the truth about the connection.
(() => {
  "use strict";
  const CHECK_S = 20;
  const TOUCH_S = 60;
  const { seal, formKey, idleMinutes } = document.body.dataset;
  const lost = document.getElementById("wf-lost");
  const clock = document.getElementById("wf-clock");
  const HAND = "wf-last-hand";
  let lastTouch = Date.now();
  let lastAnswer = new Date();

  const zulu = (at) => at.toISOString().slice(0, 19).replace("T", " ") + "Z";
  const tick = () => { clock.textContent = zulu(new Date()); };

  // shared by the tabs of one browser: who works in one is not idle in the others
  const lastHand = () => Number(localStorage.getItem(HAND) || 0);
  const noteHand = () => {
    if (Date.now() - lastHand() > 1000) localStorage.setItem(HAND, Date.now());
  };

  const lock = async () => {
    document.body.style.visibility = "hidden";
    await fetch("/session/lock", { method: "POST", headers: { "x-form-key": formKey } }).catch(() => {});
    leave();
  };

  const leave = () => {
    document.body.style.visibility = "hidden";
    location.replace("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
  };

  const ask = async (path, options) => {
    let answer;
    try {
      answer = await fetch(path, { cache: "no-store", ...options });
    } catch {
      lost.textContent = "Connection lost, last answer " + zulu(lastAnswer);
      lost.hidden = false;
      return;
    }
    if (answer.status === 401) return leave();
    if (!answer.ok) return;
    lastAnswer = new Date();
    lost.hidden = true;
    if ((await answer.json()).seal !== seal) location.reload();
  };

  const check = () => {
    if (idleMinutes && Date.now() - lastHand() > idleMinutes * 60000) return lock();
    if (idleMinutes && lastHand() > lastTouch && Date.now() - lastTouch > TOUCH_S * 1000) {
      lastTouch = Date.now();
      return ask("/session/touch", { method: "POST", headers: { "x-form-key": formKey } });
    }
    return ask("/session");
  };

  // a tab of this browser goes back to what it asked, not to the page's first question
  for (const link of document.querySelectorAll("nav a")) {
    const path = new URL(link.href).pathname;
    const asked = sessionStorage.getItem(`wf-asked ${path}`);
    if (asked && path !== location.pathname) link.href = path + asked;
  }

  // what one person asked is nothing to the next at this desk
  document.querySelector('form[action="/sign-out"]')?.addEventListener("submit", () => sessionStorage.clear());

  for (const hand of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    addEventListener(hand, noteHand, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) check(); });
  addEventListener("pageshow", (event) => { if (event.persisted) check(); });
  noteHand();
  setInterval(check, CHECK_S * 1000);
  setInterval(tick, 1000);
  tick();

  // sections of panes lie in shadow roots, which a link by name does not reach by itself
  const named = (root, name) => {
    const found = root.querySelector(`#${CSS.escape(name)}`);
    if (found) return found;
    for (const element of root.querySelectorAll("*")) {
      const within = element.shadowRoot && named(element.shadowRoot, name);
      if (within) return within;
    }
    return null;
  };
  addEventListener("click", (event) => {
    const link = event.composedPath().find((one) => one.tagName === "A");
    const aim = link?.getAttribute("href")?.startsWith("#wf-") && named(document, link.getAttribute("href").slice(1));
    if (!aim) return;
    event.preventDefault();
    aim.scrollIntoView({ block: "start" });
    aim.focus({ preventScroll: true });
  });
})();
