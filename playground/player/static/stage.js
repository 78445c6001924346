/** What every screen of a player shares: the theme around it, its size, and Plotly for its charts. */
import load, {preload} from "./plotly.js";

const FIRST_LOOK_MS = 80; // for the first pictures to be seen, and a button to be pressed, before Plotly holds up the page

const SAID = ["frame", "update", "epoch", "trainLoss", "testLoss", "lanes"]; // of a run, beside its number

/** @typedef {{layer: number, index: number}} Neuron */

export class Stage {
  /** @param {ReturnType<import("./view.js").build>} ui */
  constructor(ui) {
    this.ui = ui;
    this.dressing = false; // while the panels belong to another run than the frames
    this.worded = 0;
    /** @type {any} */ this.scene = null;
    /** @type {any} */ this.frame = null; // the one that is shown
    /** Asks Python something beside the frames; the answer comes to `hear`. */
    this.ask = (/** @type {any} */ question) => {};
    /** Changes settings of a lesson, given as texts, and goes on where it is, at the start, or plays from there. */
    this.set = (/** @type {Object<string, string>} */ settings, /** @type {""|"start"|"play"} */ from = "") => {};
    /** Tells a person something, above all else that is said. */
    this.tell = (/** @type {string} */ text) => {};
    /** Shows the state after so many updates. */
    this.go = (/** @type {number} */ update) => {};
    preload();
  }

  /** Plotly. It takes a second to begin and is not needed for what is on canvas, so ask for it when that is seen. */
  get charts() {
    this.loading ??= new Promise(done => setTimeout(done, FIRST_LOOK_MS)).then(load);
    return this.loading;
  }

  /** Label and hide what stands in the bar as a new run needs it. */
  fillControls(/** @type {any} */ scene) {}

  /** Hear the answer to what this screen has asked beside the frames; null if none came. @param {any} header */
  async hear(header) {}

  /** Say beside inputs of the screen's own what could not be used; see `Inputs.complain`. @param {string[]} names @param {Object<string, string>} problems */
  complain(names, problems) {}

  /** Take another run, of this number: from now on no frame is drawn, and nothing said, until `dress` is done. */
  setScene(/** @type {any} */ scene, /** @type {number} */ run) {
    this.dressing = true;
    this.scene = scene;
    this.run = run;
    this.frame = null;
    for (const name of SAID) delete this.ui.root.dataset[name];
  }

  /** Whether the picture still turns to the frame that was drawn last. */
  get turning() {
    return false;
  }

  /** The theme around the player, whatever was drawn last. */
  get theme() {
    const probe = getComputedStyle(this.ui.root).getPropertyValue("--st-background-color").trim() || "#ffffff";
    const channels = probe.match(/[\da-f]{2}/gi)?.map(hex => parseInt(hex, 16)) ?? [255];
    return channels.slice(0, 3).reduce((sum, value) => sum + value, 0) < 380 ? "dark" : "light";
  }

  get extent() {
    return `${this.ui.root.clientWidth}×${window.innerHeight}`;
  }

  /** Whether the page has another size than what is drawn; who dresses, or comes back to the page, looks again. */
  get outgrown() {
    return this.scene && !this.dressing && this.ui.root.isConnected && this.extent !== this.size;
  }
}

/**
 * Draw into `boundary` the network's output, or that of the `neuron` pointed at. Returns what is shown, in words.
 * @param {import("./boundary.js").Boundary} boundary @param {import("./network.js").Network} network
 * @param {any} scene @param {any} frame @param {Neuron|null} neuron
 */
export function drawOutput(boundary, network, scene, frame, neuron) {
  const {sizes, inputMaps, inputScales} = scene.network;
  const last = sizes.length - 1;
  if (neuron?.layer === last && sizes[last] > 1) {
    const area = scene.grid ** 2;
    const picture = frame.surface.subarray(neuron.index * area, (neuron.index + 1) * area);
    boundary.draw(picture, scene.grid, true, network.short(neuron));
    return network.name(neuron);
  }
  if (!neuron || neuron.layer === last) {
    boundary.draw(frame.surface, scene.grid, sizes[last] === 1);
    return scene.problem === "regression" ? "Output" : "Decision boundary";
  }
  const area = network.side ** 2;
  const before = sizes.slice(1, neuron.layer).reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
  const bytes = neuron.layer === 0
    ? Uint8Array.from(inputMaps[neuron.index])
    : frame.maps.subarray((before + neuron.index) * area, (before + neuron.index + 1) * area);
  const scale = neuron.layer === 0 ? inputScales[neuron.index] : frame.map_scale[before + neuron.index];
  boundary.draw(bytes, network.side, true, network.short(neuron), scale);
  return network.name(neuron);
}

/** Wait until the browser has shown what was drawn; a page that cannot be seen does not keep it waiting. */
export function painted() {
  return new Promise(done => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 50);
  });
}
