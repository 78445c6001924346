/** The boundary panel: a picture of the output, computed on a coarse grid and smoothed, under Plotly's points. */
import {divergingTable, mix, packed, rgb, signTable} from "./colour.js";
import {Explorer} from "./keys.js";
import {Tip} from "./tip.js";
import {number} from "./words.js";

const FINER = 4; // picture points per grid step
const STEP = 1 / 48; // of the plane, for an arrow key
const CROSS = 9; // half the size of its mark
const MARGIN = {l: 30, r: 6, t: 10, b: 30}; // around the plane, for its axes
const AREA = 0.72; // areas are paler than the points on them

/** Catmull–Rom weights between two grid points, and where they apply: values are smoothed, colours never. */
function kernel(/** @type {number} */ side) {
  const size = (side - 1) * FINER + 1;
  const taps = new Int32Array(size * 4);
  const weights = new Float32Array(size * 4);
  for (let i = 0; i < size; i++) {
    const at = Math.min(Math.floor(i / FINER), side - 2);
    const t = i / FINER - at;
    const w = [
      ((-0.5 * t + 1) * t - 0.5) * t,
      (1.5 * t - 2.5) * t * t + 1,
      ((-1.5 * t + 2) * t + 0.5) * t,
      (0.5 * t - 0.5) * t * t,
    ];
    for (let k = 0; k < 4; k++) {
      taps[4 * i + k] = Math.max(0, Math.min(side - 1, at + k - 1));
      weights[4 * i + k] = w[k];
    }
  }
  return {side, size, taps, weights, rows: new Float32Array(side * size)};
}

/** Enlarge a square picture of bytes; rows of the result run downwards on the screen. */
function enlarge(/** @type {any} */ k, /** @type {Uint8Array} */ picture, /** @type {Uint8ClampedArray} */ out) {
  const {side, size, taps, weights, rows} = k;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < size; x++) {
      const j = 4 * x;
      const o = y * side;
      rows[y * size + x] = weights[j] * picture[o + taps[j]] + weights[j + 1] * picture[o + taps[j + 1]]
        + weights[j + 2] * picture[o + taps[j + 2]] + weights[j + 3] * picture[o + taps[j + 3]];
    }
  }
  for (let y = 0; y < size; y++) {
    const j = 4 * y;
    const [a, b, c, d] = [taps[j] * size, taps[j + 1] * size, taps[j + 2] * size, taps[j + 3] * size];
    const [wa, wb, wc, wd] = [weights[j], weights[j + 1], weights[j + 2], weights[j + 3]];
    const o = (size - 1 - y) * size;
    for (let x = 0; x < size; x++) {
      out[o + x] = wa * rows[a + x] + wb * rows[b + x] + wc * rows[c + x] + wd * rows[d + x];
    }
  }
}

