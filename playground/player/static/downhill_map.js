/** The map of a race downhill: the surface, the ways over it, and where the pointer chooses the start. */
import {box} from "./chart.js";
import {PathMap} from "./pathmap.js";
import {coordinates, figures} from "./words.js";

const MOST_TEXTS = 4; // walkers whose cost is written beside their dots
const POINTER = 60; // pixels that the arrow downhill is long

export class DescentMap {
  /**
   * @param {HTMLElement} body the panel's
   * @param {(settings: Object<string, string>, from: "start"|"play") => void} set changes where all begin
   */
  constructor(body, set) {
    this.set = set;
    this.map = new PathMap(body);
    /** @type {any} */ this.scene = null;
    /** @type {any} */ this.reel = null; // whose ways are known,
    /** @type {Map<string, {x: Float64Array, y: Float64Array}>} */ this.ways = new Map();
    this.listen(body);
  }

  set Plotly(/** @type {any} */ plotly) {
    this.map.Plotly = plotly;
  }

  /** Take another race. @param {any} scene @param {string} look */
  setScene(scene, look) {
    Object.assign(this, {scene, look});
  }

  /** Draw the surface. */
  async show() {
    const {data, layout} = this.scene.figures[this.look].map;
    await this.map.show(mapTraces(data, this.scene.surface), mapLayout(layout, this.scene.surface));
  }

  /** Follow the pointer over the map: it says the cost, and a press or a drag chooses the start. */
  listen(/** @type {HTMLElement} */ body) {
    let held = false;
    body.addEventListener("pointerdown", event => {
      if (event.button || !this.map.under(event)) return;
      held = true;
      body.setPointerCapture(event.pointerId);
      this.begin(event, "start");
      event.preventDefault();
    });
    body.addEventListener("pointermove", event => (held ? this.begin(event, "start") : this.point(event)));
    const release = (/** @type {PointerEvent} */ event) => {
      if (held) this.begin(event, "play");
      held = false;
    };
    body.addEventListener("pointerup", release);
    body.addEventListener("pointercancel", () => { held = false; });
    body.addEventListener("pointerleave", () => this.map.tip.hide());
  }

  /** Where the pointer is on the surface, or null. @returns {number[]|null} */
  place(/** @type {PointerEvent} */ event) {
    const at = this.map.under(event);
    return at && this.scene && this.scene.surface.window.map((/** @type {number[]} */ [low, high], /** @type {number} */ axis) => low + at[axis] * (high - low));
  }

  begin(/** @type {PointerEvent} */ event, /** @type {"start"|"play"} */ from) {
    const place = this.place(event);
    this.map.tip.hide();
    if (place) this.set({start: place.map(value => String(+value.toPrecision(4))).join(",")}, from);
    else if (from === "play") this.set({}, "play"); // let go beside the map
  }

  point(/** @type {PointerEvent} */ event) {
    const place = this.place(event);
    if (!place) return this.map.tip.hide();
    const {axes, costs, dimension} = this.scene.surface;
    const [column, row] = place.map((value, axis) => {
      const [low, high] = this.scene.surface.window[axis];
      return Math.round(((value - low) / (high - low)) * (axes[axis].length - 1));
    });
    const cost = dimension === 2 ? costs[row][column] : costs[column];
    const [px, py] = this.map.tip.place(event);
    this.map.tip.say(`cost ${figures(cost ?? NaN)} near (${coordinates(place)})\nclick: all begin here`, px + 14, py + 14, px - 10);
  }

  /** The ways of a run up to frame `index`. @param {import("./reel.js").Reel} reel @param {number} index @param {number} chosen whose slope on all rows is shown @param {boolean} playing */
  paint(reel, index, chosen, playing) {
    if (reel !== this.reel) {
      this.reel = reel;
      this.ways.clear();
    }
    const {scene, look} = /** @type {any} */ (this);
    const flat = scene.surface.dimension === 1;
    const few = scene.walkers.length <= MOST_TEXTS;
    const last = reel.length - 1;
    const ways = scene.walkers.map((/** @type {any} */ walker, /** @type {number} */ n) => {
      const colour = walker.colours[look];
      const averaged = reel.series[`${n}.shown`];
      const place = this.way(`${n}.place`, n);
      const way = {...(averaged && !flat ? this.way(`${n}.shown`, n) : place), from: 0, to: index};
      const ghost = {...place, from: averaged ? 0 : index, to: last};
      const text = few || n === chosen ? figures(reel.series[`${n}.cost`].data[index]) : "";
      return {...way, ghost, colour, text, arrows: playing || averaged ? [] : this.arrows(n, index, n === chosen)};
    });
    const {x, y} = this.way("0.place", 0);
    const palette = scene.palettes[look];
    this.map.paint(ways, {start: [x[0], y[0]], ink: palette.text, outline: palette.surface});
  }

