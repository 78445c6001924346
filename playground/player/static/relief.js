/**
 * The loss around the lanes' paths through weight space: contours with the paths drawn on them as they go, the same in
 * three dimensions, and the noise of the gradients there. Python finds the plane and computes the loss over it;
 * where a network stands on it follows from its weights, so that the paths move with every frame.
 */
import {box} from "./chart.js";
import {Tip} from "./tip.js";
import {escaped, figures} from "./words.js";

const PLAIN = {displayModeBar: false, responsive: false, scrollZoom: false};
const POOR = "The map is poor here: go by the numbers at the dots, not by the colours.";

const DASHES = ["solid", "8px,4px", "2px,3px", "10px,3px,2px,3px", "14px,4px", "4px,4px"];
const MOST_POINTS = 600; // of a path: of a longer one every second is kept
const LIFT_MS = 250; // from one drawing of the paths in space to the next
const HEAVY_MS = 60;
const [NEAR, LINE] = [44, 14]; // texts nearer than this stand below one another
const FONT = "600 11.5px Inter, system-ui, sans-serif";

/** @typedef {{ticks: number[], x: number[], y: number[], losses: number[]}} Way */

export class Relief {
  /** @param {HTMLElement} flat @param {HTMLElement} solid @param {HTMLElement} spread the panels' bodies */
  constructor(flat, solid, spread) {
    this.panels = {flat, solid, spread};
    /** @type {any} */ this.Plotly = null; // comes when it is loaded
    /** @type {any} */ this.found = null; // Python's answer
    /** @type {Way[]} */ this.ways = [];
    /** @type {number[][]} */ this.ends = []; // where the dots are, in the picture
    const plot = (/** @type {HTMLElement} */ panel) => {
      const element = Object.assign(document.createElement("div"), {className: "nnp-plot"});
      panel.append(element);
      return element;
    };
    this.plots = {flat: plot(flat), solid: plot(solid), spread: plot(spread)};
    this.seen = false; // whether the surface in space is
    this.lifted = 0; // when the paths on it were drawn,
    this.cost = Infinity; // how long that took
    this.playing = false;
    this.raised = this.tick = -1; // up to where, and up to where they should be
    this.observer = new IntersectionObserver(entries => { 
      this.seen = entries[entries.length - 1].isIntersecting;
      this.lift();
    });
    this.observer.observe(solid);
    this.canvas = Object.assign(document.createElement("canvas"), {className: "nnp-lines"});
    flat.append(this.canvas);
    this.tip = new Tip(flat);
    flat.addEventListener("pointermove", event => this.point(event));
    flat.addEventListener("pointerleave", () => this.tip.hide());
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
    this.ends = [];
    this.purge();
    this.canvas.hidden = true;
  }

  purge() {
    for (const plot of Object.values(this.plots)) if (/** @type {any} */ (plot)._fullLayout) this.Plotly.purge(plot);
  }