export class Boundary {
  /** @param {HTMLElement} panel */
  constructor(panel) {
    this.panel = panel;
    /** @type {any} */ this.Plotly = null; // comes when it is loaded
    this.canvas = document.createElement("canvas");
    this.canvas.className = "nnp-picture";
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "What the network answers over the plane");
    this.plot = document.createElement("div");
    this.plot.className = "nnp-plot";
    panel.append(this.canvas, this.plot);
    this.tip = new Tip(panel);
    panel.addEventListener("pointermove", event => this.point(event));
    panel.addEventListener("pointerleave", () => this.tip.hide());
    this.at = [0.5, 0.5]; // where the arrow keys are, as shares of the plane
    this.explorer = new Explorer(panel, this.tip, "The plane", {
      move: (columns, rows) => {
        this.at = [this.at[0] + columns * STEP, this.at[1] + rows * STEP].map(share => Math.max(0, Math.min(1, share)));
      },
      here: () => this.here(),
    });
    this.explorer.mark.classList.add("nnp-cross");
    /** @type {Map<number, any>} */ this.kernels = new Map();
  }

  /** Take a run: its colours, and what the values of its pictures mean. @param {any} scene @param {string} theme @param {any} view */
  setScene(scene, theme, view) {
    this.scene = scene;
    this.palette = scene.palettes[theme];
    this.figure = scene.figures[theme].boundary;
    this.text = JSON.stringify(this.figure);
    this.setView(view);
    this.place();
  }

  /** Whether no points of other data lie over the picture. */
  get free() {
    return !this.drawn || this.drawn === this.text;
  }

  /** Draw the plane and its points. @param {any} view */
  async drawPoints(view) {
    if (this.drawn === this.text) return this.resize(); // the same points, maybe in another place
    const {figure} = this;
    this.drawn = this.text;
    const layout = {...structuredClone(figure.layout), ...this.place()};
    this.fitted = JSON.stringify(this.box);
    await this.Plotly.react(this.plot, structuredClone(figure.data), layout,
      {displayModeBar: false, responsive: false});
    if (!view.show_test) await this.showTest(false);
  }

  /** Place the plane, which stays square: what is left over of the panel becomes Plotly's margin. */
  place() {
    const {clientWidth: width, clientHeight: height} = this.panel;
    const side = Math.max(40, Math.min(width - MARGIN.l - MARGIN.r, height - MARGIN.t - MARGIN.b));
    const spare = (width - MARGIN.l - MARGIN.r - side) / 2;
    const margin = {l: MARGIN.l + spare, r: MARGIN.r + spare, t: MARGIN.t, b: height - MARGIN.t - side, pad: 0};
    this.box = {l: margin.l, t: margin.t, w: side, h: side};
    Object.assign(this.canvas.style, {left: `${margin.l}px`, top: `${margin.t}px`, width: `${side}px`, height: `${side}px`});
    return {width, height, margin};
  }

  close() {
    if (this.plot._fullLayout) this.Plotly.purge(this.plot);
  }

  async resize() {
    if (!this.scene) return;
    const layout = this.place();
    const fitted = JSON.stringify(this.box);
    if (!this.plot._fullLayout || fitted === this.fitted) return;
    this.fitted = fitted;
    await this.Plotly.relayout(this.plot, layout);
  }

  setView(/** @type {any} */ view) {
    const make = view.discretize ? signTable : divergingTable;
    this.discretize = view.discretize;
    this.table = make(this.palette, this.scene.levels, AREA);
    this.smooth = divergingTable(this.palette, this.scene.levels, AREA);
  }

  async showTest(/** @type {boolean} */ visible) {
    const traces = this.plot.data.map((/** @type {any} */ trace, /** @type {number} */ i) => [trace, i])
      .filter((/** @type {any} */ [trace]) => trace.meta?.set === "test").map((/** @type {any} */ [, i]) => i);
    if (traces.length) await this.Plotly.restyle(this.plot, {visible}, traces);
  }

  /** Draw one or more pictures (bytes, side × side each): one is signed, several are certainties of classes. `neuron` names a
   *  neuron whose picture takes the output's place, `scale` is its full colour's value. */
  draw(/** @type {Uint8Array} */ bytes, /** @type {number} */ side, /** @type {boolean} */ signed, neuron = "", scale = 1) {
    this.label = neuron;
    this.scale = scale;
    if (!this.kernels.has(side)) this.kernels.set(side, kernel(side));
    const k = this.kernels.get(side);
    const area = k.size * k.size;
    if (this.canvas.width !== k.size || !this.image) {
      this.canvas.width = this.canvas.height = k.size;
      this.image = new ImageData(k.size, k.size);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    const count = bytes.length / (side * side);
    if (!this.layers || this.layers.length < count || this.layers[0].length !== area) {
      this.layers = Array.from({length: count}, () => new Uint8ClampedArray(area));
    }
    for (let i = 0; i < count; i++) enlarge(k, bytes.subarray(i * side * side, (i + 1) * side * side), this.layers[i]);
    if (signed) {
      const [layer, pixels, table] = [this.layers[0], this.pixels, neuron ? this.smooth : this.table];
      for (let i = 0; i < area; i++) pixels[i] = table[layer[i]];
    } else {
      this.drawClasses(count, area);
    }
    this.canvas.getContext("2d", {alpha: false}).putImageData(this.image, 0, 0);
    this.shown = {side, bytes, signed};
    this.explorer.update();
  }

  drawClasses(/** @type {number} */ count, /** @type {number} */ area) {
    const levels = this.scene.levels;
    if (this.classTable?.palette !== this.palette || this.classTable.count !== count) {
      const neutral = rgb(this.palette.neutral);
      this.classTable = {palette: this.palette, count, colours: this.palette.classes.slice(0, count).map(
        (/** @type {string} */ hex) => Uint32Array.from({length: levels + 1}, (_, p) =>
          packed(mix(neutral, rgb(hex), AREA * Math.max(0.12, (p / levels - 1 / count) / (1 - 1 / count))))))};
    }
    const {colours} = this.classTable;
    const {layers, pixels, discretize} = this;
    for (let i = 0; i < area; i++) {
      let best = 0;
      for (let c = 1; c < count; c++) if (layers[c][i] > layers[best][i]) best = c;
      pixels[i] = colours[best][discretize ? levels : Math.max(0, Math.min(levels, layers[best][i] - levels))];
    }
  }

  /** Say what the network answers where the pointer is. */
  point(/** @type {PointerEvent} */ event) {
    const [px, py] = this.tip.place(event);
    const there = this.probe(px, py);
    if (there) this.tip.say(this.describe(there), px + 14, py + 14);
    else this.tip.hide();
  }

  /** Where the arrow keys are. */
  here() {
    if (!this.box) return null;
    const {l, t, w, h} = this.box;
    const [x, y] = [l + this.at[0] * w, t + this.at[1] * h];
    const there = this.probe(x, y);
    return there && {x: x - CROSS, y: y - CROSS, w: 2 * CROSS, h: 2 * CROSS, text: this.describe(there)};
  }

  /** @param {{x1: number, x2: number, values: number[]}} there */
  describe(there) {
    const lines = [`x₁ ${number(there.x1, 2)}   x₂ ${number(there.x2, 2)}`];
    const [value] = there.values;
    if (this.label) lines.push(`${this.label} ${number(value * this.scale, 2)}`);
    else if (there.values.length > 1) there.values.forEach((p, c) => lines.push(
      this.scene.output === "softmax" ? `class ${c}: ${number(100 * p, 0)} %` : `output ${c}: ${number(p, 2)}${this.scene.output === "linear" && Math.abs(p) > 0.99 ? " or beyond" : ""}`));
    else if (this.scene.problem === "regression") lines.push(`output ${number(value, 2)}${Math.abs(value) > 0.995 ? " or beyond" : ""}`);
    else if (this.scene.output === "sigmoid") lines.push(`class 1: ${number(50 + 50 * value, 0)} %`);
    else lines.push(`output ${number(value, 2)}${Math.abs(value) > 0.995 ? " or beyond" : ""}`);
    return lines.join("\n");
  }

  /** What lies under the pointer: coordinates and the values there, or null outside the plane. */
  probe(/** @type {number} */ px, /** @type {number} */ py) {
    const {l, t, w, h} = this.box ?? {l: 0, t: 0, w: 0, h: 0};
    const [u, v] = [(px - l) / w, 1 - (py - t) / h];
    const slack = 1e-9; // the arrow keys stop exactly at the edge
    if (!this.shown || !(u >= -slack && u <= 1 + slack && v >= -slack && v <= 1 + slack)) return null;
    const {side, bytes} = this.shown;
    const [fx, fy] = [u * (side - 1), v * (side - 1)];
    const [x, y] = [fx, fy].map(at => Math.max(0, Math.min(Math.floor(at), side - 2)));
    const [dx, dy] = [fx - x, fy - y];
    const values = [];
    for (let o = 0; o < bytes.length; o += side * side) {
      const at = (/** @type {number} */ i, /** @type {number} */ j) => bytes[o + (y + j) * side + x + i];
      const byte = (at(0, 0) * (1 - dx) + at(1, 0) * dx) * (1 - dy) + (at(0, 1) * (1 - dx) + at(1, 1) * dx) * dy;
      values.push(byte / this.scene.levels - 1);
    }
    const [low, high] = this.scene.window;
    return {x1: low + u * (high - low), x2: low + v * (high - low), values};
  }
}
