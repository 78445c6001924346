/**
 * The loss around the lanes' paths through weight space: contours with the paths drawn on them as they go, the same in
 * three dimensions, and the noise of the gradients there. Python finds the plane and computes the loss over it;
 * where a network stands on it follows from its weights, so that the paths move with every frame.
 */
import {PathMap} from "./pathmap.js";
import {PLAIN} from "./plotly.js";
import {Solid} from "./solid.js";
import {escaped, figures} from "./words.js";

const POOR = "The map is poor here: go by the numbers at the dots, not by the colours.";

const DASHES = ["solid", "8px,4px", "2px,3px", "10px,3px,2px,3px", "14px,4px", "4px,4px"];
const MOST_POINTS = 600; // of a path: of a longer one every second is kept

/** @typedef {{ticks: number[], x: number[], y: number[], losses: number[]}} Way */

export class Relief {
  /** @param {HTMLElement} flat @param {HTMLElement} solid @param {HTMLElement} spread the panels' bodies */
  constructor(flat, solid, spread) {
    /** @type {any} */ this.found = null; // Python's answer
    /** @type {Way[]} */ this.ways = [];
    this.map = new PathMap(flat);
    this.solid = new Solid(solid);
    this.panel = spread;
    this.spread = /** @type {any} */ (Object.assign(document.createElement("div"), {className: "nnp-plot"}));
    spread.append(this.spread);
    flat.addEventListener("pointermove", event => this.point(event));
    flat.addEventListener("pointerleave", () => this.map.tip.hide());
  }

  set Plotly(/** @type {any} */ plotly) {
    this.plotly = this.map.Plotly = this.solid.Plotly = plotly;
  }

  /** Take another race: nothing is known of the loss around it yet. @param {any} scene @param {string} look */
  async setScene(scene, look) {
    const same = this.scene === scene;
    this.scene = scene;
    this.figures = scene.figures[look];
    this.colours = scene.lanes.map((/** @type {any} */ lane) => lane.colours[look]);
    this.outline = scene.palettes[look].surface;
    this.ink = scene.palettes[look].text;
    if (!same) this.forget();
    else if (this.found) await this.dress();
  }

  forget() {
    this.found = null;
    this.ways = [];
    this.purge();
    this.map.hide();
  }

  purge() {
    this.map.close();
    this.solid.purge();
    if (this.spread._fullLayout) this.plotly.purge(this.spread);
  }

  close() {
    this.solid.close();
    this.purge();
  }

  /** Draw what Python has found. @param {any} found @param {any[]} noise */
  async show(found, noise) {
    Object.assign(this, {found, noise});
    this.ways = (found.ways ?? []).map((/** @type {any} */ way) => ({ticks: [...way.ticks], x: [...way.x], y: [...way.y], losses: [...way.losses]}));
    await this.dress();
  }

  /** Draw it, for another answer or another theme. */
  async dress() {
    const {found, noise, map, solid} = this;
    if (found.shape === "line") {
      map.hide();
      const data = found.lines.flatMap((/** @type {any} */ line, /** @type {number} */ n) => this.between(line, n));
      await map.show(data, structuredClone(this.figures.line.layout));
      solid.purge();
    } else {
      const {x, y, z} = found;
      const [contour] = structuredClone(this.figures.path.data);
      await map.show([{...contour, x, y, z}], structuredClone(this.figures.path.layout));
      const [surface, ...lines] = structuredClone(this.figures.solid.data);
      const raised = lines.map((/** @type {any} */ line, /** @type {number} */ lane) => {
        const way = found.ways[lane];
        return {...line, x: way.x, y: way.y, z: way.losses};
      });
      await solid.show([{...surface, x, y, z}, ...raised], structuredClone(this.figures.solid.layout));
    }
    const traces = structuredClone(this.figures.spread.data);
    noise.forEach(({x, expected, measured}, lane) => { // empty for a lane that has diverged
      Object.assign(traces[2 * lane], {x, y: expected});
      Object.assign(traces[2 * lane + 1], {x, y: measured});
    });
    const {clientWidth: width, clientHeight: height} = this.panel;
    await this.plotly.react(this.spread, traces, {...structuredClone(this.figures.spread.layout), width, height}, PLAIN);
  }

  /** The loss from one lane's end to another's: a line whose ends have the lanes' colours. */
  between(/** @type {{from: number, to: number, y: number[]}} */ {from, to, y}, /** @type {number} */ n) {
    const {found, scene, colours, ink} = this;
    const ends = [0, 1].map(share => found.x.findIndex((/** @type {number} */ x) => Math.abs(x - share) < 1e-6));
    const name = escaped(`${scene.lanes[from].name} to ${scene.lanes[to].name}`);
    return [
      {x: found.x, y, mode: "lines", name, line: {color: ink, width: 2, dash: DASHES[n % DASHES.length]}},
      {x: [0, 1], y: ends.map(at => y[at]), mode: "markers", showlegend: false, marker: {size: 12, color: [colours[from], colours[to]]}},
    ];
  }

