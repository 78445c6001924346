/**
 * A Plotly chart whose lines follow a run. Plotly lays out the chart; while it plays, only the `d` of its
 * lines' paths is rewritten (0.1 ms a line, where a restyle costs 6 ms a chart). At rest, and whenever an
 * axis has to grow, Plotly itself redraws it from the same numbers, so that pointing at it is exact.
 */

const POINTS = 100; // a line is drawn through at most twice as many, a band through as many
const MINUS = /-/g;

/** @typedef {import("./reel.js").Reel} Reel */

export class Chart {
  /** @param {HTMLElement} panel @param {any} Plotly */
  constructor(panel, Plotly) {
    this.panel = panel;
    this.Plotly = Plotly;
    this.plot = document.createElement("div");
    this.plot.className = "nnp-plot";
    panel.append(this.plot);
    this.paths = [];
  }

  /** @param {any} figure */
  async setFigure(figure) {
    this.ready = false;
    const {data, layout} = structuredClone(figure);
    Object.assign(layout, {width: this.panel.clientWidth, height: this.panel.clientHeight});
    await this.Plotly.react(this.plot, data, layout, {displayModeBar: false, responsive: false});
    this.lines = data.map((/** @type {any} */ trace, /** @type {number} */ index) => ({...trace, index}))
      .filter((/** @type {any} */ trace) => trace.meta?.series);
    this.axis = layout.meta.axis;
    this.reset();
    this.ready = true;
  }

  /** Forget the ranges: a new run begins. */
  reset() {
    this.ranges = {};
    this.paths = [];
    this.drawn = -1;
  }

  async resize() {
    if (!this.plot._fullLayout) return;
    await this.Plotly.relayout(this.plot, {width: this.panel.clientWidth, height: this.panel.clientHeight});
    this.paths = [];
  }

  /**
   * Show the run up to frame `last`.
   * @param {Reel} reel @param {number} last @param {number} perEpoch
   * @param {{settled?: boolean, mayGrow?: boolean}} how `settled` asks Plotly to redraw; without `mayGrow` the
   *   axes stay as they are for now, because two charts that grow in one frame would make it late
   */
  draw(reel, last, perEpoch, {settled = false, mayGrow = true} = {}) {
    if (!this.ready) return;
    const rows = this.rows(reel, last, perEpoch);
    const lines = this.lines.map((/** @type {any} */ trace) => this.line(reel, trace, rows));
    const layout = settled || mayGrow ? this.grow(lines, rows) : null;
    if (settled || this.drawn < 1 || !this.paths.length) {
      this.settle(lines, layout ?? {});
    } else {
      if (layout) {
        this.Plotly.relayout(this.plot, layout);
        this.find(lines);
      }
      lines.forEach((line, i) => this.patch(line, this.paths[i]));
    }
    this.drawn = last;
  }

  /** Pick frames at a power-of-two distance, so that a line that grows does not shimmer. */
  rows(reel, last, perEpoch) {
    let step = 1;
    while ((last + 1) / step > 2 * POINTS) step *= 2;
    const index = [];
    for (let i = 0; i < last; i += step) index.push(i);
    index.push(last);
    const {data} = reel.series.update;
    const scale = this.axis === "epochs" ? 1 / perEpoch : 1;
    return {index, x: index.map(i => data[i] * scale)};
  }

