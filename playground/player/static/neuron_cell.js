/** One neuron: inputs, weights and bias at the side, the neuron drawn, its curve with the point on it, the formulas. */
import {Curve, curveLegend, Picker, tries} from "./neuron_curve.js";
import {panel} from "./view.js";
import {escaped, powers} from "./words.js";

const [THINNEST, THICKEST, THICK] = [1.2, 13, 2.6]; // of a connection, in pixels, and for a weight of 1
const NARROW = 430;

export class CellTopic {
  static markup = `
<section class="nnp-panel nnp-side" aria-label="Inputs, weights and bias">
  <div class="nnp-inputs nnp-column" data-inputs="inputs x weights bias"></div>
  <div class="nnp-label">Activation</div><div class="nnp-picker" data-show="cell-picker" role="group" aria-label="Activation"></div>
  ${tries([["Choose the step and lower the bias.", "Where z falls below 0, the output jumps from 1 to 0: the bias is its threshold, sign turned."],
    ["Choose the sigmoid and raise the weights.", "As z grows, the slope dies: a neuron that is very sure hardly learns."]])}
</section>
${panel("cell", "The neuron", "Each input is multiplied by its weight. The products and the bias are added up to the weighted sum z. The activation f makes the output y of it. A connection is as thick as its weight is large: blue is positive, orange negative.",
    `<span class="nnp-hint">thickness: size of the weight; <b class="nnp-blue">blue</b> positive, <b class="nnp-orange">orange</b> negative</span>`)}
${panel("curve", "Activation", "The bold line is the activation f, the thin one its slope f′. The dot is where this neuron stands; the line through it is the tangent, as steep as the slope. Learning goes by the slope: where it is 0, nothing is learned.",
    `<span class="nnp-key" data-show="curve-key"></span>`)}
<section class="nnp-panel nnp-formulas" aria-label="The formulas" data-testid="panel-formulas">
  <div class="nnp-steps" data-show="formulas"></div>
  <p class="nnp-wrong" data-show="cell-wrong"></p>
</section>`;

  /** @param {import("./neuron.js").NeuronScreen} stage */
  constructor(stage) {
    const {ui} = stage;
    this.ui = ui;
    this.curve = new Curve(ui.body("curve"));
    this.body = ui.body("cell");
    this.body.innerHTML = `<svg class="nnp-drawing" role="img" aria-label="The neuron"></svg>`;
    this.picture = this.body.firstElementChild;
    this.picker = new Picker(ui.show("cell-picker"), name => stage.set({activation: name}));
  }

  /** @param {any} scene @param {any} palette */
  take(scene, palette) {
    Object.assign(this, {scene, palette});
    const {ui} = this;
    ui.root.dataset.inputs = String(scene.inputs_);
    this.picker.fill(scene.icons, scene.activation);
    ui.title("curve").textContent = scene.label;
    ui.show("curve-key").innerHTML = curveLegend(palette, scene.marked.slope);
    ui.show("formulas").innerHTML = formulas(scene);
    ui.show("cell-wrong").innerHTML = `<b>Often got wrong.</b> ${escaped(scene.wrong)}`;
    this.drawCell();
  }

  /** @param {any} figures @param {any} Plotly */
  async figures(figures, Plotly) {
    await this.curve.show(figures.curve, Plotly);
  }

  draw() {
    const {scene} = this;
    this.curve.paint(scene, this.palette);
    return {sum: scene.z, output: scene.y, slope: scene.slope};
  }

  drawCell() {
    const {clientWidth: width, clientHeight: height} = this.body;
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("aria-label", `The neuron: ${this.scene.sum[1]}, ${this.scene.output[1]}`);
    this.picture.innerHTML = cell(this.scene, this.palette, width, height);
  }

  async resize() {
    this.drawCell();
    await this.curve.resize();
  }

  close() {
    this.curve.close();
  }
}

/** The formulas, in symbols and below them in numbers. */
function formulas(/** @type {any} */ {sum, output, rule, steep, pull}) {
  const step = (/** @type {string} */ name, /** @type {string[]} */ lines) =>
    `<div><h4>${name}</h4>${lines.map((text, at) => `<p class="${at ? "nnp-filled" : "nnp-symbols"}">${powers(escaped(text))}</p>`).join("")}</div>`;
  return step("1. Weighted sum", sum) + step("2. Output", output)
    + step("3. Slope: what learning sees", [rule, steep])
    + step("What a weight can do", ["∂y/∂w = f′(z)·x", ...pull]);
}

