/**
 * A Plotly chart whose lines follow a run. Plotly lays out the chart and, at rest, draws its lines, so that
 * pointing at them is exact. While a run plays, the same lines are drawn on a canvas over Plotly's axes instead:
 * a restyle costs 6 ms a chart, and even rewriting the paths of the SVG, which the browser then has to lay out
 * and paint, twice what the canvas does.
 */

import {Tip} from "./tip.js";
import {count, number} from "./words.js";

const POINTS = 100; // a line is drawn through at most twice as many, a band through as many
const DECADES = 4; // at most so many labelled steps on a logarithmic axis
const DIVERGED = 2; // of a lane's states
const LOG_CAP = 100; // a logarithmic axis has room for so many times more

/** @typedef {import("./reel.js").Reel} Reel */

export class Chart {
  /** @param {HTMLElement} panel @param {{reach?: number, span?: number}} time how far the time axis goes, and shall go if that is known; charts that share it stay alike */
  constructor(panel, time = {}) {
    this.panel = panel;
    this.time = time;
    /** @type {any} */ this.Plotly = null; // comes when it is loaded
    this.plot = document.createElement("div");
    this.plot.className = "nnp-plot";
    this.canvas = document.createElement("canvas");
    this.canvas.className = "nnp-lines";
    panel.append(this.plot, this.canvas);
    this.tip = new Tip(panel);
    panel.addEventListener("pointermove", event => {
      this.pointer = this.tip.place(event);
      this.point();
    });
    panel.addEventListener("pointerleave", () => {
      this.pointer = null;
      this.tip.hide();
    });
  }

  /** Take a figure, its axes as the settings of the view have them. @param {any} figure @param {any} view */
  async setFigure(figure, view) {
    const text = JSON.stringify(figure);
    delete this.time.reach;
    if (text === this.drawn) {
      this.reset();
      return this.choose(view);
    }
    this.drawn = text;
    this.ready = false;
    const {data, layout} = structuredClone(figure);
    this.choices = layout.meta.choices; // Plotly drops what is empty from its own copy
    Object.assign(layout, {width: this.panel.clientWidth, height: this.panel.clientHeight});
    const changes = this.chosen(view);
    for (const [path, value] of Object.entries(changes)) assign(layout, path.split("."), value);
    await this.Plotly.react(this.plot, data, layout, {displayModeBar: false, responsive: false});
    this.lines = data.map((/** @type {any} */ trace, /** @type {number} */ index) => ({...trace, index}))
      .filter((/** @type {any} */ trace) => trace.meta?.series);
    this.place();
    this.reset();
    this.ready = true;
  }

  /** Change what the view's settings decide. */
  async choose(/** @type {any} */ view) {
    const before = this.choice;
    const {axis} = this;
    const changes = this.chosen(view);
    if (axis !== view.axis) delete this.time.reach;
    if (this.choice === before) return;
    this.reset();
    await this.Plotly.relayout(this.plot, changes);
  }

  /** What the view's settings change in the layout: the figure itself says so, in its `meta`. */
  chosen(/** @type {any} */ view) {
    const changes = {};
    for (const [setting, updates] of Object.entries(this.choices)) Object.assign(changes, updates[String(view[setting])]);
    this.axis = view.axis;
    this.choice = JSON.stringify(changes);
    return changes;
  }

  /** Forget what was drawn: a new run begins. */
  reset() {
    this.settled = "";
    /** @type {Object<string, any>} */ this.ranges = {};
  }

  close() {
    if (this.plot._fullLayout) this.Plotly.purge(this.plot);
  }

  async resize() {
    if (!this.plot._fullLayout) return;
    await this.Plotly.relayout(this.plot, {width: this.panel.clientWidth, height: this.panel.clientHeight});
    this.place();
  }

