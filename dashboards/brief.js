// The brief's own button: all else of the page is plain.

document.getElementById("wf-print")?.addEventListener("click", () => window.print());
