// What is painted in the place of the figure's own tiles: our tiles, what lies below and above them, live marks.

import { Tiles } from "./map_tiles.js";

// Bokeh's renderer of tiles keeps the axes even and gives us its place in the drawing order; the tiles are ours:
// its own asks for a border round the view and forty tiles ahead, and blanks when the question changes
export function takeOver(plot, model, { size, zooms }, live, swipe, overlays, tell, sized) {
  const view = plot.renderer_views.get(model);
  let drawn = "";
  const ratio = () => view.canvas.pixel_ratio;
  const look = () => {
    const { width, height } = plot.frame.bbox;
    const [x0, y0, x1, y1] = view.get_extent();
    return { x0, y0, x1, y1, width: width * ratio(), height: height * ratio() };
  };
  const paint = () => view.request_paint();
  const tiles = new Tiles({ size, zooms, look, tell, paint });
  live.paint = paint;
  const make = (told) => new Tiles({ size, zooms, look, tell: told, paint });
  Object.assign(swipe, { paint, make });
  Object.assign(overlays, { paint, make });
  view._paint = (ctx) => {
    const frame = plot.frame.bbox;
    if (!(frame.width > 0 && frame.height > 0)) return;
    if (view.map_initialized) view._enforce_extent(frame);
    else view._init_map(frame);
    view.map_initialized = true;
    // the frame has a new size only now, some time after its element: what is drawn over the map follows the frame
    const own = `${frame.width} ${frame.height}`;
    if (own !== drawn) requestAnimationFrame(sized);
    drawn = own;
    const [x0, , x1, y1] = view.get_extent();
    const perMetre = frame.width / (x1 - x0);
    // whole pixels of the device: no seams between tiles
    const whole = (pixels) => Math.round(pixels * ratio()) / ratio();
    ctx.save();
    view._set_rect(ctx);
    const place = (x, y) => [frame.left + (x - x0) * perMetre, frame.top + (y1 - y) * perMetre];
    const at = (x, y) => place(x, y).map(whole);
    overlays.drawBelow(ctx, tiles, at);
    swipe.draw(ctx, tiles, at, frame);
    overlays.drawAbove(ctx, at);
    live.draw(ctx, place, frame);
    ctx.restore();
  };
  view.has_finished = () => true;
  return tiles;
}
