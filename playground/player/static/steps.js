/** The screen of "Forward and back": one step of the worked example at a time, or its training let run. */
import {Boundary} from "./boundary.js";
import {Chart} from "./chart.js";
import {Stage} from "./stage.js";
import {StepNet} from "./stepnet.js";
import {answers, fill, formula, gradients, runSetting, runWords, track} from "./steptexts.js";
import {panel, slot} from "./view.js";
import {count, decimal, decimals} from "./words.js";

const WORDS_MS = 120; // words change no oftener while it runs
const AGAIN_MS = 120; // until automatic differentiation is asked for again
const LOOK = {axis: "updates", discretize: false, show_test: false}; // of charts that nobody adjusts here

/** @typedef {import("./reel.js").Reel} Reel */

const INPUTS = [
  ["Network", "weights_in weights_out use_bias biases activation output"],
  ["Descent", "x target mode learning_rate rounding error shuffle seed"],
];

const PANELS = `
<div class="nnp-fb">
  <section class="nnp-panel nnp-fb-inputs" data-testid="panel-inputs" aria-label="Everything can be changed">
    <header><h3>Change anything</h3></header>
    <div class="nnp-fb-scroll">
      <div class="nnp-fb-presets" data-show="presets" role="group" aria-label="Starting points"></div>
      ${INPUTS.map(([title, names]) => `<h4>${title === "Network" ? title : "Row and descent"}</h4><div class="nnp-inputs nnp-fb-${title.toLowerCase()}" data-inputs="${names}" data-look="numbers"></div>`).join("")}
    </div>
  </section>
  ${panel("network", "Network", "Each circle is a neuron: above its weighted sum z, below what it makes of it, and on the way back its δ. Each line is a weight: blue positive, orange negative, thicker when larger. What is at work is lit. While it runs, each neuron shows its answers to the four rows, in the corners where they lie in the plane: blue above the neutral value, orange below. Neutral is 0.5 for hidden sigmoids, 0 for other hidden neurons, and the middle between the targets for the output. The colour is full at the end of what the activation can give or, where that has no end, at the neuron's largest answer (at least 1).",
    `<span class="nnp-hint" data-show="place"></span><button type="button" class="nnp-fb-follow" data-testid="follow" title="Begin the steps with the weights that are shown">Step on from these weights</button>`)}
  <section class="nnp-panel nnp-fb-formula" data-testid="panel-formula" aria-label="This step">
    <ol class="nnp-fb-track" data-show="track" aria-label="The seven steps of training"></ol>
    <div class="nnp-fb-said" data-show="formula"></div>
  </section>
  ${panel("loss", "Error", "The error of all four rows, added up, after each update. Row by row, an update follows the error of one row only, so that the sum may rise now and then.",
    `<span class="nnp-hint">summed over the four rows</span>`)}
  <section class="nnp-panel nnp-fb-gradients" data-testid="panel-gradients" aria-label="Gradients">
    <header><h3>Gradients</h3><span class="nnp-hint" data-show="verdict"></span></header>
    <div class="nnp-fb-scroll" data-show="gradients"></div>
  </section>
  ${panel("boundary", "What it answers everywhere", "Each point is a row of the truth table, its colour and shape the answer that is right. The colour behind it is what the network answers there.",
    "")}
  <section class="nnp-panel nnp-fb-answers" data-testid="panel-answers" aria-label="Answers to the four rows">
    <header><h3>Truth table</h3><span class="nnp-hint" data-show="answers-hint"></span></header>
    <div class="nnp-fb-scroll"><div data-show="answers"></div><div class="nnp-inputs" data-inputs="targets" data-look="numbers"></div></div>
  </section>
</div>`;

export class StepsScreen extends Stage {
  static markup = {bar: {buttons: {restart: "", "step-update": "+1 step", "step-epoch": "+1 update"}, clock: ["Update", "Step"]}, panels: PANELS};

  constructor(/** @type {ReturnType<import("./view.js").build>} */ ui) {
    super(ui);
    this.network = new StepNet(ui.body("network"));
    this.boundary = new Boundary(ui.body("boundary"));
    this.boundary.describe = there => this.describe(there);
    this.loss = new Chart(ui.body("loss"));
    /** @type {Map<number, any>} */ this.found = new Map(); // gradients by automatic differentiation, by update
    this.asked = -1; // the update whose gradients are on their way
    const bar = ui.root.querySelector(".nnp-bar");
    const tabs = document.createElement("div");
    Object.assign(tabs, {className: "nnp-fb-tabs"});
    tabs.setAttribute("role", "group");
    tabs.setAttribute("aria-label", "Show");
    bar.prepend(tabs);
    this.tabs = tabs;
    const speed = ui.slot("speed");
    speed.insertAdjacentHTML("afterend", slot("step_speed", "nnp-speed"));
    ui.slots.push(speed.nextElementSibling);
    ui.show("track").onclick = (/** @type {any} */ {target}) => this.toStage(+target.closest("button")?.dataset.stage);
    ui.part("follow").onclick = () => this.follow();
    ui.show("presets").onclick = (/** @type {any} */ {target}) => {
      const preset = this.scene?.presets[target.closest("button")?.dataset.preset];
      if (preset) this.set(preset.settings, "start");
    };
  }

