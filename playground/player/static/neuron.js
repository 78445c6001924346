/** The page about one neuron: a tab for each topic, of which one is seen and drawn. */
import {rove} from "./keys.js";
import {BiologyTopic} from "./neuron_biology.js";
import {CellTopic} from "./neuron_cell.js";
import {DepthTopic} from "./neuron_depth.js";
import {GalleryTopic} from "./neuron_gallery.js";
import {PerceptronTopic} from "./neuron_perceptron.js";
import {SoftmaxTopic} from "./neuron_softmax.js";
import {Stage} from "./stage.js";

/**
 * A topic: `figures` draws what Plotly draws, `draw` a frame of the reel; `draw` returns what the root says of it.
 * @typedef {{take: (scene: any, palette: any) => void, figures: (figures: any, Plotly: any) => Promise<void>,
 *   draw: (reel: import("./reel.js").Reel, index: number, how: any) => Object<string, any>, resize: () => Promise<void>,
 *   turn?: (reel: import("./reel.js").Reel, index: number, how: any, done: () => void) => boolean,
 *   turning?: any, hear?: (header: any) => void, close: () => void}} Topic
 */

/** @type {Object<string, {label: string, made: any}>} */
const TOPICS = {
  neuron: {label: "One neuron", made: CellTopic},
  activations: {label: "Activations", made: GalleryTopic},
  softmax: {label: "Softmax", made: SoftmaxTopic},
  depth: {label: "Depth", made: DepthTopic},
  perceptron: {label: "Perceptron", made: PerceptronTopic},
  biology: {label: "Biology", made: BiologyTopic},
};

const TABS = `<div class="nnp-tabs" role="tablist" aria-label="Topic">${Object.entries(TOPICS).map(([name, {label}]) =>
  `<button type="button" role="tab" id="nnp-tab-${name}" data-testid="tab-${name}" aria-controls="nnp-topic-${name}">${label}</button>`).join("")}</div>`;
const PANELS = Object.entries(TOPICS).map(([name, {made}]) =>
  `<div class="nnp-topic nnp-topic-${name}" id="nnp-topic-${name}" role="tabpanel" aria-labelledby="nnp-tab-${name}" hidden>${made.markup}</div>`).join("");

export class NeuronScreen extends Stage {
  static markup = {
    bar: {buttons: {"step-update": "+1 correction", "step-epoch": "", restart: ""}, clock: ["Corrections", "Rows seen"]},
    panels: TABS + PANELS,
  };

  constructor(/** @type {ReturnType<import("./view.js").build>} */ ui) {
    super(ui);
    const tabs = /** @type {HTMLElement} */ (ui.root.querySelector(".nnp-tabs"));
    ui.root.prepend(tabs); // above the buttons, which only one topic has
    this.tabs = /** @type {HTMLElement[]} */ ([...tabs.children]);
    this.roving = rove(tabs);
    Object.keys(TOPICS).forEach((name, at) => {
      this.tabs[at].onclick = () => { if (name !== this.scene?.topic) this.set({topic: name}, "start"); };
    });
    /** @type {Object<string, Topic>} */ this.topics = {};
    /** @type {string[]} */ this.said = [];
  }

  /** The topic that is seen; each is made when it is first. @returns {Topic} */
  get topic() {
    const name = this.scene.topic;
    return (this.topics[name] ??= new TOPICS[name].made(this));
  }

  /** @override */
  setScene(/** @type {any} */ scene, /** @type {number} */ run) {
    const {topic} = this.scene ?? {};
    super.setScene(scene, run);
    for (const name of this.said) delete this.ui.root.dataset[name];
    this.ui.spoken.textContent = ""; // it was said of other settings
    if (scene.topic !== topic) this.turn(scene.topic);
  }

  /** Let the tab and the panels of a topic be seen, and no others. */
  turn(/** @type {string} */ topic) {
    const {root} = this.ui;
    root.dataset.topic = topic;
    Object.keys(TOPICS).forEach((name, at) => {
      this.tabs[at].setAttribute("aria-selected", String(name === topic));
      if (name === topic) this.roving.stop(at);
      /** @type {HTMLElement} */ (root.querySelector(`#nnp-topic-${name}`)).hidden = name !== topic;
    });
    for (const name of ["words", "device"]) this.ui.show(name).textContent = "";
  }

  /** Draw what does not move, for other settings or another theme. */
  async dress() {
    const {scene, ui} = this;
    this.dressing = true;
    this.look = this.theme;
    ui.root.dataset.theme = this.look;
    this.size = this.extent;
    const {topic} = this;
    topic.take(scene, scene.palettes[this.look]);
    await topic.figures(scene.figures[this.look], await this.charts);
    this.dressing = false;
  }

  /** Draw a frame, then say so. @param {import("./reel.js").Reel} reel @param {number} index @param {any} how */
  draw(reel, index, how) {
    const frame = this.dressing ? null : reel.frame(index);
    if (!frame) return false;
    this.frame = frame;
    // A topic may turn its picture to the frame first; all that is said of the frame waits until it stands.
    const {run} = this;
    const say = () => { if (run === this.run && !this.dressing && reel.frame(index)) this.say(reel, index, how); };
    if (!this.topic.turn?.(reel, index, how, say)) say();
    return true;
  }

  /** @param {import("./reel.js").Reel} reel @param {number} index @param {any} how */
  say(reel, index, how) {
    const said = {run: this.run, frame: index, update: reel.update(index), ...this.topic.draw(reel, index, how)};
    this.said = Object.keys(said);
    Object.assign(this.ui.root.dataset, said);
  }

  get turning() {
    return Boolean(this.topic.turning);
  }

  async setView() {}

  dismiss() {}

  /** @override */
  async hear(/** @type {any} */ header) {
    this.topics.depth?.hear?.(header);
  }

  /** Fit the panels to the page. Returns whether anything has to be drawn again. */
  async resize() {
    if (!this.outgrown) return false;
    this.size = this.extent;
    await this.topic.resize();
    return true;
  }

  close() {
    for (const topic of Object.values(this.topics)) topic.close();
  }
}
