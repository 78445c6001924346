/** All activations side by side, the neuron's weighted sum marked on each, and one of them alone. */
import {rove} from "./keys.js";
import {Curve, curveLegend} from "./neuron_curve.js";
import {disc, line, Overlay} from "./overlay.js";
import {panel} from "./view.js";
import {escaped, figures as rounded, powers} from "./words.js";

const WIDE = [[560, 4], [360, 3], [0, 2]]; // columns from this width on
const HEAD = 22; // room for a cell's name, in pixels
const FOOT = 17; // and for its axis
const SIDE = 24;

export class GalleryTopic {
  static markup = `
${panel("gallery", "All activations", "Each picture shows an activation f, bold, and its slope f′, thin, over the weighted sum z, all to the same scale. The dots are where the neuron of the first tab stands; move its bias and all move along. Choose one to see it large.",
    `<div class="nnp-inputs nnp-inline" data-inputs="bias"></div><span class="nnp-hint">z = <b data-show="gallery-z"></b></span>`)}
${panel("alone", "Activation", "The bold line is the activation f, the thin one its slope f′. The dot is where the neuron stands; the line through it is the tangent.",
    `<span class="nnp-key" data-show="alone-key"></span>`)}
<section class="nnp-panel nnp-facts" aria-label="What there is to know of it" data-testid="panel-facts"><dl data-show="facts"></dl></section>`;

  /** @param {import("./neuron.js").NeuronScreen} stage */
  constructor(stage) {
    const {ui} = stage;
    this.ui = ui;
    this.body = ui.body("gallery");
    this.overlay = new Overlay(this.body);
    this.curve = new Curve(ui.body("alone"));
    this.cells = Object.assign(document.createElement("div"), {className: "nnp-cells"});
    this.cells.setAttribute("role", "group");
    this.cells.setAttribute("aria-label", "Choose an activation");
    this.body.append(this.cells);
    this.roving = rove(this.cells, (from, columns, rows) => from + columns + rows * this.columns);
    this.cells.onclick = event => {
      const name = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset.name;
      if (name) stage.set(name === "softmax" ? {topic: "softmax"} : {activation: name}, name === "softmax" ? "start" : "");
    };
  }

  get columns() {
    return /** @type {number[]} */ (WIDE.find(([least]) => this.body.clientWidth >= least))[1];
  }

  /** Where the cells are: left, top, width and height of each, in pixels. */
  places() {
    const {columns} = this;
    const {clientWidth, clientHeight} = this.body;
    const count = this.scene.all.length + 1;
    const [width, height] = [clientWidth / columns, clientHeight / Math.ceil(count / columns)];
    return Array.from({length: count}, (_, at) => [(at % columns) * width, Math.floor(at / columns) * height, width, height]);
  }

  /** @param {any} scene @param {any} palette */
  take(scene, palette) {
    Object.assign(this, {scene, palette});
    const {ui} = this;
    ui.show("gallery-z").textContent = scene.written.z;
    ui.title("alone").textContent = scene.label;
    ui.show("alone-key").innerHTML = curveLegend(palette, scene.marked.slope);
    ui.show("facts").innerHTML = facts(scene.about);
    this.fillCells();
  }

  fillCells() {
    const {all, activation} = this.scene;
    const places = this.places();
    if (!this.cells.childElementCount) {
      this.cells.innerHTML = [...all, {name: "softmax", label: "Softmax"}].map((/** @type {any} */ {name, label}) =>
        `<button type="button" data-name="${escaped(name)}" data-testid="cell-${escaped(name)}"><b>${escaped(label)}</b><span></span></button>`).join("");
      const last = /** @type {HTMLElement} */ (this.cells.lastElementChild);
      last.classList.add("nnp-other");
      /** @type {HTMLElement} */ (last.lastElementChild).textContent = "is no curve of one neuron: it needs the sums of a whole layer. See its own tab.";
    }
    [...this.cells.children].forEach((cell, at) => {
      const [x, y, w, h] = places[at];
      const button = /** @type {HTMLElement} */ (cell);
      Object.assign(button.style, {left: `${x + 3}px`, top: `${y + 2}px`, width: `${w - 6}px`, height: `${h - 4}px`});
      if (!all[at]) return;
      button.setAttribute("aria-pressed", String(all[at].name === activation));
      const [value, slope] = all[at].y;
      /** @type {HTMLElement} */ (button.lastElementChild).innerHTML = `${rounded(value)} <i>${rounded(slope)}</i>`;
      button.setAttribute("aria-label", `${all[at].label}: output ${rounded(value)}, slope ${rounded(slope)}`);
      if (all[at].name === activation) this.roving.stop(at);
    });
  }

  /** Give each pair of axes its place. */
  arrange(/** @type {any} */ layout) {
    const {clientWidth, clientHeight} = this.body;
    Object.assign(layout, {margin: {l: 0, r: 0, t: 0, b: 0}});
    this.places().forEach(([x, y, w, h], at) => {
      if (at >= this.scene.all.length) return;
      const number = at ? String(at + 1) : "";
      layout[`xaxis${number}`].domain = [(x + SIDE) / clientWidth, (x + w - 12) / clientWidth];
      layout[`yaxis${number}`].domain = [1 - (y + h - FOOT - 4) / clientHeight, 1 - (y + HEAD + 6) / clientHeight];
    });
  }

  /** @param {any} figures @param {any} Plotly */
  async figures(figures, Plotly) {
    this.overlay.Plotly = Plotly;
    await Promise.all([this.overlay.show(figures.gallery, layout => this.arrange(layout)), this.curve.show(figures.curve, Plotly)]);
  }

  draw() {
    const {scene, palette} = this;
    if (this.overlay.drawn) {
      const pen = this.overlay.pen();
      scene.all.forEach((/** @type {any} */ {y: [value, slope]}, /** @type {number} */ at) => {
        const axes = this.overlay.axes(at ? String(at + 1) : "");
        const x = Math.max(axes.left, Math.min(axes.right, axes.x(scene.z)));
        line(pen, [[x, axes.top], [x, axes.bottom]], {colour: palette.muted, width: 1, dash: [2, 3]});
        if (Math.abs(scene.z) > 6) return; // beyond the picture
        const dots = [[slope, 3, palette.extra], [value, 4.5, value < 0 ? palette.negative : palette.positive]];
        for (const [number, radius, fill] of dots) {
          const y = axes.y(number);
          if (y >= axes.top && y <= axes.bottom) disc(pen, x, y, radius, {fill, stroke: palette.outline, width: 1.5});
        }
      });
    }
    this.curve.paint(scene, palette);
    return {sum: scene.z, output: scene.y, slope: scene.slope, activation: scene.activation};
  }

  async resize() {
    this.fillCells();
    await Promise.all([this.overlay.resize(), this.curve.resize()]);
  }

  close() {
    this.overlay.close();
    this.curve.close();
  }
}

/** @param {any} about */
function facts({formula, rule, span, largest, use, dies, note}) {
  const rows = [["Formula", formula], ["Slope", rule], ["Outputs", span], ["Largest slope", largest], ["Good for", use], ["Its slope dies", dies], ["At its corner", note]];
  return rows.filter(([, text]) => text).map(([name, text]) => `<div><dt>${name}</dt><dd>${powers(escaped(text))}</dd></div>`).join("");
}