  get stepping() {
    return this.scene.show === "steps";
  }

  /** @override */
  fillControls(/** @type {any} */ scene) {
    const {ui, tabs} = this;
    const steps = scene.show === "steps";
    if (!tabs.children.length) {
      for (const [name, label] of Object.entries(scene.shown)) {
        const tab = Object.assign(document.createElement("button"), {type: "button", textContent: label});
        tab.dataset.testid = `show-${name}`;
        tab.onclick = () => name === this.scene.show || this.set({show: name}, "start");
        tabs.append(tab);
      }
    }
    for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.testid === `show-${scene.show}`));
    ui.slot("speed").hidden = steps;
    ui.slot("step_speed").hidden = !steps;
    const name = (/** @type {string} */ part, /** @type {string} */ text, /** @type {string} */ label) => {
      const key = ui.part(part);
      key.querySelector("span").textContent = text;
      key.title = label;
      key.setAttribute("aria-label", label);
    };
    name("step-update", steps ? "+1 step" : "+1 update", steps ? "One step" : "One update");
    name("step-epoch", steps ? "+1 update" : "+1 epoch", steps ? "All steps to the end of this update" : "One epoch");
    const back = ui.part("step-back");
    back.title = steps ? "Back one step" : "Back one frame";
    back.setAttribute("aria-label", back.title);
    ui.show("clock-first").textContent = steps ? "Updates done" : "Epoch";
    ui.show("clock-second").textContent = steps ? "Step" : "Update";
    ui.show("presets").innerHTML = scene.presets.map((/** @type {any} */ {label}, /** @type {number} */ n) => `<button type="button" data-preset="${n}" data-testid="preset-${n + 1}">${label}</button>`).join("");
  }

  /** @override */
  setScene(/** @type {any} */ scene, /** @type {number} */ run) {
    super.setScene(scene, run);
    this.ui.root.dataset.show = scene.show;
    this.found.clear();
    this.asked = -1;
    clearTimeout(this.asking);
    for (const name of ["step", "stage"]) delete this.ui.root.dataset[name];
  }

  /** Draw everything that does not move; see `Screen.dress`. @param {any} view @param {any} frame */
  async dress(view, frame) {
    const {scene, ui} = this;
    this.dressing = true;
    this.look = this.theme;
    ui.root.dataset.theme = this.look;
    this.size ??= this.extent;
    const figures = scene.figures[this.look];
    ui.title("loss").textContent = scene.errorName === "squared" ? "Error ½·(t − y)²" : "Cross-entropy";
    ui.show("device").textContent = this.stepping ? "" : runSetting(scene);
    ui.show("answers-hint").textContent = this.stepping ? "with the weights of this step" : "";
    ui.part("panel-gradients").classList.toggle("nnp-fb-many", scene.learned.length > 9);
    ui.show("track").innerHTML = this.stepping ? track(scene) : "";
    this.network.setScene(scene, this.look);
    if (!this.stepping) {
      this.boundary.setScene(scene, this.look, LOOK);
      if (frame && this.boundary.free) this.boundary.draw(frame.surface, scene.grid, true);
      const Plotly = await this.charts;
      this.boundary.Plotly = this.loss.Plotly = Plotly;
      await Promise.all([this.boundary.drawPoints({show_test: true}), this.loss.setFigure(figures.error, LOOK)]);
    }
    this.dressing = false;
  }

  /** Nothing of the view is drawn but the speed. */
  async setView() {}

  /** Draw all panels for frame `index`; see `Screen.draw`. @param {Reel} reel @param {number} index @param {{settled: boolean, playing: boolean, end: number}} how */
  draw(reel, index, {settled, playing, end}) {
    const frame = this.dressing ? null : reel.frame(index);
    if (!frame) return false;
    const {scene, ui} = this;
    this.frame = frame;
    const note = this.stepping ? reel.note(index) : null;
    this.network.draw(frame, note);
    const now = (/** @type {string} */ name) => reel.series[name].data[index];
    const update = now("update");
    Object.assign(ui.root.dataset, {run: this.run, frame: index, update, trainLoss: decimal(now("train_loss"))});
    ui.show("update").textContent = count(update);
    if (note) {
      Object.assign(ui.root.dataset, {step: note.kind, stage: note.stage, epoch: decimal(note.number)});
      ui.show("epoch").textContent = count(note.number + (note.kind === "next" ? 1 : 0));
      this.sayStep(note, frame, {settled, playing});
    } else {
      const epoch = update / scene.perEpoch;
      ui.root.dataset.epoch = decimal(epoch);
      ui.show("epoch").textContent = count(epoch, 2);
      this.boundary.draw(frame.surface, scene.grid, true);
      this.loss.draw(reel, {shown: index, end}, scene.perEpoch, {settled});
      if (settled || performance.now() - this.worded > WORDS_MS) this.sayRun(frame, {settled, playing});
    }
    return true;
  }

  /** Say in words and numbers what happens at a step. @param {any} note @param {any} frame @param {any} how */
  sayStep(note, frame, {settled, playing}) {
    const {scene, ui} = this;
    this.note = note;
    ui.show("formula").innerHTML = formula(scene, note);
    for (const stop of ui.show("track").children) {
      const stage = +stop.dataset.stage;
      stop.classList.toggle("nnp-done", stage < note.stage);
      const key = stop.firstElementChild;
      if (stage === note.stage) key.setAttribute("aria-current", "step");
      else key.removeAttribute("aria-current");
    }
    const rows = note.rows > 1 && note.row !== null ? `row ${note.row + 1} of 4: ` : "";
    ui.show("place").textContent = note.row === null ? `update ${count(note.number + 1)}` : `update ${count(note.number + 1)}, ${rows}(${note.x.join(", ")}) with target ${note.target}`;
    this.showGradients();
    fill(ui.show("answers"), answers(scene, frame, note));
    ui.show("words").textContent = "";
    if (settled && !playing) {
      ui.spoken.textContent = `${note.words} ${note.numbers}`;
      this.network.tell(note);
    }
    if (!this.found.has(note.number) && this.asked !== note.number) this.inquire();
  }

  /** The table of gradients, as far as they are known. */
  showGradients() {
    const {ui, scene, note} = this;
    const found = this.found.get(note.number);
    fill(ui.show("gradients"), gradients(scene, note, found));
    const done = scene.learned.every((/** @type {string} */ name) => note.gradients[name] !== undefined) && (note.rows === 1 || note.row === null || note.row === note.rows - 1);
    ui.show("verdict").textContent = done && found ? found.verdict : "";
  }

  /** Ask for the gradients of the update that is shown. */
  inquire() {
    this.asked = this.note.number;
    this.ask({kind: "gradients", number: this.asked});
  }

  /** Hear automatic differentiation's gradients; cold it takes a second, and is asked for again. @param {any} header */
  async hear(header) {
    const {asked} = this;
    this.asked = -1;
    if (header?.kind !== "gradients" || header.run !== this.run || this.dressing || !this.note) return;
    if (header.pending) {
      this.asked = asked;
      this.asking = setTimeout(() => this.inquire(), AGAIN_MS);
      return;
    }
    this.found.set(header.number, header);
    if (this.stepping) this.showGradients();
    if (!this.found.has(this.note.number)) this.inquire();
  }

  /** Say how the run stands. @param {any} frame @param {any} how */
  sayRun(frame, {settled, playing}) {
    const {scene, ui} = this;
    this.worded = performance.now();
    fill(ui.show("answers"), answers(scene, frame, null));
    ui.show("place").textContent = "squares: its answers to the four rows";
    const words = runWords(scene, frame);
    ui.show("words").textContent = frame.update[0] === 0 && !playing ? `Press play, or Space. ${words}` : words;
    if (settled && !playing) ui.spoken.textContent = words;
  }

  /** Go to the first step of a stage in the row that is shown. @param {number} stage */
  toStage(stage) {
    const {note, scene} = this;
    if (!stage || !note) return;
    if (stage === 1) return this.go(0);
    const base = 1 + note.number * scene.perEpoch;
    const ofRow = scene.starts[6] / note.rows; // the steps of one row, before the updates
    const row = note.row ?? (note.kind === "start" ? 0 : note.rows - 1);
    this.go(base + scene.starts[stage] + (stage < 6 ? row * ofRow : 0));
  }

  /** Begin the steps with the weights that the run has come to: with all of them, or not at all. */
  follow() {
    const weights = [...(this.frame?.weights ?? [])].map(value => String(+value.toPrecision(7)));
    if (!weights.length) return;
    const {low, high} = this.scene.inputs.weights_in.kind.of;
    if (!weights.every(value => +value >= low && +value <= high)) {
      return this.tell(`A weight has left the range from ${low} to ${high}: the steps cannot begin with it. Go back to an earlier update.`);
    }
    this.set({show: "steps", weights_in: weights.slice(0, 6).join(), weights_out: weights.slice(6, 9).join(), biases: weights.slice(9).join()}, "start");
  }

  /** What the network answers at a place, in words. @param {{x1: number, x2: number, values: number[]}} there */
  describe({x1, x2, values}) {
    const {middle, reach} = this.scene;
    const clipped = Math.abs(values[0]) > 0.995 ? " or beyond" : "";
    return `x₁ ${decimals(x1, 2)}   x₂ ${decimals(x2, 2)}\ny ${decimals(middle + reach * values[0], 2)}${clipped}`;
  }

  dismiss() {
    this.boundary.tip.hide();
  }

  /** Fit the panels to the page. Returns whether anything has to be drawn again. */
  async resize() {
    if (!this.outgrown && this.fitted === this.scene?.show) return false;
    if (!this.scene || this.dressing) return false;
    this.fitted = this.scene.show;
    this.size = this.extent;
    this.network.resize();
    if (!this.stepping) await Promise.all([this.boundary.resize(), this.loss.resize()]);
    return true;
  }

  /** Free what Plotly keeps for charts that are no longer seen. */
  close() {
    clearTimeout(this.asking);
    for (const part of [this.boundary, this.loss]) part.close();
  }
}