  /**
   * Show the run up to frame `end`, and mark frame `shown` where it is an earlier one.
   * @param {Reel} reel @param {{shown: number, end: number}} span @param {number} perEpoch
   * @param {{settled?: boolean, mayGrow?: boolean}} how `settled` asks Plotly to redraw; without `mayGrow` the
   *   axes stay as they are for now, because two charts that grow in one frame would make it late
   */
  draw(reel, {shown, end}, perEpoch, {settled = false, mayGrow = true} = {}) {
    if (!this.ready) return;
    const key = `${reel.cuts} ${end}`;
    if (!settled || reel !== this.reel || key !== this.settled) {
      const rows = this.rows(reel, end, perEpoch);
      this.linesNow = this.lines.map((/** @type {any} */ trace) => this.line(reel, trace, rows));
      const layout = settled || mayGrow ? this.grow(reel, this.linesNow, rows) : null;
      if (settled) this.settle(layout ?? {});
      else if (layout) this.Plotly.relayout(this.plot, layout);
      this.settled = settled ? key : "";
      this.reel = reel;
    }
    if (this.live !== !settled) {
      this.live = !settled;
      this.plot.classList.toggle("nnp-live", this.live);
    }
    const unit = this.unit(perEpoch);
    const mark = shown < end ? reel.update(shown) * unit : null;
    const changes = reel.marks.map(update => update * unit);
    this.canvas.hidden = settled && mark === null && !changes.length;
    if (!this.canvas.hidden) this.paint(settled ? [] : this.linesNow, mark, changes);
    this.span = {end, perEpoch};
    if (this.pointer) this.point();
  }

  /** Say what the lines that share the axes under the pointer are at the frame nearest to it. */
  point() {
    const {pointer, reel, span} = this;
    if (!this.ready || !pointer || !reel || !span) return;
    const [px, py] = pointer;
    const layout = this.plot._fullLayout;
    const under = this.lines.filter((/** @type {any} */ trace) => {
      const {x, y, w, h} = box(layout, trace);
      return px >= x && px <= x + w && py >= y && py <= y + h;
    });
    if (!under.length) return this.tip.hide();
    const {x, w, xRange} = box(layout, under[0]);
    const unit = this.unit(span.perEpoch);
    const frame = reel.nearest((xRange[0] + ((px - x) / w) * (xRange[1] - xRange[0])) / unit, span.end);
    const rows = under.filter((/** @type {any} */ trace) => !trace.meta.spread && !trace.meta.smooth).reverse().map((/** @type {any} */ trace) => {
      const {data, size} = reel.series[trace.meta.series];
      const value = data[frame * size + trace.meta.index];
      const {tickformat, ticksuffix} = layout[axisName(trace.yaxis ?? "y")];
      const text = tickformat === ".0%" ? `${(100 * value).toFixed(1)} %` : ticksuffix === "°" ? `${value.toFixed(1)}°` : number(value);
      return Number.isFinite(value) && !(trace.meta.positive && value <= 0) && `${trace.name} ${text}`;
    });
    const title = layout[axisName(under[0].xaxis ?? "x")].title.text;
    this.tip.say([`${count(reel.update(frame) * unit, 2)} ${title}`, ...rows.filter(Boolean)].join("\n"), px + 14, py + 14, px - 10);
  }

  /** Let Plotly draw the lines, so that pointing at them is exact. */
  settle(/** @type {any} */ layout) {
    const lines = this.linesNow;
    const ids = lines.map((/** @type {any} */ line) => line.trace.index);
    this.Plotly.update(this.plot, {x: lines.map(line => line.x), y: lines.map(line => line.y)}, layout, ids);
  }

