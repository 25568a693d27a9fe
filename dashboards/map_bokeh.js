// The map in the browser: bounded zoom, scale bar, cursor coordinates, taps, keys.
// Everything here answers the hand without asking the server; the server hears of a view once it rests.

// this module is loaded from a blob, which has no folder of its own
const asset = (name) => import(new URL(`/assets/${name}`, document.baseURI).href);
const [{ takeOver }, { Look }, { LiveMarks }, { AreaTools }, { Highlight }, { Hover }, { TrackView }, { MapTools }, { bindMapKeys }, { Swipe }, { Play }, { KeptMarks }, { Overlays }, { pageZoom }, places] = await Promise.all(
  ["map_painting.js", "map_look.js", "map_live.js", "map_areas.js", "map_highlight.js", "map_hover.js", "map_track.js", "map_tools.js", "map_keys.js", "map_swipe.js",
    "map_play.js", "map_kept.js", "map_overlays.js", "elements.js", "map_places.js"].map(asset),
);
const { WORLD, element, latOf, lonOf } = places;

const REST_MS = 120;
// so long may the map show what was asked before without saying so
const OLD_MS = 700;

// Bokeh hangs what hovering tells into the document itself, beyond the reach of this component's own style
function dressTooltips() {
  const href = new URL("/assets/tooltips.css", document.baseURI).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

const HOME = "The view that the page opens on (0)", SELECTION = "The whole selection (0)";

function furniture(el) {
  const parts = {
    progress: element("div", "wfm-progress", { role: "progressbar", "aria-label": "Map is loading" }),
    scale: element("div", "wfm-scale"),
    live: element("output", "wfm-live", { "aria-label": "Age of live positions", hidden: "" }),
    old: element("output", "wfm-old", { hidden: "" }, "Updating: the map still shows what was asked before"),
    notice: element("button", "wfm-notice", { type: "button", hidden: "" }),
    cross: element("div", "wfm-cross", { hidden: "" }),
    nearer: element("button", "", { type: "button", "aria-label": "Zoom in", title: "Zoom in (+)" }, "+"),
    wider: element("button", "", { type: "button", "aria-label": "Zoom out", title: "Zoom out (−)" }, "−"),
    home: element("button", "wfm-home", { type: "button", "aria-label": HOME, title: HOME }, "⤢"),
  };
  const zooms = element("div", "wfm-zooms wfm-over");
  zooms.append(parts.nearer, parts.wider, parts.home);
  el.append(parts.progress, zooms, parts.scale, parts.live, parts.old, parts.notice, parts.cross);
  return parts;
}

// marks are drawn in the screen's own pixels: on a wall they are as large as the page's letters
function swell(plot) {
  for (const { glyph } of plot.model.renderers) {
    for (const { transform } of [glyph?.size, glyph?.line_width].filter(Boolean)) {
      if (transform) transform.y = transform.x.map((pixels) => pixels * pageZoom());
    }
  }
}

export default {
  render({ model, view, el }) {
    el.classList.add("wfm");
    el.tabIndex = 0;
    el.setAttribute("role", "application");
    el.setAttribute("aria-label", "Map: arrow keys move, plus and minus zoom, Enter asks about the middle; of a track, Space plays; question mark lists all keys");
    el.append(model.get_child("figure"));
    const parts = furniture(el);
    dressTooltips();

    model.on("after_render", () => {
      const plot = view.get_child_view(model.data?.figure ?? model.figure);
      if (plot === undefined || el.dataset.ready) return;
      el.dataset.ready = "yes";
      start(plot);
    });

    const start = (plot) => {
      swell(plot);
      // the map itself takes the focus: Bokeh's own place for it within has no name and no keys
      plot.canvas_view.events_el.tabIndex = -1;
      const look = new Look(plot, model.zooms, el);
      const ground = plot.model.renderers.find((one) => one.type === "TileRenderer");
      let told = 0, aging = 0, hasShown = false;
      const live = new LiveMarks({ output: parts.live, world: WORLD, stale: () => model.send_msg({ kind: "stale" }) });
      // nothing stands until the map's own tiles have told that they do
      const states = [{ busy: true }, {}];
      const heard = (which) => (state) => {
        if (state.stale) return model.send_msg({ kind: "stale" });
        states[which] = state;
        const [busy, failed] = [states.some((one) => one.busy), states.reduce((sum, one) => sum + (one.failed ?? 0), 0)];
        parts.progress.classList.toggle("wfm-busy", busy);
        const settled = busy ? "" : "yes";
        if (el.dataset.settled !== settled) el.dataset.settled = settled;
        if (settled) hasShown = true;
        if (settled || !states[0].isOld) { clearTimeout(aging); parts.old.hidden = true; }
        parts.notice.hidden = failed === 0;
        if (failed > 0) parts.notice.textContent = `${failed} parts of the map did not load. Try again`;
        if (failed > 0 && told === 0) model.send_msg({ kind: "failed", count: failed });
        told = failed;
      };
      const swipe = new Swipe({ el, tell: heard(1) });
      const overlays = new Overlays({ el, stale: () => model.send_msg({ kind: "stale" }), settled: () => model.send_msg({ kind: "overlaid" }) });
      const tiles = takeOver(plot, ground, { size: model.tile_pixels, zooms: model.zooms }, live, swipe, overlays, heard(0), () => sized());
      const play = new Play({
        el, look, stale: () => model.send_msg({ kind: "stale" }), ended: () => model.send_msg({ kind: "played" }),
        turned: (runs) => model.send_msg({ kind: "played", runs }),
      });

      const track = new TrackView({ el, look });
      const hover = new Hover({ el, look, ask: (asked) => model.send_msg({ kind: "hover", ...asked }) });
      const tools = new MapTools({ el, look, scale: parts.scale, send: (message) => model.send_msg(message) });
      const areas = new AreaTools({ el, look, rail: tools.rail, tell: (name, op) => model.send_msg({ kind: "area", name, op }) });
      const highlight = new Highlight({ el, look });
      const kept = new KeptMarks({ el, look, rail: tools.rail, send: (message) => model.send_msg(message) });
      kept.show(model.kept);
      model.on("kept", () => kept.show(model.kept));
      const follow = () => hover.set(model.hovers);
      follow();
      model.on("hovers", follow);

      let rest = null;
      const redraw = () => {
        tools.moved();
        track.moved();
        play.moved();
        areas.draw();
        kept.moved();
        highlight.draw();
        hover.forget();
      };
      const sized = () => {
        look.bound();
        redraw();
      };
      const moved = () => {
        redraw();
        clearTimeout(rest);
        rest = setTimeout(() => {
          tools.unwound(look.unwind());
          model.send_msg(look.report());
        }, REST_MS);
      };
      const begin = () => {
        look.bound();
        const [lon, lat, zoom] = model.start;
        look.go(lon, lat, zoom);
        tiles.show(model.url);
        swipe.show(model.swipe);
        overlays.show(model.overlays);
        play.show(model.play);
        plot.model.x_range.change.connect(moved);
        plot.model.y_range.change.connect(moved);
        moved();
      };
      const whenSized = () => (look.size.width > 1 ? begin() : requestAnimationFrame(whenSized));
      whenSized();

      new ResizeObserver(sized).observe(el);
      model.on("url", () => {
        clearTimeout(aging);
        aging = setTimeout(() => { parts.old.hidden = !hasShown || !states[0].isOld; }, OLD_MS);
        tiles.show(model.url);
      });
      model.on("swipe", () => swipe.show(model.swipe));
      model.on("overlays", () => overlays.show(model.overlays));
      model.on("play", () => play.show(model.play));
      model.on("live", () => live.show(model.live));
      live.show(model.live);
      model.on("msg:custom", (message) => {
        const order = message.data ?? message;
        if (order.kind === "fly") look.go(order.lon, order.lat, order.zoom);
        if (order.kind === "fit") look.fit(order.box);
        if (order.kind === "hovered") hover.tell(order);
        if (order.kind === "geodesy") tools.tell(order);
        if (order.kind === "pins") tools.pins.show(order.pins);
        if (order.kind === "keep") kept.begin(order.what);
        if (order.kind === "track") track.show(order.track);
        if (order.kind === "moment") track.goTo(order);
      });
      plot.model.on_event("tap", (event) => {
        const { shift, alt } = event.modifiers ?? {};
        const op = alt ? "subtract" : shift ? "add" : "set";
        model.send_msg({ kind: "tap", lon: lonOf(event.x), lat: latOf(event.y), zoom: look.zoom, op });
      });
      parts.nearer.onclick = () => look.nearer(1);
      parts.wider.onclick = () => look.nearer(-1);
      const see = (view) => (view.length === 4 ? look.fit(view) : look.go(...view));
      const home = () => see(model.whole.length ? model.whole : model.home);
      const name = () => {
        parts.home.title = model.whole.length ? SELECTION : HOME;
        parts.home.setAttribute("aria-label", parts.home.title);
      };
      parts.home.onclick = home;
      model.on("whole", name);
      name();
      parts.notice.onclick = () => tiles.again();
      const ask = () => {
        const [x, y] = look.middle;
        model.send_msg({ kind: "tap", lon: lonOf(x), lat: latOf(y), zoom: look.zoom });
      };
      bindMapKeys({ el, look, home, ask, cross: parts.cross, first: (event) => tools.rail.key(event) || track.playback.key(event) || play.key(event) });
      el.addEventListener("pointerdown", () => { parts.cross.hidden = true; el.focus({ preventScroll: true }); });
      el.wfMap = { look, tiles, plot, track, live, tools, swipe, play, kept };
    };
  },
};
