/** Ways over a map: lines on a canvas over Plotly's axes, which may move with every frame, with dots and words at their ends. */
import {fit, near} from "./canvas.js";
import {box} from "./chart.js";
import {PLAIN} from "./plotly.js";
import {Tip} from "./tip.js";

const LINE = 14; // the height of a text: those that would overlap stand below one another
const FONT = "600 11.5px Inter, system-ui, sans-serif";
const HEAD = 7; // of an arrow, in pixels

/**
 * Points in the axes' numbers, from one index to another. @typedef {{x: ArrayLike<number>, y: ArrayLike<number>, from: number, to: number}} Points
 * A way: its points, of which the last is where its dot stands, and what is written beside it. `ghost` is where it
 * will go on, drawn faintly; `arrows` begin at the dot.
 * @typedef {Points & {colour: string, text: string, ghost?: Points,
 *   arrows?: {dx: number, dy: number, colour: string, dashed?: boolean, bare?: boolean}[]}} Way
 */

export class PathMap {
  /** @param {HTMLElement} panel its body */
  constructor(panel) {
    this.panel = panel;
    /** @type {any} */ this.Plotly = null; // comes when it is loaded
    this.plot = /** @type {any} */ (Object.assign(document.createElement("div"), {className: "nnp-plot"}));
    this.canvas = Object.assign(document.createElement("canvas"), {className: "nnp-lines"});
    panel.append(this.plot, this.canvas);
    this.tip = new Tip(panel);
  }

  /** Draw the map itself. @param {any[]} data @param {any} layout */
  async show(data, layout) {
    const {clientWidth: width, clientHeight: height} = this.panel;
    await this.Plotly.react(this.plot, data, {...layout, width, height}, PLAIN);
  }

  get drawn() {
    return Boolean(this.plot._fullLayout);
  }

  async resize() {
    const {clientWidth: width, clientHeight: height} = this.panel;
    if (this.drawn) await this.Plotly.relayout(this.plot, {width, height});
  }

  hide() {
    this.canvas.hidden = true;
  }

  close() {
    if (this.drawn) this.Plotly.purge(this.plot);
  }

  /** Where on the map the pointer is, as shares of its width and height from the lower left, or null. @returns {[number, number]|null} */
  under(/** @type {PointerEvent} */ event) {
    if (!this.drawn) return null;
    const [px, py] = this.tip.place(event);
    const {x, y, w, h} = box(this.plot._fullLayout, {});
    const [u, v] = [(px - x) / w, 1 - (py - y) / h];
    return u < 0 || u > 1 || v < 0 || v > 1 ? null : [u, v];
  }

