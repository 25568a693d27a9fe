// Before anything is drawn: dark or light as this browser keeps it, else as the address says; see page_theme.js.
(() => {
  "use strict";
  const theme = localStorage.getItem("wf-theme") ?? new URLSearchParams(location.search).get("theme");
  if (theme === "light") document.documentElement.dataset.theme = theme;
})();
