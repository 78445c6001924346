/**
 * The loss around the lanes' ways through weight space: contours with the ways drawn on them as they go, the same in
 * three dimensions, and the noise of the gradients there. Python finds the plane and computes the loss over it;
 * where a network stands on it follows from its weights, so that the ways move with every frame.
 */
import {box} from "./chart.js";
import {number} from "./words.js";

const PLAIN = {displayModeBar: false, responsive: false};

/** @typedef {{ticks: number[], x: number[], y: number[]}} Way */

export class Relief {
  /** @param {HTMLElement} flat @param {HTMLElement} solid @param {HTMLElement} spread the panels' bodies */
  constructor(flat, solid, spread) {
    this.panels = {flat, solid, spread};
    /** @type {any} */ this.Plotly = null; // comes when it is loaded
    /** @type {any} */ this.found = null; // Python's answer
    /** @type {Way[]} */ this.ways = [];
    const plot = (/** @type {HTMLElement} */ panel) => {
      const element = Object.assign(document.createElement("div"), {className: "nnp-plot"});
      panel.append(element);
      return element;
    };
    this.plots = {flat: plot(flat), solid: plot(solid), spread: plot(spread)};
    this.canvas = Object.assign(document.createElement("canvas"), {className: "nnp-lines"});
    flat.append(this.canvas);
  }

  /** Take another race: nothing is known of the loss around it yet. @param {any} scene @param {string} look */
  setScene(scene, look) {
    const same = this.scene === scene;
    this.scene = scene;
    this.figures = scene.figures[look];
    this.colours = scene.lanes.map((/** @type {any} */ lane) => lane.colours[look]);
    this.outline = scene.palettes[look].surface;
    if (!same) this.forget();
    else if (this.found) this.show(this.found, this.noise);
  }

  forget() {
    this.found = null;
    this.ways = [];
    for (const plot of Object.values(this.plots)) if (/** @type {any} */ (plot)._fullLayout) this.Plotly.purge(plot);
    this.canvas.hidden = true;
  }

  /** Draw what Python has found. @param {any} found @param {any[]} noise */
  async show(found, noise) {
    Object.assign(this, {found, noise});
    const {Plotly, plots} = this;
    if (found.shape === "line") {
      this.ways = [];
      this.canvas.hidden = true;
      const data = found.lines.map((/** @type {any} */ line) => ({x: found.x, y: line.y, mode: "lines", name: `${line.from} to ${line.to}`}));
      await Plotly.react(plots.flat, data, this.sized("flat", this.figures.line.layout), PLAIN);
      if (/** @type {any} */ (plots.solid)._fullLayout) Plotly.purge(plots.solid);
    } else {
      this.ways = found.ways.map((/** @type {any} */ way) => ({ticks: [...way.ticks], x: [...way.x], y: [...way.y]}));
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
    noise.forEach(({x, expected, measured}, lane) => {
      Object.assign(traces[2 * lane], {x, y: expected});
      Object.assign(traces[2 * lane + 1], {x, y: measured});
    });
    await Plotly.react(plots.spread, traces, this.sized("spread", this.figures.spread.layout), PLAIN);
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

  /** In words: what the plane holds of the ways, and how far the surface is from their true loss. */
  get caption() {
    const {found} = this;
    if (!found) return "";
    if (found.shape === "line") return "The loss on straight lines through weight space, from each lane's weights (0) to another's (1).";
    const gap = !found.gap ? "" : `The loss of the ways themselves differs from the surface under them by ${number(found.gap.median)} (median), at most ${number(found.gap.most)}.`;
    return found.share === null
      ? `Around ${found.around}, along two random directions scaled to each neuron's weights (Li et al. 2018). ${gap}`
      : `This plane holds ${number(100 * found.share, 1)} % of the ways' variance. ${gap}`;
  }

  /** Draw the ways up to `tick`, which the weights of `frames` (one for each lane) belong to. @param {number} tick @param {any[]} frames */
  draw(tick, frames) {
    const {found, ways} = this;
    if (!found || !ways.length || !/** @type {any} */ (this.plots.flat)._fullLayout) return;
    ways.forEach((way, lane) => {
      const last = way.ticks.length - 1;
      if (tick > way.ticks[last]) {
        const [x, y] = this.place(frames[lane].weights);
        way.ticks.push(tick);
        way.x.push(x);
        way.y.push(y);
      }
    });
    this.paint(tick, frames);
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

  /** Drop what was drawn of the ways behind `tick`: training goes another way from there. */
  cut(/** @type {number} */ tick) {
    for (const way of this.ways) {
      let length = way.ticks.length;
      while (length > 1 && way.ticks[length - 1] > tick) length--;
      way.ticks.length = way.x.length = way.y.length = length;
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
      const [px, py] = points[points.length - 1];
      pen.beginPath();
      pen.arc(px, py, 5.5, 0, 2 * Math.PI);
      Object.assign(pen, {fillStyle: colours[lane], strokeStyle: this.outline, lineWidth: 2});
      pen.fill();
      pen.stroke();
    });
  }
}