  /**
   * @param {Way[]} ways @param {{start: number[]|null, ink: string, outline: string}} look `start` is where all began
   */
  paint(ways, {start, ink, outline}) {
    const {canvas} = this;
    const plane = box(this.plot._fullLayout, {});
    Object.assign(canvas.style, {left: `${plane.x}px`, top: `${plane.y}px`});
    canvas.hidden = false;
    const pen = fit(canvas, plane.w, plane.h);
    pen.lineJoin = "round";
    const [kx, ky] = [plane.w / (plane.xRange[1] - plane.xRange[0]), plane.h / (plane.yRange[1] - plane.yRange[0])];
    const at = (/** @type {number} */ x, /** @type {number} */ y) => [near((x - plane.xRange[0]) * kx), near((plane.yRange[1] - y) * ky)];
    const trace = (/** @type {Points} */ {x, y, from, to}) => {
      pen.beginPath();
      for (let i = from; i <= to; i++) pen.lineTo(near((x[i] - plane.xRange[0]) * kx), near((plane.yRange[1] - y[i]) * ky));
    };
    for (const {ghost, colour} of ways) {
      if (!ghost) continue;
      trace(ghost);
      Object.assign(pen, {strokeStyle: colour, lineWidth: 1.2, globalAlpha: 0.35});
      pen.stroke();
      pen.globalAlpha = 1;
    }
    for (const way of ways) {
      for (const [colour, thick] of [[outline, 4.5], [way.colour, 2.2]]) {
        trace(way);
        Object.assign(pen, {strokeStyle: colour, lineWidth: thick});
        pen.stroke();
      }
    }
    const ends = ways.map(({x, y, to}) => at(x[to], y[to]));
    const from = start && at(start[0], start[1]);
    if (from) {
      pen.beginPath();
      pen.arc(from[0], from[1], 6, 0, 2 * Math.PI);
      Object.assign(pen, {strokeStyle: ink, lineWidth: 1.5});
      pen.stroke();
    }
    ways.forEach(({arrows}, lane) => {
      for (const arrow of arrows ?? []) this.arrow(pen, ends[lane], [arrow.dx * kx, -arrow.dy * ky], arrow, outline);
    });
    ends.forEach((end, lane) => {
      const away = end[0] < 0 || end[0] > plane.w || end[1] < 0 || end[1] > plane.h;
      // Who has left the map is shown at its edge, as a ring: the words say where it is.
      if (away) ends[lane] = [Math.max(7, Math.min(plane.w - 7, end[0])), Math.max(7, Math.min(plane.h - 7, end[1]))];
      pen.beginPath();
      pen.arc(...ends[lane], 5.5, 0, 2 * Math.PI);
      Object.assign(pen, {fillStyle: away ? outline : ways[lane].colour, strokeStyle: away ? ways[lane].colour : outline, lineWidth: 2});
      pen.fill();
      pen.stroke();
    });
    pen.font = FONT;
    /** @type {number[][]} */ const taken = [];
    ways.forEach(({text, colour}, lane) => text && this.label(pen, text, ends[lane], {colour, outline}, plane, taken));
    if (from) this.label(pen, "start", from, {colour: ink, outline}, plane, taken);
  }

  /** @param {CanvasRenderingContext2D} pen @param {number[]} from @param {number[]} way in pixels @param {any} style @param {string} outline */
  arrow(pen, [x, y], [dx, dy], {colour, dashed, bare}, outline) {
    const length = Math.hypot(dx, dy);
    if (!(length > 2)) return;
    const [ux, uy] = [dx / length, dy / length];
    const head = Math.min(HEAD, length / 2);
    for (const [stroke, thick] of [[outline, 4], [colour, 1.8]]) {
      pen.beginPath();
      pen.setLineDash(dashed ? [4, 3] : []);
      pen.moveTo(x, y);
      pen.lineTo(near(x + dx), near(y + dy));
      Object.assign(pen, {strokeStyle: stroke, lineWidth: thick});
      pen.stroke();
      if (bare) continue;
      pen.setLineDash([]);
      pen.beginPath();
      pen.moveTo(near(x + dx - head * (ux - uy * 0.6)), near(y + dy - head * (uy + ux * 0.6)));
      pen.lineTo(near(x + dx), near(y + dy));
      pen.lineTo(near(x + dx - head * (ux + uy * 0.6)), near(y + dy - head * (uy - ux * 0.6)));
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  /**
   * Write beside a dot, inside the plane and below what has been written there.
   * @param {CanvasRenderingContext2D} pen @param {string} text @param {number[]} at @param {{colour: string, outline: string}} look @param {any} plane @param {number[][]} taken
   */
  label(pen, text, [x, y], {colour, outline}, plane, taken) {
    const {width} = pen.measureText(text);
    const left = x + 10 + width > plane.w ? x - 10 - width : x + 10;
    const over = (/** @type {number} */ line) => taken.some(([start, end, other]) => start < left + width && left < end && Math.abs(other - line) < LINE);
    while (over(y) && y < plane.h + 200) y++;
    taken.push([left, left + width, y]);
    Object.assign(pen, {strokeStyle: outline, fillStyle: colour, lineWidth: 3.5});
    pen.strokeText(text, left, y + 4);
    pen.fillText(text, left, y + 4);
  }
}
