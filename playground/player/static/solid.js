/** A surface in space with ways on it, which follow a run as often as the machine can draw them. */
import {PLAIN} from "./plotly.js";

const LIFT_MS = 250; // from one drawing of the ways to the next
export const HEAVY_MS = 60; // of a drawing, beyond which nothing else would move
const CALM_MS = 180; // at rest, before they are drawn: while a hand still moves something, nothing else shall wait

/** @typedef {{x: number[], y: number[], z: number[]}} Line */

export class Solid {
  /** @param {HTMLElement} panel its body */
  constructor(panel) {
    this.panel = panel;
    /** @type {any} */ this.Plotly = null; // comes when it is loaded
    this.plot = /** @type {any} */ (Object.assign(document.createElement("div"), {className: "nnp-plot"}));
    panel.append(this.plot);
    this.seen = false; // whether the panel is,
    this.lifted = 0; // when the ways were drawn,
    this.cost = Infinity; // how long that took
    this.playing = false;
    this.raised = this.tick = -1; // up to where, and up to where they should be
    /** @type {(tick: number) => Line[]} */ this.lines = () => [];
    this.observer = new IntersectionObserver(entries => {
      this.seen = entries[entries.length - 1].isIntersecting;
      this.lift();
    });
    this.observer.observe(panel);
  }

  /** Draw surface and ways anew. @param {any[]} data the surface, then a line for each way @param {any} layout */
  async show(data, layout) {
    this.raised = -1;
    const {clientWidth: width, clientHeight: height} = this.panel;
    await this.Plotly.react(this.plot, data, {...layout, width, height}, PLAIN);
  }

  get drawn() {
    return Boolean(this.plot._fullLayout);
  }

  /** Let the ways follow a run up to `tick`. @param {(tick: number) => Line[]} lines what they are then */
  follow(/** @type {number} */ tick, /** @type {boolean} */ playing, lines) {
    Object.assign(this, {tick, playing, lines});
    this.lift();
  }

  /**
   * Draw them if they are seen: a few times a second, because it takes Plotly as long as a frame. Without a graphics
   * processor it takes 170 ms, and nothing else would move: they then wait until the run stands still.
   */
  lift() {
    clearTimeout(this.lifting);
    if (!this.seen || !this.drawn || this.tick === this.raised || (this.playing && this.cost > HEAVY_MS)) return;
    const wait = Math.max(this.lifted + LIFT_MS - performance.now(), this.playing ? 0 : CALM_MS);
    if (wait > 0) this.lifting = setTimeout(() => this.raise(this.tick), wait);
    else this.raise(this.tick);
  }

  raise(/** @type {number} */ tick) {
    const lines = this.lines(tick);
    if (!lines.length) return;
    [this.raised, this.lifted] = [tick, performance.now()];
    const [x, y, z] = ["x", "y", "z"].map(axis => lines.map(line => line[/** @type {"x"} */ (axis)]));
    this.Plotly.restyle(this.plot, {x, y, z}, lines.map((_, way) => way + 1));
    requestAnimationFrame(() => requestAnimationFrame(() => { this.cost = performance.now() - this.lifted; }));
  }

  async resize() {
    const {clientWidth: width, clientHeight: height} = this.panel;
    if (this.drawn) await this.Plotly.relayout(this.plot, {width, height});
  }

  /** Give back what the browser keeps for it: without this a drawing context for each visit. */
  purge() {
    clearTimeout(this.lifting);
    if (this.drawn) this.Plotly.purge(this.plot);
  }

  close() {
    this.observer.disconnect();
    this.purge();
  }
}
