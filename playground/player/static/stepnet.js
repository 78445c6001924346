/**
 * The worked example's network, drawn large: a weight on each connection, in each neuron what is known of it. What is at
 * work is lit, what is not known yet is pale.
 *
 * @typedef {{name: string, symbol: string, start: string|null, end: string}} Parameter
 * @typedef {import("./stepnet_places.js").Node} Node
 */
import {fit} from "./canvas.js";
import {css, divergingTable, rgb} from "./colour.js";
import {NARROW, places} from "./stepnet_places.js";
import {decimals} from "./words.js";

const MOST = 6; // |w| at which a connection is at its widest
const ALONG = {w: 0.7, v: 0.47}; // where on a connection its weight stands
const FONT = "Inter, 'Source Sans', system-ui, sans-serif";

export class StepNet {
  /** @param {HTMLElement} panel */
  constructor(panel) {
    this.panel = panel;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "The network");
    panel.append(this.canvas);
  }

  /** Take a lesson's scene. @param {any} scene @param {string} theme */
  setScene(scene, theme) {
    this.scene = scene;
    this.palette = scene.palettes[theme];
    const packed = divergingTable(this.palette, scene.levels, 0.8);
    this.shades = Array.from(packed, colour => `rgb(${colour & 255},${(colour >> 8) & 255},${(colour >> 16) & 255})`);
    this.stepping = scene.show === "steps";
    this.bias = scene.learned.includes("b");
    this.layout();
  }

  /** Place everything; sizes follow the panel's. */
  layout() {
    const {clientWidth: width, clientHeight: height} = this.panel;
    this.pen = fit(this.canvas, width, height);
    this.small = width < NARROW;
    this.nodes = places(width, height, this);
  }

  /**
   * Show a step, or, without a note, the state of a run.
   * @param {any} frame @param {any} note
   */
  draw(frame, note) {
    this.frame = frame;
    this.note = note ?? null;
    this.render();
  }

  render() {
    if (!this.frame) return;
    const pen = /** @type {CanvasRenderingContext2D} */ (this.pen);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.lineCap = "round";
    /** @type {Parameter[]} */ const parameters = this.scene.parameters;
    const links = parameters.map((part, index) => ({part, index})).filter(({part}) => part.start);
    for (const link of links) this.drawLink(pen, link);
    this.drawGoal(pen);
    for (const link of links) this.drawWeight(pen, link);
    this.drawNodes(pen);
    if (this.bias) parameters.forEach((part, index) => part.start || this.drawBias(pen, part, index));
  }

  /** Whether a parameter is at work at this step; at the start, all are. @param {Parameter} part */
  lit({name}) {
    return Boolean(this.note?.on.includes(name));
  }

  /** @returns {[number, number, number, number]} */
  ends(/** @type {Node} */ a, /** @type {Node} */ b) {
    const angle = Math.atan2(b.y - a.y, b.x - a.x);
    return [a.x + a.r * Math.cos(angle), a.y + a.r * Math.sin(angle), b.x - b.r * Math.cos(angle), b.y - b.r * Math.sin(angle)];
  }

  /** @param {CanvasRenderingContext2D} pen @param {{part: Parameter, index: number}} link */
  drawLink(pen, {part, index}) {
    const weight = this.frame.weights[index];
    const colour = rgb(weight < 0 ? this.palette.negative : this.palette.positive);
    const size = Math.min(Math.abs(weight), MOST);
    const lit = this.lit(part);
    const [x0, y0, x1, y1] = this.ends(this.nodes[/** @type {string} */ (part.start)], this.nodes[part.end]);
    pen.beginPath();
    pen.moveTo(x0, y0);
    pen.lineTo(x1, y1);
    if (lit && this.note.stage > 1) {
      pen.strokeStyle = css(colour, 0.2);
      pen.lineWidth = 13;
      pen.stroke();
    }
    pen.strokeStyle = css(colour, !this.note ? 0.35 + 0.09 * size : lit ? 1 : 0.24);
    pen.lineWidth = (lit ? 2 : 1.1) + size * 0.7;
    pen.stroke();
    if (lit && this.note.stage > 1 && this.note.stage < 6) this.drawArrow(pen, [x0, y0, x1, y1], this.note.stage === 5, colour);
  }

  /** Where what is computed flows. @param {CanvasRenderingContext2D} pen @param {number[]} ends @param {boolean} back @param {number[]} colour */
  drawArrow(pen, [x0, y0, x1, y1], back, colour) {
    const at = back ? 0.2 : 0.86;
    const angle = Math.atan2(y1 - y0, x1 - x0) + (back ? Math.PI : 0);
    pen.save();
    pen.translate(x0 + (x1 - x0) * at, y0 + (y1 - y0) * at);
    pen.rotate(angle);
    pen.fillStyle = css(colour);
    pen.beginPath();
    pen.moveTo(9, 0);
    pen.lineTo(-5, 7);
    pen.lineTo(-5, -7);
    pen.fill();
    pen.restore();
  }

  /** What is written of a parameter: its value, and the new one beside the old. @param {string} name @param {number} index */
  value(name, index) {
    const {note} = this;
    if (!note) return {old: "", now: decimals(this.frame.weights[index])};
    const fresh = note.fresh[name];
    if (fresh !== undefined && note.kind === "update" && note.on.includes(name) && !this.small) return {old: note.weights[name], now: fresh};
    return {old: "", now: fresh ?? note.weights[name] ?? "0"};
  }

  /** @param {CanvasRenderingContext2D} pen @param {{part: Parameter, index: number}} link */
  drawWeight(pen, {part, index}) {
    const [x0, y0, x1, y1] = this.ends(this.nodes[/** @type {string} */ (part.start)], this.nodes[part.end]);
    const at = ALONG[/** @type {"w"|"v"} */ (part.name[0])];
    this.label(pen, part, index, x0 + (x1 - x0) * at, y0 + (y1 - y0) * at);
  }

  /** @param {CanvasRenderingContext2D} pen @param {Parameter} part @param {number} index @param {number} x @param {number} y */
  label(pen, part, index, x, y) {
    const {old, now} = this.value(part.name, index);
    const {palette, note, small} = this;
    const lit = this.lit(part) && note?.stage > 1;
    const symbol = small && part.start ? "" : `${part.symbol} `;
    const size = small ? 10.5 : lit ? 13.5 : 12.5;
    const plain = `${size}px ${FONT}`;
    const bold = `600 ${size}px ${FONT}`;
    const pieces = [
      {text: symbol, font: plain, colour: palette.muted},
      ...(old ? [{text: `${old} → `, font: plain, colour: palette.muted}] : []),
      {text: now, font: bold, colour: palette.text},
    ];
    const widths = pieces.map(({text, font}) => {
      pen.font = font;
      return pen.measureText(text).width;
    });
    const width = widths.reduce((a, b) => a + b, 0);
    const pad = small ? 3 : 5;
    pen.globalAlpha = !note || lit || note.stage === 1 || note.stage > 5 ? 1 : 0.78;
    pen.fillStyle = palette.surface;
    pen.beginPath();
    pen.roundRect(x - width / 2 - pad, y - size * 0.75, width + 2 * pad, size * 1.5, 6);
    pen.fill();
    if (lit) {
      pen.lineWidth = 1.2;
      pen.strokeStyle = palette.text;
      pen.stroke();
    }
    pen.textBaseline = "middle";
    pen.textAlign = "left";
    let left = x - width / 2;
    pieces.forEach(({text, font, colour}, i) => {
      pen.font = font;
      pen.fillStyle = colour;
      pen.fillText(text, left, y + 0.5);
      left += widths[i];
    });
    pen.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} pen @param {Parameter} part @param {number} index */
  drawBias(pen, part, index) {
    const {x, y, r} = this.nodes[part.end];
    this.label(pen, part, index, x, y - r - (this.small ? 9 : 12));
  }

  /** The target, and how far the output is from it. @param {CanvasRenderingContext2D} pen */
  drawGoal(pen) {
    const {note, palette, nodes} = this;
    if (!note) return;
    const {goal, out} = nodes;
    const known = note.error !== null && note.row !== null;
    pen.strokeStyle = css(rgb(palette.text), note.kind === "error" ? 0.8 : 0.22);
    pen.lineWidth = 1.5;
    pen.setLineDash([3, 4]);
    pen.beginPath();
    pen.moveTo(out.x + out.r, out.y);
    pen.lineTo(goal.x - goal.r, goal.y);
    pen.stroke();
    pen.setLineDash([]);
    this.text(pen, known ? `${note.rows > 1 ? "ΣE" : "E"} ${note.error}` : "", goal.x, goal.y + goal.r * 0.62 + 15, {bold: note.kind === "error", right: this.panel.clientWidth - 2});
  }

  /** @param {CanvasRenderingContext2D} pen */
  drawNodes(pen) {
    const {note, nodes, palette} = this;
    for (const [name, node] of Object.entries(nodes)) {
      if (!note && name === "goal") continue; // a run goes after all four
      const active = note?.neuron === name || (name === "goal" && note?.kind === "error");
      const value = name === "goal" ? note.row !== null && note.target : note?.outputs[name];
      const sum = note?.sums[name];
      const known = value !== undefined && value !== false;
      pen.beginPath();
      if (name === "goal") pen.roundRect(node.x - node.r, node.y - node.r * 0.62, 2 * node.r, node.r * 1.24, 8);
      else pen.arc(node.x, node.y, node.r, 0, 2 * Math.PI);
      pen.fillStyle = palette.surface;
      pen.fill();
      pen.fillStyle = active ? css(rgb(palette.positive), 0.14) : css(rgb(palette.text), known ? 0.05 : 0.015);
      pen.fill();
      pen.lineWidth = active ? 3 : 1.4;
      pen.strokeStyle = active ? palette.text : css(rgb(palette.text), known || sum !== undefined || !note ? 0.55 : 0.2);
      pen.stroke();
      if (!note) this.drawAnswers(pen, name, node);
      else this.drawValues(pen, name, node, value, sum);
    }
  }

  /** Sum and output inside a neuron, δ below it. @param {CanvasRenderingContext2D} pen @param {string} name @param {Node} node @param {any} value @param {any} sum */
  drawValues(pen, name, {x, y, r, label}, value, sum) {
    const {note, palette} = this;
    const large = Math.max(11, Math.min(15, r * 0.46));
    const little = Math.max(9.5, large * 0.76);
    if (name === "goal" || name.startsWith("x")) {
      this.text(pen, name === "goal" && note.row === null ? "t" : `${label}${value === undefined ? "" : ` ${value}`}`, x, y, {size: large, bold: true});
      return;
    }
    if (sum === undefined) this.text(pen, label, x, y, {size: little, faint: true});
    else {
      this.text(pen, `z ${sum}`, x, value === undefined ? y : y - r * 0.32, {size: little, bold: value === undefined});
      if (value !== undefined) this.text(pen, value, x, y + r * 0.2, {size: large, bold: true});
    }
    const delta = note.deltas[name];
    if (delta === undefined) return;
    const now = note.kind === "delta" && note.neuron === name;
    const text = `δ ${delta}`;
    const size = this.small ? 11 : 12.5;
    pen.font = `600 ${size}px ${FONT}`;
    const width = pen.measureText(text).width + 12;
    pen.beginPath();
    pen.roundRect(x - width / 2, y + r + 5, width, 20, 8);
    pen.fillStyle = now ? palette.extra : palette.surface;
    pen.fill();
    if (!now) {
      Object.assign(pen, {strokeStyle: css(rgb(palette.extra), 0.5), lineWidth: 1});
      pen.stroke();
    }
    this.text(pen, text, x, y + r + 15.5, {size, bold: true, colour: now ? palette.surface : palette.extra});
  }

  /** In a run: what a neuron answers to the four rows, each in its corner of the plane. @param {CanvasRenderingContext2D} pen @param {string} name @param {Node} node */
  drawAnswers(pen, name, {x, y, r, label}) {
    if (name.startsWith("x")) return this.text(pen, label, x, y, {size: 14, bold: true});
    const {scene, frame, palette} = this;
    const out = name === "out";
    const hidden = frame.hidden.length / 4;
    const side = r * 0.52;
    /** @type {number[]} */ const answers = scene.rows.map((/** @type {any} */ _, /** @type {number} */ row) => out ? frame.outputs[row] : frame.hidden[row * hidden + +name[1] - 1]);
    const {neutral, reach} = out ? {...scene, neutral: scene.middle} : scene.hidden;
    const most = reach ?? Math.max(1, ...answers.map(Math.abs));
    scene.rows.forEach((/** @type {number[]} */ [x1, x2], /** @type {number} */ row) => {
      pen.fillStyle = this.shades[Math.round(scene.levels * (1 + Math.max(-1, Math.min(1, (answers[row] - neutral) / most))))];
      pen.fillRect(x + (x1 - 1) * side, y - x2 * side, side, side);
    });
    Object.assign(pen, {strokeStyle: css(rgb(palette.text), 0.35), lineWidth: 1});
    pen.strokeRect(x - side, y - side, 2 * side, 2 * side);
  }

  /** @param {CanvasRenderingContext2D} pen @param {string} text @param {number} x @param {number} y @param {any} [how] */
  text(pen, text, x, y, {size = 13, bold = false, faint = false, colour = "", right = NaN} = {}) {
    pen.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
    pen.fillStyle = colour || css(rgb(this.palette.text), faint ? 0.4 : 1);
    pen.textBaseline = "middle";
    pen.textAlign = "center";
    const half = pen.measureText(text).width / 2;
    pen.fillText(text, right + half > 0 && x + half > right ? right - half : x, y + 0.5);
  }

  /** Say the picture in words. @param {any} note */
  tell(note) {
    const list = (/** @type {string} */ name, /** @type {Object<string, string>} */ values) => Object.entries(values).map(([key, value]) => `${name} ${key} ${value}`);
    const known = [...list("weight", {...note.weights, ...note.fresh}), ...list("sum", note.sums), ...list("output", note.outputs), ...list("delta", note.deltas)];
    this.canvas.setAttribute("aria-label", `The network: ${known.join(", ")}`);
  }

  resize() {
    if (!this.scene) return;
    this.layout();
    this.render();
  }
}
