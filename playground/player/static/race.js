/** The screen of a comparison: a boundary and a network for each lane, and charts in which the lanes meet. */
import {Boundary} from "./boundary.js";
import {Chart} from "./chart.js";
import {Network} from "./network.js";
import {Relief} from "./relief.js";
import {drawOutput, painted, Stage} from "./stage.js";
import {panel, slot} from "./view.js";
import {classLegend, costs, count, decimal, laneStatus, raceLegend, raceSentence, raceSetting} from "./words.js";

const LOOK_MS = 250; // at rest, before the loss around the paths is asked for
const RELIEF_WAITS = "Press play, then pause: the loss around the paths is computed when the lanes stand still, and the paths go on over it.";
const PAUSE = "Pause to see who is ahead by each clock.";
const WORDS_MS = 120; // words and legends change no oftener
const FIELDS = ["surface", "maps", "weights", "map_scale", "train_loss"]; // of a lane's frame, for its pictures
const CHARTS = ["loss", "weights", "noise"];

/** @typedef {import("./reel.js").Reel} Reel */
/** @typedef {import("./stage.js").Neuron} Neuron */

const PANELS = `
<div class="nnp-key nnp-shared"><span class="nnp-key" data-show="classes"></span>${slot("discretize")}${slot("show_test")}</div>
<div class="nnp-lanes" data-show="lanes"></div>
<div class="nnp-charts">
  ${panel("loss", "Loss", "How wrong the network is on average, and below how often it is right (for numbers R², the share of the variation it explains). Training rows are learned from; test rows are only looked at. Penalty is what L1 and L2 add; batch is the loss on the rows of one update alone.",
    `${slot("log_loss")}<span class="nnp-key nnp-line" data-show="losses"></span>`)}
  ${panel("weights", "Weights", "The mean size of all weights of each lane's network.",
    `<span class="nnp-hint">mean |w| of the whole network</span>`)}
  ${panel("noise", "Gradient noise", "Each update follows the gradient of its own batch. Above, the angle between that and the gradient of all rows: 0° is straight downhill, 90° says nothing about it. Below, its length compared with the full one's.",
    `<span class="nnp-hint">of the batch that comes next</span>`)}
</div>`;

const DEEPER = `
<p class="nnp-relief" data-show="relief" role="status"></p>
<div class="nnp-deeper">
  ${panel("path", "The paths on the loss surface", "Every point of this plane is a network: two directions through the space of all weights, the loss as height. The lines are the ways the lanes went, seen from above. What a plane cannot show is said in the sentence above it.",
    slot("plane"))}
  ${panel("solid", "The same surface in space", "The same plane with the loss as height. The lines run at the true loss of the lanes: where they float above the surface, the way has left the plane.",
    `<span class="nnp-hint">drag to turn it</span>`)}
  ${panel("spread", "Noise and batch size", "How far gradients of batches scatter around the full one, at each lane's present weights, for many batch sizes. Four times the rows, a quarter of the variance: a straight line, until the batch is nearly everything.",
    `<span class="nnp-hint">line: expected, dots: measured</span>`)}
</div>`;

/** One lane. @param {number} number */
const lanePanel = number => panel(`lane${number}`, "", "", `<span class="nnp-key" data-show="lane${number}"></span>`);

export class RaceScreen extends Stage {
  static markup = {panels: PANELS, below: DEEPER};

  constructor(/** @type {ReturnType<import("./view.js").build>} */ ui) {
    super(ui);
    /** @type {{panel: HTMLElement, status: Element, boundary: Boundary, network: Network, hovered: Neuron|null, frame: any}[]} */ this.lanes = [];
    const time = {};
    this.panels = CHARTS.map(name => ({name, chart: new Chart(ui.body(name), time)}));
    this.relief = new Relief(ui.body("path"), ui.body("solid"), ui.body("spread"));
    this.wanted = ""; // what should be asked,
    this.asked = ""; // what is being asked,
    /** @type {number|null} */ this.next = null; // and the tick to ask about then
    this.questions = 0;
    this.standing = ""; // who is ahead, once that is known
  }

  /** @override */
  fillControls(/** @type {any} */ scene) {
    const {ui} = this;
    ui.slot("discretize").hidden = scene.problem === "regression";
    ui.slot("show_test").hidden = !scene.tested;
    ui.show("clock-first").textContent = scene.clockLabel;
    ui.show("clock-second").parentElement.hidden = true;
  }

