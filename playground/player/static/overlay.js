/** A Plotly chart with a canvas over it: Plotly draws axes and what stands still, the canvas what follows a hand. */
import {fit, near} from "./canvas.js";
import {box} from "./chart.js";
import {PLAIN} from "./plotly.js";

const FONT = "Inter, 'Source Sans', system-ui, sans-serif";

/**
 * Where a pair of axes lies on the panel: `x` and `y` turn numbers into pixels.
 * @typedef {{x: (value: number) => number, y: (value: number) => number, left: number, top: number, right: number, bottom: number}} Axes
 */

export class Overlay {
  /** @param {HTMLElement} panel its body @param {{square?: boolean}} [look] `square`: both axes are equally long */
  constructor(panel, {square = false} = {}) {
    this.panel = panel;
    this.square = square;
    /** @type {any} */ this.Plotly = null; // comes when it is loaded
    this.plot = /** @type {any} */ (Object.assign(document.createElement("div"), {className: "nnp-plot"}));
    this.canvas = Object.assign(document.createElement("canvas"), {className: "nnp-lines"});
    panel.append(this.plot, this.canvas);
  }

  get drawn() {
    return Boolean(this.plot._fullLayout);
  }

  /** Draw a figure, unless it is the one that is there. @param {any} figure @param {(layout: any) => void} [arrange] changes the layout first */
  async show(figure, arrange) {
    const {clientWidth: width, clientHeight: height} = this.panel;
    if (figure === this.figure && this.size === `${width}×${height}`) return;
    const text = JSON.stringify(figure);
    this.figure = figure;
    if (text === this.text && this.size === `${width}×${height}`) return;
    Object.assign(this, {text, size: `${width}×${height}`, arrange});
    const {data, layout} = structuredClone(figure);
    arrange?.(layout);
    await this.Plotly.react(this.plot, data, {...layout, ...this.fit(layout.margin)}, PLAIN);
  }

  /** The size of the panel, and margins that make the axes square if they are to be. */
  fit(/** @type {any} */ margin) {
    const {clientWidth: width, clientHeight: height} = this.panel;
    if (!this.square) return {width, height};
    const side = Math.max(40, Math.min(width - margin.l - margin.r, height - margin.t - margin.b));
    const spare = (width - margin.l - margin.r - side) / 2;
    return {width, height, margin: {...margin, l: margin.l + spare, r: margin.r + spare, b: height - margin.t - side}};
  }

  async resize() {
    if (this.figure && this.Plotly) await this.show(this.figure, this.arrange);
  }

  close() {
    if (this.drawn) this.Plotly.purge(this.plot);
  }

  /** @param {string} [number] of the axes, where there are several @returns {Axes} */
  axes(number = "") {
    const layout = this.plot._fullLayout;
    const plane = box(layout, {xaxis: `x${number}`, yaxis: `y${number}`});
    const logx = layout[`xaxis${number}`].type === "log";
    const [kx, ky] = [plane.w / (plane.xRange[1] - plane.xRange[0]), plane.h / (plane.yRange[1] - plane.yRange[0])];
    return {
      x: value => near(plane.x + ((logx ? Math.log10(value) : value) - plane.xRange[0]) * kx),
      y: value => near(plane.y + (plane.yRange[1] - (plane.log ? Math.log10(value) : value)) * ky),
      left: plane.x, top: plane.y, right: plane.x + plane.w, bottom: plane.y + plane.h,
    };
  }

  /** A pen for the whole panel, which is empty. @returns {CanvasRenderingContext2D} */
  pen() {
    const pen = fit(this.canvas, this.panel.clientWidth, this.panel.clientHeight);
    pen.lineJoin = "round";
    return pen;
  }
}

/** A line through points. @param {CanvasRenderingContext2D} pen @param {number[][]} points in pixels @param {{colour: string, width?: number, dash?: number[], alpha?: number}} look */
export function line(pen, points, {colour, width = 1.5, dash = [], alpha = 1}) {
  pen.beginPath();
  points.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  Object.assign(pen, {strokeStyle: colour, lineWidth: width, globalAlpha: alpha});
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius @param {{fill?: string, stroke?: string, width?: number, dash?: number[]}} look */
export function disc(pen, x, y, radius, {fill, stroke, width = 2, dash = []}) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  if (fill) {
    pen.fillStyle = fill;
    pen.fill();
  }
  if (!stroke) return;
  Object.assign(pen, {strokeStyle: stroke, lineWidth: width});
  pen.setLineDash(dash);
  pen.stroke();
  pen.setLineDash([]);
}

/**
 * Words on a picture, with a rim that keeps them readable over lines.
 * @param {CanvasRenderingContext2D} pen @param {string} text @param {number} x @param {number} y
 * @param {{colour: string, rim: string, align?: CanvasTextAlign, size?: number, weight?: number}} look
 */
export function words(pen, text, x, y, {colour, rim, align = "left", size = 12, weight = 600}) {
  pen.font = `${weight} ${size}px ${FONT}`;
  Object.assign(pen, {textAlign: align, textBaseline: "middle", strokeStyle: rim, fillStyle: colour, lineWidth: 3.5});
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}