  /** Give back what Plotly and the browser keep for it: without this a drawing context for each visit. */
  close() {
    this.observer.disconnect();
    clearTimeout(this.lifting);
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
    const {found, noise, Plotly, plots} = this;
    this.raised = -1;
    if (found.shape === "line") {
      this.canvas.hidden = true;
      const data = found.lines.flatMap((/** @type {any} */ line, /** @type {number} */ n) => this.between(line, n));
      await Plotly.react(plots.flat, data, this.sized("flat", this.figures.line.layout), PLAIN);
      if (/** @type {any} */ (plots.solid)._fullLayout) Plotly.purge(plots.solid);
    } else {
      const {x, y, z} = found;
      const [contour] = structuredClone(this.figures.path.data);
      await Plotly.react(plots.flat, [{...contour, x, y, z}], this.sized("flat", this.figures.path.layout), PLAIN);
      const [surface, ...lines] = structuredClone(this.figures.solid.data);
      const raised = lines.map((/** @type {any} */ line, /** @type {number} */ lane) => {
        const way = found.ways[lane];
        return {...line, x: way.x, y: way.y, z: way.losses};
      });
      await Plotly.react(plots.solid, [{...surface, x, y, z}, ...raised], this.sized("solid", this.figures.solid.layout), PLAIN);
    }
    const traces = structuredClone(this.figures.spread.data);
    noise.forEach(({x, expected, measured}, lane) => { // empty for a lane that has diverged
      Object.assign(traces[2 * lane], {x, y: expected});
      Object.assign(traces[2 * lane + 1], {x, y: measured});
    });
    await Plotly.react(plots.spread, traces, this.sized("spread", this.figures.spread.layout), PLAIN);
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

  sized(/** @type {"flat"|"solid"|"spread"} */ name, /** @type {any} */ layout) {
    const {clientWidth: width, clientHeight: height} = this.panels[name];
    return {...structuredClone(layout), width, height};
  }

  async resize() {
    for (const [name, plot] of Object.entries(this.plots)) {
      const {clientWidth: width, clientHeight: height} = this.panels[/** @type {"flat"} */ (name)];
      if (/** @type {any} */ (plot)._fullLayout) await this.Plotly.relayout(plot, {width, height});
    }
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
    if (!found || !ways.length || !/** @type {any} */ (this.plots.flat)._fullLayout) return;
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
    Object.assign(this, {tick, playing});
    this.lift();
  }

  /**
   * Let the paths in space follow, if they are seen: a few times a second, because it takes Plotly as long as a frame.
   * Without a graphics processor it takes 170 ms, and nothing else would move: they then wait until the lanes stand still.
   */
  lift() {
    clearTimeout(this.lifting);
    if (!this.seen || this.tick === this.raised || (this.playing && this.cost > HEAVY_MS)) return;
    const wait = this.lifted + LIFT_MS - performance.now();
    if (wait > 0) this.lifting = setTimeout(() => this.lift(), wait);
    else this.raise(this.tick);
  }

  /** Draw the paths in space up to `tick`. */
  raise(/** @type {number} */ tick) {
    const plot = /** @type {any} */ (this.plots.solid);
    if (!this.ways.length || !plot._fullLayout) return;
    [this.raised, this.lifted] = [tick, performance.now()];
    const parts = this.ways.map(way => {
      let length = way.ticks.length;
      while (length > 1 && way.ticks[length - 1] > tick) length--;
      return [way.x, way.y, way.losses].map(values => values.slice(0, length));
    });
    const [x, y, z] = [0, 1, 2].map(axis => parts.map(part => part[axis]));
    this.Plotly.restyle(plot, {x, y, z}, parts.map((_, lane) => lane + 1));
    requestAnimationFrame(() => requestAnimationFrame(() => { this.cost = performance.now() - this.lifted; }));
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
    const {canvas, colours} = this;
    const plane = box(/** @type {any} */ (this.plots.flat)._fullLayout, {});
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const [width, height] = [Math.round(plane.w * ratio), Math.round(plane.h * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
    Object.assign(canvas.style, {left: `${plane.x}px`, top: `${plane.y}px`, width: `${plane.w}px`, height: `${plane.h}px`});
    canvas.hidden = false;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, plane.w, plane.h);
    pen.lineJoin = "round";
    const at = (/** @type {number} */ x, /** @type {number} */ y) => [
      ((x - plane.xRange[0]) * plane.w) / (plane.xRange[1] - plane.xRange[0]),
      ((plane.yRange[1] - y) * plane.h) / (plane.yRange[1] - plane.yRange[0]),
    ];
    const starts = this.ways.map(way => at(way.x[0], way.y[0]));
    this.ways.forEach((way, lane) => {
      const points = [];
      for (let i = 0; i < way.ticks.length && way.ticks[i] <= tick; i++) points.push(at(way.x[i], way.y[i]));
      const [x, y] = this.place(frames[lane].weights);
      points.push(at(x, y));
      for (const [colour, thick] of [[this.outline, 4.5], [colours[lane], 2.2]]) {
        pen.beginPath();
        points.forEach(([px, py], i) => (i ? pen.lineTo(px, py) : pen.moveTo(px, py)));
        Object.assign(pen, {strokeStyle: colour, lineWidth: thick});
        pen.stroke();
      }
      this.ends[lane] = points[points.length - 1];
    });
    const [sx, sy] = starts[0];
    pen.beginPath();
    pen.arc(sx, sy, 6, 0, 2 * Math.PI);
    Object.assign(pen, {strokeStyle: this.ink, lineWidth: 1.5, font: FONT});
    pen.stroke();
    this.ends.forEach(([px, py], lane) => {
      pen.beginPath();
      pen.arc(px, py, 5.5, 0, 2 * Math.PI);
      Object.assign(pen, {fillStyle: colours[lane], strokeStyle: this.outline, lineWidth: 2});
      pen.fill();
      pen.stroke();
    });
    /** @type {number[][]} */ const taken = [];
    this.ends.forEach((end, lane) => this.label(pen, figures(frames[lane].train_loss[0]), end, colours[lane], plane, taken));
    this.label(pen, "start", [sx, sy], this.ink, plane, taken);
  }

  /**
   * Write beside a dot, inside the plane and below what has been written there.
   * @param {CanvasRenderingContext2D} pen @param {string} text @param {number[]} at @param {string} colour @param {any} plane @param {number[][]} taken
   */
  label(pen, text, [x, y], colour, plane, taken) {
    const {width} = pen.measureText(text);
    const left = x + 10 + width > plane.w ? x - 10 - width : x + 10;
    const near = taken.filter(([other]) => Math.abs(other - left) < NEAR).map(([, line]) => line).sort((a, b) => a - b);
    for (const line of near) if (Math.abs(line - y) < LINE) y = line + LINE;
    taken.push([left, y]);
    Object.assign(pen, {font: FONT, strokeStyle: this.outline, fillStyle: colour, lineWidth: 3.5});
    pen.strokeText(text, left, y + 4);
    pen.fillText(text, left, y + 4);
  }

  /** Say the loss of the surface under the pointer. */
  point(/** @type {PointerEvent} */ event) {
    const {found} = this;
    const layout = /** @type {any} */ (this.plots.flat)._fullLayout;
    if (!found?.z || !layout) return;
    const [px, py] = this.tip.place(event);
    const {x, y, w, h} = box(layout, {});
    const [u, v] = [(px - x) / w, 1 - (py - y) / h];
    if (u < 0 || u > 1 || v < 0 || v > 1) return this.tip.hide();
    const row = found.z[Math.round(v * (found.y.length - 1))];
    this.tip.say(`loss ${figures(row[Math.round(u * (found.x.length - 1))] ?? NaN)} on the plane`, px + 14, py + 14, px - 10);
  }
}

/** Drop every second point, but not the first. */
function thin(/** @type {Way} */ way) {
  for (const name of /** @type {("ticks"|"x"|"y"|"losses")[]} */ (["ticks", "x", "y", "losses"])) way[name] = way[name].filter((_, n) => n % 2 === 0);
}