  /** Put the canvas over the axes that hold lines. */
  place() {
    const layout = this.plot._fullLayout;
    const boxes = this.lines.map((/** @type {any} */ trace) => box(layout, trace));
    const left = Math.min(...boxes.map(b => b.x));
    const top = Math.min(...boxes.map(b => b.y));
    const width = Math.max(...boxes.map(b => b.x + b.w)) - left;
    const height = Math.max(...boxes.map(b => b.y + b.h)) - top;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    Object.assign(this.canvas, {width: Math.round(width * ratio), height: Math.round(height * ratio)});
    Object.assign(this.canvas.style, {left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`});
    this.origin = {left, top, ratio};
  }

  /** Pick frames at a power-of-two distance, so that a line that grows does not shimmer. */
  rows(reel, last, perEpoch) {
    let step = 1;
    while ((last + 1) / step > 2 * POINTS) step *= 2;
    const index = [];
    for (let i = 0; i < last; i += step) index.push(i);
    index.push(last);
    const {data} = reel.series.update;
    const scale = this.unit(perEpoch);
    return {index, x: index.map(i => data[i] * scale)};
  }

  /** An update's length on the horizontal axis. */
  unit(/** @type {number} */ perEpoch) {
    return this.axis === "epochs" ? 1 / perEpoch : 1;
  }

  line(reel, trace, rows) {
    const {series: name, index, spread, positive, state, smooth} = trace.meta;
    const {data, size} = reel.series[name];
    let y = rows.index.map(i => data[i * size + index]);
    if (state) {
      const states = reel.series[state].data;
      y = y.map((value, n) => (states[rows.index[n]] === DIVERGED ? NaN : value)); // it stands still where it flew off
    }
    if (positive) y = y.map(value => (value > 0 ? value : NaN));
    if (smooth) y = y.map((_, n) => median(y.slice(Math.max(0, n - smooth), n + smooth + 1)));
    if (!spread) return {trace, x: rows.x, y};
    const wide = reel.series[spread].data;
    const last = y.length - 1;
    const x = [];
    const band = [];
    for (let n = 0; n <= last; n = n < last && n + 2 > last ? last : n + 2) {
      x.push(rows.x[n]);
      band.push(y[n] + wide[rows.index[n] * size + index]);
    }
    for (let n = last; n >= 0; n = n === last && n % 2 ? n - 1 : n - 2) {
      x.push(rows.x[n]);
      band.push(Math.max(0, y[n] - wide[rows.index[n] * size + index]));
    }
    return {trace, x, y: band};
  }

  /** Return the layout changes that the lines need, or null while they fit; lanes that have diverged need none. */
  grow(reel, lines, rows) {
    /** @type {Object<string, any>} */ const changes = {};
    const end = rows.x[rows.x.length - 1];
    const axes = this.plot._fullLayout;
    const spans = {};
    const last = rows.index[rows.index.length - 1];
    const gone = (/** @type {any} */ {trace}) => trace.meta.state && reel.series[trace.meta.state].data[last] === DIVERGED;
    const seen = lines.some((/** @type {any} */ line) => !gone(line)) ? lines.filter((/** @type {any} */ line) => !gone(line)) : lines;
    for (const {trace, y} of seen) {
      const name = trace.yaxis ?? "y";
      const span = (spans[name] ??= {low: Infinity, high: -Infinity, x: trace.xaxis ?? "x", loose: true});
      if (name === "y2" && trace.meta.series.endsWith("score")) { span.score = true; }
      if (trace.meta.loose) continue;
      span.loose = false;
      const log = axes[axisName(name)].type === "log";
      if (trace.meta.cap) span.cap = Math.max(span.cap ?? 0, y[0] * trace.meta.cap * (log ? LOG_CAP : 1));
      for (const value of y) {
        if (!Number.isFinite(value) || (log && value <= 0)) continue;
        if (value < span.low) span.low = value;
        if (value > span.high) span.high = value;
      }
    }
    const reach = this.reach(end);
    for (const [name, span] of Object.entries(spans)) {
      const x = axisName(span.x);
      if (reach !== axes[x].range[1]) changes[`${x}.range`] = [0, reach];
      if (span.loose) continue;
      if (span.cap) [span.low, span.high] = [Math.min(span.low, span.cap), Math.min(span.high, span.cap)];
      const y = axisName(name);
      const range = span.score ? scoreRange(span, this.ranges[y]) : valueRange(span, this.ranges[y], axes[y].type === "log");
      if (range !== this.ranges[y]) {
        this.ranges[y] = range;
        changes[`${y}.range`] = range;
        if (axes[y].type === "log") changes[`${y}.dtick`] = Math.max(1, Math.ceil((range[1] - range[0]) / DECADES));
        if (span.score && axes[y].tickformat === ".1f") changes[`${y}.tickvals`] = range[0] < 0 ? [-1, 0, 1] : [0, 0.5, 1];
      }
    }
    return Object.keys(changes).length ? changes : null;
  }

  /** How far the time axis goes when the newest frame is at `end`; it changes seldom. */
  reach(/** @type {number} */ end) {
    const {time} = this;
    if (time.span) return time.span;
    const least = this.axis === "epochs" ? 4 : 10;
    time.reach ??= least;
    if (end > time.reach) time.reach = end * 1.6;
    else if (end < time.reach / 4) time.reach = Math.max(least, end * 1.2);
    return time.reach;
  }

  /** Draw lines for the axes as they are, a mark at `mark` if there is one, and where settings were changed. */
  paint(/** @type {any[]} */ lines, /** @type {number|null} */ mark, /** @type {number[]} */ changes) {
    const {left, top, ratio} = this.origin;
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.lineJoin = "round";
    if (mark !== null) this.paintMark(pen, mark);
    for (const change of changes) this.paintMark(pen, change, [2, 3]);
    for (const {trace, x, y} of lines) {
      const {x: ox, y: oy, w, h, xRange, yRange, log} = box(this.plot._fullLayout, trace);
      const kx = w / (xRange[1] - xRange[0]);
      const ky = h / (yRange[1] - yRange[0]);
      pen.save();
      pen.beginPath();
      pen.rect(ox - left, oy - top - 1, w, h + 2);
      pen.clip();
      pen.beginPath();
      let drawing = false;
      for (let i = 0; i < x.length; i++) {
        const value = log ? Math.log10(y[i]) : y[i];
        if (!Number.isFinite(value)) {
          drawing = false;
          continue;
        }
        const [px, py] = [ox - left + (x[i] - xRange[0]) * kx, oy - top + (yRange[1] - value) * ky];
        if (drawing) pen.lineTo(px, py);
        else pen.moveTo(px, py);
        drawing = true;
      }
      if (trace.meta.spread) {
        pen.fillStyle = trace.fillcolor;
        pen.fill();
      } else {
        pen.strokeStyle = trace.line.color;
        pen.lineWidth = trace.line.width;
        pen.setLineDash(trace.line.dash?.match(/[\d.]+/g)?.map(Number) ?? []);
        pen.stroke();
      }
      pen.restore();
    }
  }

  /** A line down through the axes: at the frame that is shown, or dotted where a setting was changed. */
  paintMark(/** @type {CanvasRenderingContext2D} */ pen, /** @type {number} */ mark, /** @type {number[]} */ dash = []) {
    const layout = this.plot._fullLayout;
    pen.save();
    Object.assign(pen, {strokeStyle: layout.font.color, globalAlpha: 0.6, lineWidth: dash.length ? 1 : 1.5});
    pen.setLineDash(dash);
    for (const trace of new Map(this.lines.map((/** @type {any} */ line) => [line.yaxis, line])).values()) {
      const {x, y, w, h, xRange} = box(layout, trace);
      const at = x - this.origin.left + ((mark - xRange[0]) * w) / (xRange[1] - xRange[0]);
      if (at < x - this.origin.left || at > x - this.origin.left + w) continue;
      pen.beginPath();
      pen.moveTo(at, y - this.origin.top);
      pen.lineTo(at, y - this.origin.top + h);
      pen.stroke();
    }
    pen.restore();
  }
}

/** Where on the panel a trace's axes are, and what they span. */
export function box(/** @type {any} */ layout, /** @type {any} */ trace) {
  const x = layout[axisName(trace.xaxis ?? "x")];
  const y = layout[axisName(trace.yaxis ?? "y")];
  return {x: x._offset, y: y._offset, w: x._length, h: y._length, xRange: x.range, yRange: y.range, log: y.type === "log"};
}

function assign(/** @type {any} */ object, /** @type {string[]} */ [key, ...rest], /** @type {any} */ value) {
  if (rest.length) assign((object[key] ??= {}), rest, value);
  else object[key] = value;
}

export function axisName(/** @type {string} */ short) {
  return `${short[0]}axis${short.slice(1)}`;
}

/** A range that holds the values with some room, changed only when they leave it or fill less than a third. */
function valueRange(span, old, log) {
  if (!(span.high > -Infinity)) return old ?? (log ? [-2, 0] : [0, 1]);
  if (log) {
    const [low, high] = [Math.log10(span.low), Math.log10(span.high)];
    if (old && low >= old[0] && high <= old[1]) return old;
    const bottom = Math.min(old?.[0] ?? Infinity, Math.floor(low - 0.05));
    return [bottom, Math.max(old?.[1] ?? -Infinity, Math.ceil(high + 0.05), bottom + 1)];
  }
  if (old && span.high <= old[1] && span.high > old[1] * 0.3) return old;
  return [0, Math.max(span.high * (old && span.high > old[1] ? 1.5 : 1.15), 1e-6)];
}

/** The middle one of some numbers, those that are none left out. */
function median(/** @type {number[]} */ values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.length ? sorted[sorted.length >> 1] : NaN;
}

function scoreRange(span, old) {
  const low = span.low < 0 ? -1 : 0;
  return old && old[0] === low ? old : [low, 1.04];
}