  line(reel, trace, rows) {
    const {series: name, index, spread, positive} = trace.meta;
    const {data, size} = reel.series[name];
    const y = rows.index.map(i => data[i * size + index]);
    if (positive) return {trace, x: rows.x, y: y.map(value => (value > 0 ? value : NaN))};
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

  /** Return the layout changes that the lines need, or null while they fit. */
  grow(lines, rows) {
    /** @type {Object<string, any>} */ const changes = {};
    const end = rows.x[rows.x.length - 1];
    const axes = this.plot._fullLayout;
    const spans = {};
    for (const {trace, y} of lines) {
      const name = trace.yaxis ?? "y";
      const span = (spans[name] ??= {low: Infinity, high: -Infinity, x: trace.xaxis ?? "x", free: false});
      if (name === "y2" && trace.meta.series.endsWith("score")) { span.score = true; }
      if (trace.meta.series === "batch_loss") continue;
      const log = axes[axisName(name)].type === "log";
      for (const value of y) {
        if (!Number.isFinite(value) || (log && value <= 0)) continue;
        if (value < span.low) span.low = value;
        if (value > span.high) span.high = value;
      }
    }
    for (const [name, span] of Object.entries(spans)) {
      const x = axisName(span.x);
      const reach = this.ranges[x] ?? 0;
      if (end > reach || (end < reach / 4 && reach > 10)) {
        this.ranges[x] = Math.max(this.axis === "epochs" ? 4 : 10, end * (end > reach ? 1.6 : 1.2));
      }
      if (this.ranges[x] !== axes[x].range[1]) changes[`${x}.range`] = [0, this.ranges[x]];
      const y = axisName(name);
      const range = span.score ? scoreRange(span, this.ranges[y]) : valueRange(span, this.ranges[y], axes[y].type === "log");
      if (range !== this.ranges[y]) {
        this.ranges[y] = range;
        changes[`${y}.range`] = range;
        if (span.score && axes[y].tickformat === ".1f") changes[`${y}.tickvals`] = range[0] < 0 ? [-1, 0, 1] : [0, 0.5, 1];
      }
    }
    return Object.keys(changes).length ? changes : null;
  }

  /** Let Plotly draw the lines, and find the paths it made. */
  settle(lines, layout) {
    const ids = lines.map(line => line.trace.index);
    // `update` is synchronous for charts of lines; its promise only tells of images and fonts.
    this.Plotly.update(this.plot, {x: lines.map(line => line.x), y: lines.map(line => line.y)}, layout, ids);
    this.find(lines);
  }

  /** Find the paths Plotly made for the lines. */
  find(lines) {
    /** @type {Map<number, Element>} */ const nodes = new Map();
    for (const node of this.plot.querySelectorAll(".scatterlayer > .trace")) {
      nodes.set(/** @type {any} */ (node).__data__[0].trace.index, node);
    }
    this.paths = lines.map(line =>
      nodes.get(line.trace.index)?.querySelector(line.trace.meta.spread ? ".js-fill" : ".js-line") ?? null);
  }

  /** Rewrite one path for the axes as they are. */
  patch(line, path) {
    if (!path) return;
    const layout = this.plot._fullLayout;
    const x = layout[axisName(line.trace.xaxis ?? "x")];
    const y = layout[axisName(line.trace.yaxis ?? "y")];
    const kx = x._length / (x.range[1] - x.range[0]);
    const ky = y._length / (y.range[1] - y.range[0]);
    const log = y.type === "log";
    let d = "";
    let pen = "M";
    for (let i = 0; i < line.x.length; i++) {
      const value = log ? Math.log10(line.y[i]) : line.y[i];
      if (!Number.isFinite(value)) {
        pen = "M";
        continue;
      }
      // Quarters of a pixel: short texts are quick to write and to read.
      d += `${pen}${Math.round((line.x[i] - x.range[0]) * kx * 4) / 4},${Math.round((y.range[1] - value) * ky * 4) / 4}`;
      pen = "L";
    }
    path.setAttribute("d", d || "M0,0");
  }
}

export function axisName(/** @type {string} */ short) {
  return `${short[0]}axis${short.slice(1)}`;
}

/** A range that holds the values with some room, changed only when they leave it or shrink to less than half. */
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

function scoreRange(span, old) {
  const low = span.low < -1 ? -1 : span.low < 0 ? -1 : 0;
  return old && old[0] === low ? old : [low, 1.04];
}

/** A number for reading: four figures, a true minus sign. */
export function number(/** @type {number} */ value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : value.toFixed(size >= 100 ? 1 : digits);
  return text.replace(MINUS, "−");
}
