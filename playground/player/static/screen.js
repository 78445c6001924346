/** What is on the screen: the four panels, their titles and legends, and the run in words. */
import {Boundary} from "./boundary.js";
import {Chart} from "./chart.js";
import {Matrices} from "./matrices.js";
import {Network} from "./network.js";
import {drawOutput, painted, Stage} from "./stage.js";
import {panel, slot} from "./view.js";
import {classLegend, count, decimal, layerLegend, lossLegend, rowsAndDevice, scaleLegend, sentence, unreached} from "./words.js";

const WORDS_MS = 120; // words and legends change no oftener
const TREND_FRAMES = 30; // over which the loss is called falling or rising

/** @typedef {import("./reel.js").Reel} Reel */
/** @typedef {import("./stage.js").Neuron} Neuron */

const PANELS = `
<div class="nnp-panels">
  ${panel("network", "Network", "Each square is what a neuron outputs over the plane of the two inputs. Lines are weights: blue positive, orange negative, thicker when larger. The dot at a neuron's corner is its bias. Point at a neuron to see its picture large, with its formula.",
    `<span class="nnp-hint">point at a neuron, or focus it, to see what it computes</span>`)}
  ${panel("boundary", "Decision boundary", "Each point is a row of data, coloured by its class or value. The colour behind it is what the network answers there: strong where it is sure, pale where it is not.",
    `<span class="nnp-key nnp-line nnp-last" data-show="classes"></span>${slot("discretize")}${slot("show_test")}`)}
  ${panel("weights", "Weights", "Above, every weight as a cell: a row for each neuron, a column for each one it hears; blue positive, orange negative. Below, the mean size of each layer's weights with their spread, and the length of the gradient: how steep the loss is for the layer.",
    `<span class="nnp-key" data-show="layers"></span>`)}
  ${panel("loss", "Loss", "How wrong the network is on average, and below how often it is right (for numbers R², the share of the variation it explains). Training rows are learned from; test rows are only looked at. Penalty is what L1 and L2 add; batch is the loss on the rows of one update alone.",
    `${slot("log_loss")}${slot("axis")}<span class="nnp-key nnp-line" data-show="losses"></span>`)}
</div>`;

export class Screen extends Stage {
  static markup = {panels: PANELS};

  constructor(/** @type {ReturnType<import("./view.js").build>} */ ui) {
    super(ui);
    /** @type {Neuron|null} */ this.hovered = null;
    this.boundary = new Boundary(ui.body("boundary"));
    this.network = new Network(ui.body("network"), neuron => this.hover(neuron));
    const time = {};
    this.weights = new Chart(ui.body("weights"), time);
    this.matrices = new Matrices(ui.body("weights"), this.weights.plot);
    this.loss = new Chart(ui.body("loss"), time);
  }

  /** @override */
  fillControls(/** @type {any} */ scene) {
    this.ui.slot("discretize").hidden = scene.problem === "regression";
    this.ui.slot("show_test").hidden = !scene.tested;
  }

  /** @override */
  setScene(/** @type {any} */ scene, /** @type {number} */ run) {
    super.setScene(scene, run);
    this.hovered = null;
  }

  /**
   * Draw everything that does not move from the figures, for a new run or another theme. What is on canvas comes
   * first, showing `frame`, so that it is seen before Plotly has done its work.
   */
  async dress(/** @type {any} */ view, /** @type {any} */ frame) {
    const {scene, ui} = this;
    this.dressing = true;
    this.look = this.theme;
    ui.root.dataset.theme = this.look;
    this.size ??= this.extent; // the first time, everything is drawn to fit
    const figures = scene.figures[this.look];
    this.network.setScene(scene, this.look);
    this.boundary.setScene(scene, this.look, view);
    this.label();
    if (frame) {
      const first = (/** @type {string} */ name) => frame[name][0];
      ui.show("losses").innerHTML = lossLegend(scene, scene.palettes[this.look], first); // the chart fits below it
      this.network.draw(frame);
      if (this.boundary.free) {
        this.drawBoundary(frame);
        ui.root.dataset.run = String(this.run);
      }
      await painted();
    }
    const Plotly = await this.charts;
    for (const chart of [this.boundary, this.weights, this.loss]) chart.Plotly = Plotly;
    await Promise.all([
      this.boundary.drawPoints(view), this.weights.setFigure(figures.weights, view), this.loss.setFigure(figures.loss, view),
    ]);
    this.matrices.setScene(scene, this.look, this.network);
    this.dressing = false;
  }