/** The neuron as SVG, for a panel of this size. @param {any} scene @param {any} palette @param {number} width @param {number} height */
function cell(scene, palette, width, height) {
  const narrow = width < NARROW;
  const {inputs_: count} = scene;
  const sumX = width * (narrow ? 0.5 : 0.53);
  const radius = Math.min(44, width * 0.085);
  const box = Math.min(76, width * 0.17);
  const boxX = width * (narrow ? 0.74 : 0.76);
  const [inX, outX] = [narrow ? 30 : 44, width - (narrow ? 30 : 40)];
  const node = narrow ? 21 : 27;
  const middle = height * 0.54;
  const gap = Math.min(165, (height - 100) / Math.max(1, count));
  const at = (/** @type {number} */ i) => middle + (i - (count - 1) / 2) * gap;
  const sign = (/** @type {number} */ value) => (value < 0 ? palette.negative : value > 0 ? palette.positive : palette.muted);
  const thick = (/** @type {number} */ w) => Math.min(THICKEST, THINNEST + Math.abs(w) * THICK);
  const parts = [];
  const text = (/** @type {string} */ words, /** @type {number} */ x, /** @type {number} */ y, style = "") =>
    `<text x="${x}" y="${y}" ${style}>${escaped(words)}</text>`;
  const wire = (/** @type {number[]} */ [x1, y1, x2, y2], /** @type {number} */ w) =>
    `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${sign(w)}" stroke-width="${thick(w)}" stroke-linecap="round" ${w === 0 ? `stroke-dasharray="3 5"` : ""}/>`;
  const chip = (/** @type {string} */ words, /** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ colour) => {
    const w = words.length * 7 + 14;
    return `<g class="nnp-product"><rect x="${x - w / 2}" y="${y - 12}" width="${w}" height="24" rx="12" fill="${palette.surface}" stroke="${colour}"/>${text(words, x, y + 1, `text-anchor="middle"`)}</g>`;
  };
  for (let i = 0; i < count; i++) parts.push(wire([inX + node, at(i), sumX - radius * 0.9, middle + (at(i) - middle) * 0.16], scene.strength[i]));
  const biasY = Math.max(26, middle - radius - (narrow ? 78 : 96));
  parts.push(wire([sumX, biasY + 15, sumX, middle - radius], scene.strengthOfBias));
  for (let i = 0; i < count; i++) {
    const share = narrow ? 0.56 : 0.5;
    const [x1, x2, y2] = [inX + node, sumX - radius * 0.9, middle + (at(i) - middle) * 0.16];
    const words = narrow ? scene.products[i] : `${scene.w[i]} · ${scene.x[i].startsWith("−") ? `(${scene.x[i]})` : scene.x[i]} = ${scene.products[i]}`;
    parts.push(chip(words, x1 + (x2 - x1) * share, at(i) + (y2 - at(i)) * share, sign(scene.strength[i])));
    parts.push(`<circle cx="${inX}" cy="${at(i)}" r="${node}" class="nnp-node"/>`, text(scene.x[i], inX, at(i) + 1, `text-anchor="middle" class="nnp-strong"`));
    parts.push(text(`x${"₁₂₃"[i]}`, inX, at(i) - node - 9, `text-anchor="middle" class="nnp-quiet"`));
  }
  parts.push(`<rect x="${sumX - 34}" y="${biasY - 15}" width="68" height="30" rx="15" class="nnp-node"/>`, text(`b = ${scene.bias}`, sumX, biasY + 1, `text-anchor="middle" class="nnp-strong"`));
  parts.push(text("bias", sumX + 42, biasY + 1, `class="nnp-quiet"`));
  // The sum, the curve, the output.
  parts.push(`<path d="M${sumX + radius} ${middle}H${boxX - box / 2}M${boxX + box / 2} ${middle}H${outX - node - 7}" class="nnp-flow"/><path d="M${outX - node - 9} ${middle - 6}l8 6-8 6z" fill="${palette.muted}"/>`);
  parts.push(`<circle cx="${sumX}" cy="${middle}" r="${radius}" class="nnp-node"/>`, text("Σ", sumX, middle - radius * 0.3, `text-anchor="middle" class="nnp-sigma"`), text(scene.written.z, sumX, middle + radius * 0.42, `text-anchor="middle" class="nnp-strong"`));
  parts.push(text("z", sumX, middle + radius + 15, `text-anchor="middle" class="nnp-quiet"`));
  parts.push(`<rect x="${boxX - box / 2}" y="${middle - box / 2}" width="${box}" height="${box}" rx="12" class="nnp-node"/>`, small(scene, palette, boxX - box / 2, middle - box / 2, box));
  parts.push(text(scene.label, boxX, middle + box / 2 + 17, `text-anchor="middle" class="nnp-quiet"`));
  const strength = Math.min(1, Math.abs(scene.y));
  parts.push(`<circle cx="${outX}" cy="${middle}" r="${node}" class="nnp-node"/><circle cx="${outX}" cy="${middle}" r="${node}" fill="${sign(scene.y)}" opacity="${0.35 * strength}"/>`, text(scene.written.y, outX, middle + 1, `text-anchor="middle" class="nnp-strong"`));
  parts.push(text("y", outX, middle - node - 9, `text-anchor="middle" class="nnp-quiet"`));
  return parts.join("");
}

/** The curve as it is in the neuron, with the point on it. @param {any} scene @param {any} palette @param {number} left @param {number} top @param {number} side */
function small({icons, activation, z, y}, palette, left, top, side) {
  const path = icons.find((/** @type {string[]} */ each) => each[0] === activation)[2];
  const scale = (side - 12) / 32;
  const [x0, y0] = [left + 6, top + side / 2 - 10 * scale];
  const dotX = x0 + scale * (16 + Math.max(-6, Math.min(6, z)) * (16 / 6));
  const dotY = y0 + scale * (14 - Math.max(-1, Math.min(2, y)) * 6);
  return `<g transform="translate(${x0} ${y0}) scale(${scale})"><path d="M0 14H32M16 0V20" class="nnp-cross-lines"/><path d="${escaped(path)}" class="nnp-small"/></g>`
    + `<circle cx="${dotX}" cy="${dotY}" r="5" fill="${y < 0 ? palette.negative : palette.positive}" stroke="${palette.outline}" stroke-width="1.5"/>`;
}
