// Tabs for a keyboard and a screen reader: Bokeh's headers take the focus, but have no keys, no roles, and stand behind
// what they open (3.10). One header is reached by Tab, arrows turn to the next ones, as in any list of tabs.
(() => {
  "use strict";
  const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
  const of = Bokeh.Models.get("Tabs").prototype.default_view.prototype;
  const { render, _update_headers: write, update_active: turn } = of;

  function tell(view) {
    const { normalized_active: at, header_els: headers } = view;
    headers.forEach((header, index) => {
      header.setAttribute("aria-selected", String(index === at));
      header.tabIndex = index === at ? 0 : -1;
    });
    view.model.tabs.forEach((tab) => {
      const shown = view.child_views.find((one) => one.model === tab.child);
      shown?.el.setAttribute("role", "tabpanel");
      shown?.el.setAttribute("aria-label", tab.title);
    });
  }

  function walk(view, event) {
    const { header_els: headers } = view, at = headers.indexOf(event.target), last = headers.length - 1;
    const step = STEPS[event.key];
    const next = step ? (at + step + headers.length) % headers.length
      : { Home: 0, End: last, Enter: at, " ": at }[event.key];
    if (at < 0 || next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    view.change_active(next);
    headers[next].focus();
  }

  of.render = function () {
    render.call(this);
    this.shadow_el.prepend(this.header_el);
    this.headers_wrapper_el.setAttribute("role", "tablist");
    this.headers_wrapper_el.addEventListener("keydown", (event) => walk(this, event));
  };
  of._update_headers = function () {
    write.call(this);
    this.header_els.forEach((header) => header.setAttribute("role", "tab"));
    tell(this);
  };
  of.update_active = function () {
    turn.call(this);
    tell(this);
  };
})();
