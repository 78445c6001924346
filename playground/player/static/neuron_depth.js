/** Depth: the product of slopes along a chain, and beside it what is measured in real networks. */
import {Picker} from "./neuron_curve.js";
import {disc, line, Overlay, words} from "./overlay.js";
import {panel} from "./view.js";
import {escaped, figures as rounded} from "./words.js";

const AT_ONCE = 4; // networks that are measured for one question
const WIDTH = 8; // neurons of a layer
const BAR = 0.34; // of the way to the next layer
const SQUARE = 6;
const FAILED = "The network could not be measured; change something to try again.";

export class DepthTopic {
  static markup = `
<section class="nnp-panel nnp-side" aria-label="The deep network">
  <div class="nnp-inputs nnp-column" data-inputs="depth initializer data start_bias"></div>
  <div class="nnp-inputs nnp-column" data-inputs="start" data-look="numbers"></div>
  <div class="nnp-label">Activation</div><div class="nnp-picker" data-show="depth-picker" role="group" aria-label="Activation"></div>
</section>
${panel("products", "Slopes multiplied, and what is measured", "Going back through a network, the gradient is multiplied by a slope in each layer. Solid: the size of the slopes' product in a chain of neurons with weight 1 that begins with the weighted sum of the first tab; where a product is negative, its minus sign is left out. Dashed: the largest that this size can be. Dots: measured in real networks of each depth, the gradient of the first layer over that of the last.",
    `<span class="nnp-key nnp-line" data-show="products-key"></span>`)}
${panel("layers", "The gradient in each layer", "The length of the loss's gradient for the weights and biases of each layer, in a fresh network of this depth with 8 neurons a layer, on 100 rows of the data. Above it each neuron as a square: an orange one is dead, it gives 0 for every row.",
    `<span class="nnp-key nnp-line" data-show="layers-key"></span>`)}
<section class="nnp-panel nnp-formulas" aria-label="What is seen" data-testid="panel-seen">
  <div class="nnp-steps nnp-two">
    <div><h4>Slopes alone</h4><p data-show="depth-product"></p></div>
    <div><h4>Measured</h4><p data-show="depth-seen" role="status"></p></div>
  </div>
  <p class="nnp-wrong"><b>Often got wrong.</b> Small slopes are not the whole story. The gradient is a product of slopes and weights: larger first weights can hold it up, or blow it up, and slopes of 1 do not save it from small weights. Try the initial weights.</p>
</section>`;

  /** @param {import("./neuron.js").NeuronScreen} stage */
  constructor(stage) {
    const {ui} = stage;
    Object.assign(this, {ui, stage});
    this.products = new Overlay(ui.body("products"));
    this.layers = new Overlay(ui.body("layers"));
    this.picker = new Picker(ui.show("depth-picker"), name => stage.set({activation: name}));
    /** @type {Map<number, any>} */ this.measured = new Map();
    this.subject = "";
    this.asking = false;
  }

  /** @param {any} scene @param {any} palette */
  take(scene, palette) {
    const fresh = scene !== this.scene; // and not only another theme
    Object.assign(this, {scene, palette});
    const {ui} = this;
    if (fresh) this.failed = false; // what failed is tried again
    const subject = JSON.stringify(scene.subject);
    if (subject !== this.subject) {
      this.subject = subject;
      this.measured = new Map();
    }
    this.picker.fill(scene.icons, scene.activation);
    const {written, depth, label} = scene;
    const key = (/** @type {string} */ colour, /** @type {string} */ text, style = "") => `<span><i style="background:${colour};${style}"></i>${text}</span>`;
    ui.show("products-key").innerHTML = key(palette.extra, "size of the product of slopes in a chain") + `<span><i class="nnp-dash" style="--line:${palette.extra}"></i>largest it can be</span>`
      + key(palette.lanes[1], "measured: first layer / last layer", "width:8px;height:8px;border-radius:50%");
    ui.show("layers-key").innerHTML = key(palette.lanes[1], "length of the gradient", "width:8px;height:8px;border-radius:50%") + key(palette.negative, "dead neuron", "width:8px;height:8px") + key(palette.muted, "living neuron", "width:8px;height:8px;opacity:.35");
    ui.show("depth-product").textContent = `${label}: a chain is neurons one after the other, each with one input, weight 1 and no bias. Begun with z = ${written.z}, it multiplies ${depth === 1 ? "one slope" : `${depth} slopes`} to ${written.product}. Its steepest slope has the size ${written.slope}, so the size of the product can be at most ${written.slope}${power(depth)} = ${written.largest}.`;
    if (!this.asking) this.inquire();
  }

  /** Ask for what is not measured yet: first the depth that is seen, then all others. */
  inquire() {
    const {scene: {depth, deepest}, measured} = this;
    this.asking = false;
    if (this.failed || this.stage.scene?.topic !== "depth") return;
    let [least, most] = [depth, depth];
    if (measured.has(depth)) {
      least = 1;
      while (measured.has(least)) least++;
      if (least > deepest) return;
      most = least;
      while (most < deepest && most - least + 1 < AT_ONCE && !measured.has(most + 1)) most++;
    }
    Object.assign(this, {asking: true, asked: this.scene});
    this.stage.ask({kind: "measure", least, most});
  }