  /** Have as many lanes as the scene. */
  fill() {
    const {lanes, ui, scene} = this;
    const place = ui.show("lanes");
    place.dataset.count = String(scene.lanes.length);
    while (lanes.length > scene.lanes.length) {
      lanes.pop()?.boundary.close();
      place.lastElementChild.remove();
    }
    while (lanes.length < scene.lanes.length) {
      const number = lanes.length;
      place.insertAdjacentHTML("beforeend", lanePanel(number));
      const panel = place.lastElementChild;
      const body = panel.querySelector(".nnp-body");
      const [plane, net] = ["nnp-lane-plane", "nnp-lane-net"].map(name => {
        const part = Object.assign(document.createElement("div"), {className: `nnp-part ${name}`});
        body.append(part);
        return part;
      });
      const status = panel.querySelector("[data-show]");
      const lane = {panel, status, boundary: new Boundary(plane), network: new Network(net, neuron => this.hover(number, neuron)), hovered: null, frame: null};
      lanes.push(lane);
    }
  }

  /** Draw everything that does not move; see `Screen.dress`. @param {any} view @param {any} frame */
  async dress(view, frame) {
    const {scene, ui} = this;
    this.dressing = true;
    this.look = this.theme;
    ui.root.dataset.theme = this.look;
    this.fill();
    this.size ??= this.extent;
    this.view = {...view, axis: "epochs"};
    const figures = scene.figures[this.look];
    this.label(frame);
    for (const lane of this.lanes) {
      lane.hovered = null;
      lane.network.setScene(scene, this.look);
      lane.boundary.setScene(scene, this.look, view);
    }
    if (frame) {
      this.drawLanes(frame, lane => lane.boundary.free);
      ui.root.dataset.run = String(this.run);
      await painted();
    }
    const Plotly = await this.charts;
    for (const {boundary} of this.lanes) boundary.Plotly = Plotly;
    for (const chart of [this.relief, ...this.panels.map(each => each.chart)]) chart.Plotly = Plotly;
    if (this.relief.scene !== scene) {
      delete ui.root.dataset.relief;
      this.wanted = this.standing = "";
      ui.show("relief").textContent = RELIEF_WAITS;
    }
    await this.relief.setScene(scene, this.look);
    await Promise.all(this.lanes.map(lane => lane.boundary.drawPoints(view)));
    await Promise.all(this.panels.map(({name, chart}) => chart.setFigure(figures[name], this.view)));
    this.dressing = false;
  }

  /** Write the texts, of which some change while the lanes play: the pictures fit below them. */
  label(/** @type {any} */ frame) {
    const {scene, ui} = this;
    ui.show("classes").innerHTML = classLegend(scene, scene.palettes[this.look]);
    ui.show("device").textContent = raceSetting(scene);
    ui.show("losses").innerHTML = raceLegend(scene, this.look);
    scene.lanes.forEach((/** @type {any} */ lane, /** @type {number} */ number) => {
      const {panel, status} = this.lanes[number];
      panel.style.setProperty("--lane", lane.colours[this.look]);
      panel.querySelector("h3").textContent = lane.name;
      panel.setAttribute("aria-label", lane.name);
      if (frame) status.innerHTML = laneStatus(scene, number, name => frame[`${number}.${name}`][0]);
    });
  }

  /** Show a setting of the view that has changed. @param {string} name @param {any} view */
  async setView(name, view) {
    this.view = {...view, axis: "epochs"};
    for (const {boundary} of this.lanes) {
      if (name === "discretize") boundary.setView(view);
      if (name === "show_test") await boundary.showTest(view.show_test);
    }
    await Promise.all(this.panels.map(({chart}) => chart.choose(this.view)));
  }

  /** Draw all panels for frame `index`; see `Screen.draw`. @param {Reel} reel @param {number} index @param {{settled: boolean, playing: boolean, end: number}} how */
  draw(reel, index, {settled, playing, end}) {
    const frame = this.dressing ? null : reel.frame(index);
    if (!frame) return false;
    const {scene, ui} = this;
    this.frame = frame;
    this.drawLanes(frame, () => true);
    const span = {shown: index, end};
    this.panels.forEach(({chart}, turn) => {
      chart.draw(reel, span, scene.perUnit, {settled, mayGrow: index === 0 || index % CHARTS.length === turn});
    });
    const now = (/** @type {string} */ name) => reel.series[name].data[index];
    const tick = now("update");
    Object.assign(ui.root.dataset, {
      run: this.run, frame: index, update: tick,
      lanes: scene.lanes.map((/** @type {any} */ _, /** @type {number} */ n) => `${now(`${n}.update`)}:${decimal(now(`${n}.train_loss`))}`).join(" "),
    });
    ui.show("epoch").textContent = count(tick / scene.perUnit, 1);
    if (reel.kept < Infinity) this.relief.cut(reel.kept);
    reel.kept = Infinity;
    this.relief.draw(tick, this.lanes.map(lane => lane.frame), playing);
    if (settled && !playing && end > 0) this.survey(reel.update(end));
    if (settled || performance.now() - this.worded > WORDS_MS) this.say(reel, index, {settled, playing});
    return true;
  }