  /** Write the texts that stay as they are while a run plays. */
  label() {
    const {scene, ui} = this;
    ui.show("layers").innerHTML = layerLegend(scene, scene.layerColours[this.look]);
    this.legend = "";
    ui.show("device").textContent = rowsAndDevice(scene);
    ui.title("loss").textContent = scene.loss;
  }

  /** Show a setting of the view that has changed. */
  async setView(/** @type {string} */ name, /** @type {any} */ view) {
    if (name === "discretize") this.boundary.setView(view);
    if (name === "show_test") await this.boundary.showTest(view.show_test);
    await Promise.all([this.weights.choose(view), this.loss.choose(view)]);
  }

  /**
   * Draw all panels for frame `index`, then say so. Returns false while its pictures are packed.
   * @param {Reel} reel @param {number} index
   * @param {{settled: boolean, playing: boolean, end: number}} how `settled`: at rest, so that all is exact and in
   *   words; `end`: the frame up to which there are curves
   */
  draw(reel, index, {settled, playing, end}) {
    const frame = this.dressing ? null : reel.frame(index);
    if (!frame) return false;
    const {scene, ui} = this;
    this.frame = frame;
    this.network.draw(frame);
    this.drawBoundary(frame);
    this.matrices.draw(frame);
    const span = {shown: index, end};
    this.weights.draw(reel, span, scene.perEpoch, {settled, mayGrow: index % 2 === 0});
    this.loss.draw(reel, span, scene.perEpoch, {settled, mayGrow: index % 2 === 1});
    const now = (/** @type {string} */ name) => reel.series[name].data[index];
    const update = now("update");
    const epoch = update / scene.perEpoch;
    Object.assign(ui.root.dataset, {
      run: this.run, frame: index, update, epoch: decimal(epoch), trainLoss: decimal(now("train_loss")), testLoss: decimal(now("test_loss")),
    });
    ui.show("epoch").textContent = count(epoch, 2);
    ui.show("update").textContent = count(update);
    if (settled || performance.now() - this.worded > WORDS_MS) {
      const earlier = Math.max(0, index - TREND_FRAMES);
      const before = (/** @type {string} */ name) => reel.series[name].data[earlier];
      const norms = reel.series.gradient_norm;
      this.say(now, before, norms.data.slice(index * norms.size, (index + 1) * norms.size), {settled, playing});
    }
    return true;
  }

  /** The numbers in words and legends: not every frame, so that they can be read. */
  say(now, before, norms, {settled, playing}) {
    const {scene, ui} = this;
    this.worded = performance.now();
    ui.show("losses").innerHTML = lossLegend(scene, scene.palettes[this.look], now);
    const words = [sentence(scene, now, before), unreached(norms)].filter(Boolean).join(" ");
    ui.show("words").textContent = now("update") === 0 && !playing ? `Press play, or Space, and watch. ${words}` : words;
    if ((settled || now("update") === 0) && !playing) ui.spoken.textContent = words;
  }

  /** The output over the plane, or that of the neuron pointed at. */
  drawBoundary(/** @type {any} */ frame) {
    const title = drawOutput(this.boundary, this.network, this.scene, frame, this.hovered);
    const heading = this.ui.title("boundary");
    if (heading.textContent !== title) heading.textContent = title;
    const {scene, hovered} = this;
    const output = !hovered || hovered.layer === scene.network.sizes.length - 1;
    const legend = output ? "output" : String(this.boundary.scale);
    if (legend === this.legend) return;
    this.legend = legend;
    const palette = scene.palettes[this.look];
    this.ui.show("classes").innerHTML = output ? classLegend(scene, palette) : scaleLegend(palette, this.boundary.scale);
  }

  /** Hide what stands beside the pointer or the focus. */
  dismiss() {
    for (const panel of [this.boundary, this.network, this.matrices]) panel?.tip.hide();
  }

  hover(/** @type {Neuron|null} */ neuron) {
    this.hovered = neuron;
    if (this.frame && !this.dressing) this.drawBoundary(this.frame);
  }

  /** Free what Plotly keeps for charts that are no longer seen. */
  close() {
    for (const part of [this.boundary, this.weights, this.loss]) part.close();
  }

  /** Fit the panels to the page. Returns whether anything has to be drawn again. */
  async resize() {
    if (!this.outgrown) return false;
    this.size = this.extent;
    this.network.resize();
    await Promise.all([this.boundary.resize(), this.weights.resize(), this.loss.resize()]);
    this.matrices.place();
    return true;
  }
}
