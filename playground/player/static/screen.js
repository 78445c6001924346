/** What is on the screen: the four panels, their titles and legends, and the run in words. */
import {Boundary} from "./boundary.js";
import {Chart} from "./chart.js";
import {Matrices} from "./matrices.js";
import {Network} from "./network.js";
import load from "./plotly.js";
import {classLegend, count, decimal, layerLegend, lossLegend, rowsAndDevice, sentence} from "./words.js";

const WORDS_MS = 120; // words and legends change no oftener
const TREND_FRAMES = 30; // over which the loss is called falling or rising

/** @typedef {import("./reel.js").Reel} Reel */
/** @typedef {{layer: number, index: number}} Neuron */

export class Screen {
  constructor(/** @type {ReturnType<import("./view.js").build>} */ ui) {
    this.ui = ui;
    this.dressing = false; // while the panels belong to another run than the frames
    this.worded = 0;
    /** @type {Neuron|null} */ this.hovered = null;
    /** @type {any} */ this.frame = null; // the one that is shown
    this.boundary = new Boundary(ui.body("boundary"));
    this.network = new Network(ui.body("network"), neuron => this.hover(neuron));
    this.weights = new Chart(ui.body("weights"));
    this.matrices = new Matrices(ui.body("weights"), this.weights.plot);
    this.loss = new Chart(ui.body("loss"));
    // Plotly takes a second to begin, and is not needed for what is on canvas.
    this.charts = load().then(Plotly => {
      for (const chart of [this.boundary, this.weights, this.loss]) chart.Plotly = Plotly;
    });
  }


  /** The theme around the player, whatever was drawn last. */
  get theme() {
    const probe = getComputedStyle(this.ui.root).getPropertyValue("--st-background-color").trim() || "#ffffff";
    const channels = probe.match(/[\da-f]{2}/gi)?.map(hex => parseInt(hex, 16)) ?? [255];
    return channels.slice(0, 3).reduce((sum, value) => sum + value, 0) < 380 ? "dark" : "light";
  }

  /** Take another run, of this number: from now on nothing is drawn until `dress` is done. */
  setScene(/** @type {any} */ scene, /** @type {number} */ run) {
    this.dressing = true;
    this.scene = scene;
    this.run = run;
    this.hovered = this.frame = null;
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
      this.network.draw(frame);
      if (this.boundary.free) {
        this.drawBoundary(frame);
        ui.root.dataset.run = String(this.run);
      }
      await painted();
    }
    await this.charts;
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
    ui.show("classes").innerHTML = classLegend(scene, scene.palettes[this.look]);
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
      this.say(now, reel.series.train_loss.data[Math.max(0, index - TREND_FRAMES)], {settled, playing});
    }
    return true;
  }

  /** The numbers in words and legends: not every frame, so that they can be read. */
  say(now, before, {settled, playing}) {
    const {scene, ui} = this;
    this.worded = performance.now();
    ui.show("losses").innerHTML = lossLegend(scene, scene.palettes[this.look], now);
    const words = sentence(scene, now, before);
    ui.show("words").textContent = now("update") === 0 && !playing ? `Press play, or Space, and watch. ${words}` : words;
    if (settled && !playing) ui.spoken.textContent = words;
  }

  /** The output over the plane, or that of the neuron pointed at. */
  drawBoundary(/** @type {any} */ frame) {
    const {scene, network} = this;
    const {sizes, inputMaps, inputScales} = scene.network;
    const neuron = this.hovered;
    const last = sizes.length - 1;
    let title = scene.problem === "regression" ? "Output" : "Decision boundary";
    if (neuron?.layer === last && sizes[last] > 1) {
      const area = scene.grid ** 2;
      const picture = frame.surface.subarray(neuron.index * area, (neuron.index + 1) * area);
      this.boundary.draw(picture, scene.grid, true, network.short(neuron));
      title = network.name(neuron);
    } else if (!neuron || neuron.layer === last) {
      this.boundary.draw(frame.surface, scene.grid, sizes[last] === 1);
    } else {
      const area = network.side ** 2;
      const before = sizes.slice(1, neuron.layer).reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
      const bytes = neuron.layer === 0
        ? Uint8Array.from(inputMaps[neuron.index])
        : frame.maps.subarray((before + neuron.index) * area, (before + neuron.index + 1) * area);
      const scale = neuron.layer === 0 ? inputScales[neuron.index] : frame.map_scale[before + neuron.index];
      this.boundary.draw(bytes, network.side, true, network.short(neuron), scale);
      title = network.name(neuron);
    }
    const heading = this.ui.title("boundary");
    if (heading.textContent !== title) heading.textContent = title;
  }

  /** Hide what stands beside the pointer or the focus. */
  dismiss() {
    for (const panel of [this.boundary, this.network, this.matrices]) panel?.tip.hide();
  }

  hover(/** @type {Neuron|null} */ neuron) {
    this.hovered = neuron;
    if (this.frame && !this.dressing) this.drawBoundary(this.frame);
  }

  get extent() {
    return `${this.ui.root.clientWidth}×${window.innerHeight}`;
  }

  /** Fit the panels to the page. Returns whether anything has to be drawn again. */
  async resize() {
    if (!this.scene || this.dressing || this.extent === this.size) return false; // who dresses comes back to it
    this.size = this.extent;
    this.network.resize();
    await Promise.all([this.boundary.resize(), this.weights.resize(), this.loss.resize()]);
    this.matrices.place();
    return true;
  }
}

/** Wait until the browser has shown what was drawn; a page that cannot be seen does not keep it waiting. */
function painted() {
  return new Promise(done => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 50);
  });
}