  /** When all stands still for a moment, ask for the loss around the paths, and who is ahead. One question at a time. */
  survey(/** @type {number} */ tick) {
    const wanted = `${this.run} ${tick} ${this.view.plane}`;
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.standing = "";
    clearTimeout(this.looking);
    this.looking = setTimeout(() => this.inquire(tick), LOOK_MS);
  }

  inquire(/** @type {number} */ tick) {
    const {wanted} = this;
    if (this.asked) { // wait for that answer: it is dropped, and this is asked
      this.next = tick;
      return;
    }
    this.asked = wanted;
    this.next = null;
    this.ui.show("relief").textContent = "Computing the loss around the paths…";
    this.ask({kind: "relief", tick, shape: this.view.plane, number: ++this.questions});
  }

  /** Hear the answer to what was asked beside the frames; null if none came. */
  async hear(/** @type {any} */ header) {
    const {asked, next} = this;
    this.asked = "";
    if (next !== null) return this.inquire(next);
    if (asked !== this.wanted) return; // the next question is on its way
    if (this.dressing || header?.kind !== "relief" || header.run !== this.run) this.wanted = ""; // so that it is asked again
    if (this.dressing) return;
    if (header?.kind !== "relief") {
      this.ui.show("relief").textContent = "The loss around the paths could not be computed; play and pause to try again.";
      return;
    }
    if (header.run !== this.run || header.number !== this.questions) return;
    this.standing = header.standing;
    if (header.relief) {
      this.ui.root.dataset.relief = header.relief.shape; // the panels are seen from now on, and have a size
      const line = header.relief.shape === "line";
      this.ui.part("panel-solid").hidden = line;
      this.ui.title("path").textContent = line ? "The loss between the ends" : "The paths on the loss surface";
      await this.relief.show(header.relief, header.spread);
    }
    this.ui.show("relief").textContent = header.text ?? this.relief.caption;
    if (this.frame) this.relief.draw(this.frame.update[0], this.lanes.map(lane => lane.frame));
    if (this.saying) this.say(...this.saying);
  }

  /** Draw the lanes' pictures where `may` allows it. */
  drawLanes(/** @type {any} */ frame, /** @type {(lane: any) => boolean} */ may) {
    this.lanes.forEach((lane, number) => {
      lane.frame = Object.fromEntries(FIELDS.map(name => [name, frame[`${number}.${name}`]]));
      lane.network.draw(lane.frame);
      if (may(lane)) drawOutput(lane.boundary, lane.network, this.scene, lane.frame, lane.hovered);
    });
  }

  /** The numbers in words and legends: not every frame, so that they can be read. */
  say(/** @type {Reel} */ reel, /** @type {number} */ index, {settled, playing}) {
    const {scene, ui} = this;
    this.worded = performance.now();
    /** @type {[Reel, number, any]} */ this.saying = [reel, index, {settled, playing}];
    const now = (/** @type {string} */ name) => reel.series[name].data[index];
    scene.lanes.forEach((/** @type {any} */ _, /** @type {number} */ number) => {
      this.lanes[number].status.innerHTML = laneStatus(scene, number, name => now(`${number}.${name}`));
    });
    const words = raceSentence(scene, now);
    ui.show("words").textContent = now("update") === 0 && !playing ? `Press play, or Space, and watch. ${words}` : `${words} ${playing ? PAUSE : this.standing} ${costs(scene, now)}`;
    if (settled && !playing) ui.spoken.textContent = words;
  }

  /** Hide what stands beside the pointer or the focus. */
  dismiss() {
    for (const {boundary, network} of this.lanes) for (const part of [boundary, network]) part.tip.hide();
  }

  hover(/** @type {number} */ number, /** @type {Neuron|null} */ neuron) {
    const lane = this.lanes[number];
    lane.hovered = neuron;
    if (this.frame && !this.dressing) drawOutput(lane.boundary, lane.network, this.scene, lane.frame, neuron);
  }

  /** Fit the panels to the page. Returns whether anything has to be drawn again. */
  async resize() {
    if (!this.outgrown) return false;
    this.size = this.extent;
    for (const {network} of this.lanes) network.resize();
    await Promise.all([...this.lanes.map(({boundary}) => boundary.resize()), ...this.panels.map(({chart}) => chart.resize()), this.relief.resize()]);
    if (this.frame) this.relief.draw(this.frame.update[0], this.lanes.map(lane => lane.frame));
    return true;
  }

  /** Free what Plotly keeps for charts that are no longer seen. */
  close() {
    clearTimeout(this.looking);
    for (const part of [this.relief, ...this.panels.map(each => each.chart), ...this.lanes.map(lane => lane.boundary)]) part.close();
  }
}
