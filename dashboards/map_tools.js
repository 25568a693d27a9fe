// What stands on the map beside its layers: the rail of tools, scale, coordinates. A new tool: see map_rail.js.

import { Coordinates } from "./map_coordinates.js";
import { bindKey } from "./keys.js";
import { WORLD } from "./map_places.js";
import { Measure } from "./map_measure.js";
import { Pins } from "./map_pins.js";
import { Rail } from "./map_rail.js";
import { RangeRings } from "./map_rings.js";
import { drawScale } from "./map_scale.js";

export class MapTools {
  // send(message): to the server; scale: the element of the scale bar
  constructor({ el, look, scale, send }) {
    Object.assign(this, { look, scale });
    this.rail = new Rail({ el });
    const given = { el, look, rail: this.rail };
    const asking = (name) => ({ ...given, send: (message) => send({ ...message, tool: name }) });
    this.tools = {
      way: new Measure(asking("way"), "way"),
      area: new Measure(asking("area"), "area"),
      rings: new RangeRings(asking("rings")),
    };
    this.coordinates = new Coordinates({ el, look });
    this.pins = new Pins({ el, look });
    bindKey({ keys: ["c"], title: "Copy the coordinates of the cursor", group: "Map", within: el, run: () => this.coordinates.copy() });
    bindKey({ keys: ["m"], title: "Coordinates as degrees, with minutes, or MGRS", group: "Map", within: el, run: () => this.coordinates.turn() });
  }

  // an answer of the server to one of the tools
  tell(answer) {
    this.tools[answer.tool]?.geodesy.tell(answer);
  }

  // the map stands that many turns round the world farther west: see Look.unwind
  unwound(turns) {
    for (const { sheet } of Object.values(this.tools)) sheet.turned += turns * WORLD;
    if (turns !== 0) this.moved();
  }

  // the map shows another place
  moved() {
    drawScale(this.scale, this.look);
    this.coordinates.show();
    this.pins.moved();
    for (const tool of Object.values(this.tools)) tool.moved();
  }
}
