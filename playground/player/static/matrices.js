/** The weights as signed maps, drawn under Plotly's empty axes: a row per neuron, a column per neuron it hears. */
import {fit} from "./canvas.js";
import {css, mix, rgb} from "./colour.js";
import {axisName} from "./chart.js";
import {Explorer} from "./keys.js";
import {Tip} from "./tip.js";
import {number} from "./words.js";

const HALF = 1.2; // |w| at which a cell has half its colour: small weights differ visibly, huge ones still do

export class Matrices {
  /** @param {HTMLElement} panel @param {HTMLElement} plot Plotly's element, whose axes say where to draw */
  constructor(panel, plot) {
    this.panel = panel;
    this.plot = plot;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "nnp-picture";
    panel.prepend(this.canvas);
    this.tip = new Tip(panel);
    panel.addEventListener("pointermove", event => this.point(event));
    panel.addEventListener("pointerleave", () => this.tip.hide());
    this.at = {layer: 0, i: 0, j: 0}; // where the arrow keys are
    this.explorer = new Explorer(panel, this.tip, "Weights", {
      move: (columns, rows) => this.move(columns, rows), here: () => this.frame && this.here(),
    });
  }

  /** @param {any} scene @param {string} theme @param {any} network */
  setScene(scene, theme, network) {
    this.scene = scene;
    this.network = network;
    const palette = scene.palettes[theme];
    const [low, middle, high] = [palette.negative, palette.neutral, palette.positive].map(rgb);
    this.colours = Array.from({length: 201}, (_, i) => css(mix(middle, i > 100 ? high : low, Math.abs(i - 100) / 100)));
    this.place();
  }

  place() {
    this.pen = fit(this.canvas, this.panel.clientWidth, this.panel.clientHeight);
    const layout = this.plot._fullLayout;
    this.boxes = layout.meta.matrices.map((/** @type {any} */ matrix) => {
      const [x, y] = [layout[axisName(matrix.x)], layout[axisName(matrix.y)]];
      return {layer: matrix.layer, x: x._offset, y: y._offset, w: x._length, h: y._length};
    });
    if (this.frame) this.draw(this.frame);
  }

  draw(/** @type {any} */ frame) {
    this.frame = frame;
    const {pen} = this;
    const {sizes} = this.scene.network;
    pen.clearRect(0, 0, this.panel.clientWidth, this.panel.clientHeight);
    for (const {layer, x, y, w, h} of this.boxes) {
      const [columns, rows] = [sizes[layer], sizes[layer + 1]];
      const start = this.network.offsets[layer].w;
      for (let i = 0; i < columns; i++) {
        for (let j = 0; j < rows; j++) {
          const weight = frame.weights[start + i * rows + j];
          const value = weight / (Math.abs(weight) + HALF);
          pen.fillStyle = this.colours[Math.round(100 + 100 * value)];
          const [left, top] = [x + (i * w) / columns, y + (j * h) / rows];
          pen.fillRect(left, top, w / columns + 0.5, h / rows + 0.5);
        }
      }
    }
    this.explorer.update();
  }

  /** Go to another weight; beyond a layer's edge lies the next layer. */
  move(/** @type {number} */ columns, /** @type {number} */ rows) {
    const {sizes} = this.scene.network;
    const {layer, i, j} = this.at;
    if (i + columns < 0 && layer > 0) this.at = {layer: layer - 1, i: sizes[layer - 1] - 1, j};
    else if (i + columns >= sizes[layer] && layer + 2 < sizes.length) this.at = {layer: layer + 1, i: 0, j};
    else this.at = {layer, i: i + columns, j: j + rows};
  }

  /** The weight that the arrow keys are at, in the network that there is now. */
  here() {
    const {sizes} = this.scene.network;
    const inside = (/** @type {number} */ value, /** @type {number} */ count) => Math.max(0, Math.min(count - 1, value));
    const layer = inside(this.at.layer, sizes.length - 1);
    const [i, j] = [inside(this.at.i, sizes[layer]), inside(this.at.j, sizes[layer + 1])];
    this.at = {layer, i, j};
    const {x, y, w, h} = this.boxes[layer];
    const [width, height] = [w / sizes[layer], h / sizes[layer + 1]];
    return {x: x + i * width, y: y + j * height, w: width, h: height, text: this.describe(this.at)};
  }

  describe(/** @type {{layer: number, i: number, j: number}} */ link) {
    const {layer, i, j} = link;
    const names = [this.network.name({layer, index: i}), this.network.name({layer: layer + 1, index: j})];
    return `${names.join(" → ")}\nweight ${number(this.network.weight(link))}`;
  }

  point(/** @type {PointerEvent} */ event) {
    if (!this.frame) return;
    const [px, py] = this.tip.place(event);
    const box = this.boxes.find((/** @type {any} */ b) => px >= b.x && px < b.x + b.w && py >= b.y && py < b.y + b.h);
    if (!box) return this.tip.hide();
    const {sizes} = this.scene.network;
    const i = Math.floor(((px - box.x) / box.w) * sizes[box.layer]);
    const j = Math.floor(((py - box.y) / box.h) * sizes[box.layer + 1]);
    this.tip.say(this.describe({layer: box.layer, i, j}), px + 12, py + 14);
  }
}