  /** Hear what was measured; null if no answer came. @param {any} header */
  hear(header) {
    const {stage} = this;
    this.failed = header?.kind !== "measured" && this.asked === this.scene;
    if (header?.kind === "measured" && JSON.stringify(header.subject) === this.subject) {
      for (const each of header.measured) this.measured.set(each.depth, each);
    }
    if (!stage.dressing && stage.scene.topic === "depth") Object.assign(stage.ui.root.dataset, this.draw());
    this.inquire();
  }

  /** @param {any} figures @param {any} Plotly */
  async figures(figures, Plotly) {
    this.products.Plotly = this.layers.Plotly = Plotly;
    await Promise.all([this.products.show(figures.products), this.layers.show(figures.layers)]);
  }

  draw() {
    const {scene, measured} = this;
    const here = measured.get(scene.depth);
    this.ui.show("depth-seen").textContent = here ? here.words : this.failed ? FAILED : "Measuring…";
    if (this.products.drawn) this.drawProducts();
    if (this.layers.drawn) this.drawLayers(here);
    return {
      product: scene.products[scene.depth - 1], measured: measured.size,
      ratio: here ? String(here.ratio) : "", dead: here ? here.dead.join(" ") : "",
    };
  }

  drawProducts() {
    const {scene, palette, measured, products} = this;
    const ratios = [...measured.values()].filter(({ratio}) => ratio > 0);
    this.widen(products, ratios.map(({ratio}) => ratio));
    const pen = products.pen();
    const at = products.axes();
    const x = at.x(scene.depth);
    line(pen, [[x, at.top], [x, at.bottom]], {colour: palette.muted, width: 1.2, dash: [3, 3]});
    for (const {depth, ratio} of ratios) disc(pen, at.x(depth), at.y(ratio), depth === scene.depth ? 6 : 4, {fill: palette.lanes[1], stroke: palette.outline, width: 1.5});
    for (const {depth, ratio} of measured.values()) {
      if (ratio !== 0) continue;
      words(pen, "0", at.x(depth), at.bottom - 8, {colour: palette.lanes[1], rim: palette.surface, align: "center"});
    }
    const here = measured.get(scene.depth);
    if (here?.ratio > 0) {
      const right = x < (at.left + at.right) / 2;
      words(pen, rounded(here.ratio), x + (right ? 11 : -11), at.y(here.ratio) - 12, {colour: palette.lanes[1], rim: palette.surface, align: right ? "left" : "right"});
    }
  }

  drawLayers(/** @type {any} */ here) {
    const {palette, layers} = this;
    if (here) this.widen(layers, here.norms.filter((/** @type {number} */ norm) => norm > 0), true);
    const pen = layers.pen();
    if (!here) return;
    const at = layers.axes();
    here.norms.forEach((/** @type {number} */ norm, /** @type {number} */ layer) => {
      const [left, right] = [at.x(layer + 1 - BAR), at.x(layer + 1 + BAR)];
      if (norm > 0) {
        const [x, top] = [(left + right) / 2, at.y(norm)];
        line(pen, [[x, at.bottom], [x, top]], {colour: palette.lanes[1], width: 3, alpha: 0.3});
        disc(pen, x, top, 5, {fill: palette.lanes[1], stroke: palette.outline, width: 1.5});
        if (right - left > 26) words(pen, rounded(norm), x, top - 14, {colour: palette.text, rim: palette.surface, align: "center", size: 11});
      } else words(pen, "0", (left + right) / 2, at.bottom - 9, {colour: palette.lanes[1], rim: palette.surface, align: "center"});
      const dead = here.dead[layer];
      if (dead === undefined) return;
      const size = Math.min(SQUARE, (right - left) * 0.8);
      for (let n = 0; n < WIDTH; n++) {
        pen.fillStyle = n < dead ? palette.negative : palette.muted;
        pen.globalAlpha = n < dead ? 1 : 0.35;
        pen.fillRect((left + right - size) / 2, at.top - 9 - (n + 1) * (SQUARE + 1), size, SQUARE);
      }
      pen.globalAlpha = 1;
      if (dead) words(pen, String(dead), (left + right) / 2, at.top - 9 - WIDTH * (SQUARE + 1) - 9, {colour: palette.negative, rim: palette.surface, align: "center", size: 11});
    });
  }

  /** Have a logarithmic axis hold some values; with `fit` no more than those. @param {Overlay} overlay @param {number[]} values */
  widen(overlay, values, fit = false) {
    if (!values.length) return;
    const {range} = overlay.plot._fullLayout.yaxis;
    const logs = values.map(Math.log10);
    const [low, high] = [Math.floor(Math.min(...logs) - 0.3), Math.ceil(Math.max(...logs) + (fit ? 0.25 : 0.1))];
    const wanted = fit ? [Math.min(low, high - 2), high] : [Math.min(low, range[0]), Math.max(high, range[1])];
    if (wanted[0] === range[0] && wanted[1] === range[1]) return;
    overlay.Plotly.relayout(overlay.plot, {"yaxis.range": wanted, "yaxis.dtick": Math.max(1, Math.ceil((wanted[1] - wanted[0]) / 6))});
  }

  async resize() {
    await Promise.all([this.products.resize(), this.layers.resize()]);
  }

  close() {
    this.products.close();
    this.layers.close();
  }
}

/** A whole number set high. */
function power(/** @type {number} */ exponent) {
  return escaped([...String(exponent)].map(digit => "⁰¹²³⁴⁵⁶⁷⁸⁹"[+digit]).join(""));
}