  /** A walker's whole way, in the map's axes. @param {string} name @param {number} n */
  way(name, n) {
    const known = this.ways.get(name);
    if (known) return known;
    const {data, size} = this.reel.series[name];
    const {length} = this.reel;
    const x = Float64Array.from({length}, (_, i) => data[i * size]);
    const y = size === 1 ? this.reel.series[`${n}.rise`].data.slice(0, length) : Float64Array.from({length}, (_, i) => data[i * size + 1]);
    this.ways.set(name, {x, y});
    return {x, y};
  }

  /** At rest: straight downhill, and the step that comes next; of one weight the tangent instead. @param {number} n @param {number} index @param {boolean} chosen */
  arrows(n, index, chosen) {
    const {reel, scene, map, look} = /** @type {any} */ (this);
    const colour = scene.walkers[n].colours[look];
    const at = (/** @type {string} */ name) => [...reel.frame(index)[`${n}.${name}`]];
    const [gradient, step] = [at("gradient"), at("step")];
    const {w, h, xRange, yRange} = box(map.plot._fullLayout, {});
    const [kx, ky] = [w / (xRange[1] - xRange[0]), h / (yRange[1] - yRange[0])];
    const down = (/** @type {number[]} */ slope, /** @type {string} */ paint) => {
      const [gx, gy] = slope;
      const length = Math.hypot(gx * kx, gy * ky);
      const scale = length > 0 ? POINTER / length : 0;
      return {dx: -gx * scale, dy: -gy * scale, colour: paint, dashed: true};
    };
    if (scene.surface.dimension === 1) {
      const [slope] = gradient;
      const run = POINTER / Math.hypot(kx, slope * ky);
      const tangent = (/** @type {number} */ way) => ({dx: way * run, dy: way * run * slope, colour, dashed: true, bare: true});
      const next = reel.series[`${n}.rise`].data[Math.min(index + 1, reel.length - 1)] - reel.series[`${n}.rise`].data[index];
      return [tangent(1), tangent(-1), {dx: step[0], dy: next, colour}];
    }
    const arrows = [down(gradient, colour), {dx: step[0], dy: step[1], colour}];
    if (scene.noisy && chosen) arrows.unshift(down(at("exact"), scene.palettes[look].text));
    return arrows;
  }

  /** The ways up to a frame, on the surface in space; what left the window is not drawn. */
  raised(/** @type {number} */ reached) {
    const {scene, reel} = /** @type {any} */ (this);
    const [[x0, x1], [y0, y1]] = scene.surface.window;
    const end = Math.min(reached + 1, reel.length);
    return scene.walkers.map((/** @type {any} */ _, /** @type {number} */ n) => {
      const {x, y} = this.way(`${n}.place`, n);
      const rise = reel.series[`${n}.rise`].data;
      const only = (/** @type {ArrayLike<number>} */ values) => Array.from({length: end}, (_, i) =>
        (x[i] >= x0 && x[i] <= x1 && y[i] >= y0 && y[i] <= y1 ? values[i] : null));
      return {x: only(x), y: only(y), z: only(rise)};
    });
  }

  async resize() {
    await this.map.resize();
  }

  close() {
    this.map.close();
  }
}

/** @param {any[]} data @param {any} surface */
function mapTraces(data, surface) {
  const [ground, minima] = structuredClone(data);
  const [x, y] = surface.axes;
  if (surface.dimension === 1) return [{...ground, x, y: surface.costs}];
  const places = surface.minima.map((/** @type {any} */ each) => each.place);
  return [{...ground, x, y, z: surface.heights}, {...minima, x: places.map((/** @type {number[]} */ p) => p[0]), y: places.map((/** @type {number[]} */ p) => p[1])}];
}

/** @param {any} layout @param {any} surface */
function mapLayout(layout, surface) {
  const made = structuredClone(layout);
  const [x, y] = surface.window;
  made.xaxis.range = x;
  made.xaxis.title.text = surface.names[0];
  if (surface.dimension === 2) made.yaxis.title.text = surface.names[1];
  // Equal scales: only then does downhill stand at right angles on the lines of equal cost.
  if (surface.dimension === 2) Object.assign(made.yaxis, {range: y, scaleanchor: "x", constrain: "domain"});
  if (surface.dimension === 2) made.xaxis.constrain = "domain";
  return made;
}