  async resize() {
    const {clientWidth: width, clientHeight: height} = this.panel;
    await Promise.all([this.map.resize(), this.solid.resize()]);
    if (this.spread._fullLayout) await this.plotly.relayout(this.spread, {width, height});
  }

  /** In words: what the plane holds of the paths, and how far the surface is from their true loss. */
  get caption() {
    const {found} = this;
    if (!found) return "";
    if (found.shape === "line") return "The loss on straight lines through weight space, from each lane's weights (0) to another's (1).";
    const {gap, lost} = found;
    const plane = found.shape === "random"
      ? `Two random directions around the end of ${found.around}, scaled to each neuron's weights (Li et al. 2018).`
      : found.shape === "ends" ? `This plane runs through the ends and holds ${figures(100 * found.share)} % of the paths' variance.`
      : `This plane holds ${figures(100 * found.share)} % of the paths' variance, as much as any plane can.`;
    const truth = gap && `The true loss along the paths differs from the colour under them by ${figures(gap.median)} (median), at most ${figures(gap.most)}.`;
    return [plane, truth, gap?.poor && POOR, lost.length && `${lost.join(", ")}: diverged, and left out of the map.`].filter(Boolean).join(" ");
  }

  /** Draw the paths up to `tick`, which the weights of `frames` (one for each lane) belong to. @param {number} tick @param {any[]} frames */
  draw(tick, frames, playing = false) {
    const {found, ways} = this;
    if (!found || !ways.length || !this.map.drawn) return;
    ways.forEach((way, lane) => {
      const last = way.ticks.length - 1;
      if (tick > way.ticks[last]) {
        const [x, y] = this.place(frames[lane].weights);
        way.ticks.push(tick);
        way.x.push(x);
        way.y.push(y);
        way.losses.push(frames[lane].train_loss[0]);
        if (way.ticks.length > MOST_POINTS) thin(way);
      }
    });
    this.paint(tick, frames);
    this.solid.follow(tick, playing, reached => this.ways.map(way => {
      let length = way.ticks.length;
      while (length > 1 && way.ticks[length - 1] > reached) length--;
      const [x, y, z] = [way.x, way.y, way.losses].map(values => values.slice(0, length));
      return {x, y, z};
    }));
  }

  /** Where weights stand on the plane. @param {Float32Array} weights @returns {number[]} */
  place(weights) {
    const {origin, projector} = this.found;
    return projector.map((/** @type {number[]} */ row) => {
      let sum = 0;
      for (let i = 0; i < row.length; i++) sum += row[i] * (weights[i] - origin[i]);
      return sum;
    });
  }

  /** Drop what was drawn of the paths behind `tick`: training goes another way from there. */
  cut(/** @type {number} */ tick) {
    for (const way of this.ways) {
      let length = way.ticks.length;
      while (length > 1 && way.ticks[length - 1] > tick) length--;
      way.ticks.length = way.x.length = way.y.length = way.losses.length = length;
    }
  }

  paint(/** @type {number} */ tick, /** @type {any[]} */ frames) {
    const ways = this.ways.map((way, lane) => {
      let length = way.ticks.length;
      while (length > 0 && way.ticks[length - 1] > tick) length--;
      const [x, y] = this.place(frames[lane].weights);
      const text = figures(frames[lane].train_loss[0]);
      return {x: [...way.x.slice(0, length), x], y: [...way.y.slice(0, length), y], from: 0, to: length, colour: this.colours[lane], text};
    });
    const [{x, y}] = this.ways;
    this.map.paint(ways, {start: [x[0], y[0]], ink: this.ink, outline: this.outline});
  }

  /** Say the loss of the surface under the pointer. */
  point(/** @type {PointerEvent} */ event) {
    const {found, map} = this;
    const place = found?.z && map.under(event);
    if (!place) return map.tip.hide();
    const row = found.z[Math.round(place[1] * (found.y.length - 1))];
    const [px, py] = map.tip.place(event);
    map.tip.say(`loss ${figures(row[Math.round(place[0] * (found.x.length - 1))] ?? NaN)} on the plane`, px + 14, py + 14, px - 10);
  }
}

/** Drop every second point, but not the first. */
function thin(/** @type {Way} */ way) {
  for (const name of /** @type {("ticks"|"x"|"y"|"losses")[]} */ (["ticks", "x", "y", "losses"])) way[name] = way[name].filter((_, n) => n % 2 === 0);
}
