/** The perceptron: its line at each correction over the points, the correction in numbers, and its error along a weight. */
import {tries} from "./neuron_curve.js";
import {disc, line, Overlay, words} from "./overlay.js";
import {Tip} from "./tip.js";
import {panel} from "./view.js";
import {count, coordinates, escaped} from "./words.js";

const WORDS_MS = 120; // words change no oftener
const TRACES = 14; // older lines that are still seen
const TURN_MS = 180; // a line takes from one correction to the next,
const SLOW_MS = 220; // if they are not nearer together than this
const CLOSE = 14; // pixels from a point to a pointer that means it
const ARROW = 30; // length of the arrow to the side of 1, in pixels

export class PerceptronTopic {
  static markup = `
<section class="nnp-panel nnp-side" aria-label="What the perceptron learns">
  <div class="nnp-inputs nnp-column" data-inputs="rows count noise"></div>
  <div class="nnp-inputs nnp-column" data-inputs="sample" data-look="numbers"></div>
  <div class="nnp-inputs nnp-column" data-inputs="rate first_weights first_bias mixed"></div>
  <div class="nnp-inputs nnp-column" data-inputs="mixing" data-look="numbers"></div>
  ${tries([["Choose the XOR truth table.", "No line separates its points: the rule goes in circles."],
    ["Set both first weights and the bias to 0.", "Now the learning rate changes only the size of the weights, never the line."],
    ["Shuffle the rows.", "In another order it may take more corrections or fewer, and end with another line."]])}
</section>
${panel("plane", "The line", "The neuron gives 1 on the blue side of its line and 0 on the orange one. The ringed point was answered wrongly: the correction turns the line towards it. Older lines are fainter. Points that are on the wrong side have a thin ring.",
    `<span class="nnp-key nnp-line"><span><b class="nnp-orange">●</b>target 0</span><span><b class="nnp-blue">■</b>target 1</span><span class="nnp-badge" data-show="badge" hidden></span></span>`)}
<div class="nnp-stack">
  <section class="nnp-panel" aria-label="The correction" data-testid="panel-correction"><header><h3 data-show="correction-title">The correction</h3></header><div class="nnp-text" data-show="correction"></div></section>
  ${panel("stairs", "Why not gradient descent?", "The error of all rows against the weight w₁, everything else as it is now. Bold: with the step, a staircase, flat between its jumps. Thin: the same with a sigmoid in place of the step, which has a slope that descent can follow.",
    `<span class="nnp-key nnp-line" data-show="stairs-key"></span>`)}
  <p class="nnp-wrong nnp-why" data-show="why"></p>
</div>`;

  /** @param {import("./neuron.js").NeuronScreen} stage */
  constructor({ui}) {
    this.ui = ui;
    this.plane = new Overlay(ui.body("plane"), {square: true});
    this.stairs = new Overlay(ui.body("stairs"));
    this.worded = 0;
    this.turned = 0; // when a frame was last drawn
    this.shown = -1; // its number
    /** @type {{index: number, how: any}|null} */ this.turning = null;
    const body = ui.body("plane");
    this.tip = new Tip(body);
    body.addEventListener("pointermove", event => this.point(event));
    body.addEventListener("pointerleave", () => this.point(null));
  }

  /** @param {any} scene @param {any} palette */
  take(scene, palette) {
    Object.assign(this, {scene, palette, turning: null, shown: -1});
    const {ui} = this;
    ui.show("why").innerHTML = `<b>Why a gradient is no help.</b> ${escaped(scene.why)}`;
    ui.show("stairs-key").innerHTML = `<span><i style="background:${palette.text};height:4px"></i>step: slope 0 between jumps</span><span><i style="background:${palette.extra};height:2px"></i>sigmoid: has a slope</span>`;
  }

  /** @param {any} figures @param {any} Plotly */
  async figures(figures, Plotly) {
    this.plane.Plotly = this.stairs.Plotly = Plotly;
    await Promise.all([this.plane.show(figures.plane), this.stairs.show(figures.stairs)]);
  }

  /**
   * Turn the line from the correction that is shown to the next one, unless they follow too fast; then draw that.
   * @param {import("./reel.js").Reel} reel @param {number} index @param {any} how @param {() => void} done @returns {boolean} whether it turns
   */
  turn(reel, index, how, done) {
    const now = performance.now();
    if (this.turning?.index === index) {
      Object.assign(this.turning.how, how); // pressed pause meanwhile
      return true;
    }
    const next = index === this.shown + 1 && reel.update(index) === reel.update(index - 1) + 1;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const old = /** @type {any} */ (next && reel.frame(index - 1));
    if (this.turning || !old || calm || !this.plane.drawn || now - this.turned < SLOW_MS) {
      this.turning = null;
      return false;
    }
    const {line: to, row: [row]} = /** @type {any} */ (reel.frame(index));
    const turning = (this.turning = {index, how});
    const step = () => {
      if (this.turning !== turning) return; // it was overtaken
      const share = Math.min(1, (performance.now() - now) / TURN_MS);
      if (share === 1) {
        this.turning = null;
        done();
        return;
      }
      // A part of the correction, which grows.
      const eased = share * share * (3 - 2 * share);
      this.drawPlane(reel, index, {line: to.map((/** @type {number} */ value, /** @type {number} */ k) => old.line[k] + eased * (value - old.line[k])), sides: old.sides}, row);
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
    return true;
  }

  /** @param {import("./reel.js").Reel} reel @param {number} index @param {any} how */
  draw(reel, index, {settled, playing}) {
    const frame = /** @type {any} */ (reel.frame(index));
    Object.assign(this, {frame, shown: index, turned: performance.now()});
    const note = reel.note(index) ?? {};
    const [update, looks, row, wrong] = ["update", "looks", "row", "wrong"].map(name => frame[name][0]);
    if (this.plane.drawn) this.drawPlane(reel, index, frame, row);
    if (this.stairs.drawn) this.drawStairs(frame, wrong / 2, note.jump);
    if (this.pointer) this.point(this.pointer);
    this.ui.show("epoch").textContent = count(update);
    this.ui.show("update").textContent = count(looks);
    this.ui.show("correction-title").textContent = update ? `Correction ${count(update)}` : "Before the first correction";
    if (settled || performance.now() - this.worded > WORDS_MS) this.say(note, {update, looks, wrong, settled, playing});
    return {looks, wrong, error: wrong / 2, jump: Boolean(note.jump), row, weights: [...frame.line].join(" "), round: note.round ?? "", ended: this.scene.ended};
  }

  /** @param {import("./reel.js").Reel} reel @param {number} index @param {any} frame @param {number} row */
  drawPlane(reel, index, frame, row) {
    const {palette, scene: {points, window: [low, high]}} = this;
    const pen = this.plane.pen();
    const at = this.plane.axes();
    const [w1, w2, b] = frame.line;
    pen.save();
    pen.beginPath();
    pen.rect(at.left, at.top, at.right - at.left, at.bottom - at.top);
    pen.clip();
    // The sides, painted as a half plane below the points: Plotly's points lie under this canvas, so it is pale.
    pen.globalAlpha = 0.13;
    pen.fillStyle = palette.negative;
    pen.fillRect(at.left, at.top, at.right - at.left, at.bottom - at.top);
    const ends = edge(w1, w2, b, low, high);
    pen.globalAlpha = 1;
    if (ends || b >= 0) {
      pen.beginPath();
      if (ends) {
        const [[ax, ay], [bx, by]] = ends;
        const far = 3 * (high - low) / Math.hypot(w1, w2);
        const corners = [[ax, ay], [bx, by], [bx + w1 * far, by + w2 * far], [ax + w1 * far, ay + w2 * far]];
        corners.forEach(([x, y], n) => (n ? pen.lineTo(at.x(x), at.y(y)) : pen.moveTo(at.x(x), at.y(y))));
      } else pen.rect(at.left, at.top, at.right - at.left, at.bottom - at.top);
      pen.closePath();
      pen.save();
      pen.clip();
      pen.clearRect(at.left, at.top, at.right - at.left, at.bottom - at.top);
      pen.globalAlpha = 0.13;
      pen.fillStyle = palette.positive;
      pen.fillRect(at.left, at.top, at.right - at.left, at.bottom - at.top);
      pen.restore();
    }
    const {data} = reel.series.line;
    for (let k = Math.max(reel.begin, index - TRACES); k < index; k++) {
      const old = edge(data[3 * k], data[3 * k + 1], data[3 * k + 2], low, high);
      if (old) line(pen, old.map(([x, y]) => [at.x(x), at.y(y)]), {colour: palette.text, width: 1.2, alpha: 0.06 + 0.3 * (1 - (index - k) / (TRACES + 1)) ** 2});
    }
    if (ends) {
      line(pen, ends.map(([x, y]) => [at.x(x), at.y(y)]), {colour: palette.text, width: 3});
      this.drawArrow(pen, at, ends, w1, w2);
    }
    points.forEach(([x, y], n) => {
      if (!frame.sides[n]) return;
      // A few have room for dots around them; for hundreds those would take longer than a frame lasts.
      if (points.length > 10) disc(pen, at.x(x), at.y(y), 7.5, {stroke: palette.text, width: 1});
      else disc(pen, at.x(x), at.y(y), 13, {stroke: palette.text, width: 1.3, dash: [2, 2]});
    });
    if (row >= 0) disc(pen, at.x(points[row][0]), at.y(points[row][1]), points.length > 10 ? 11 : 17, {stroke: palette.extra, width: 3});
    pen.restore();
    if (!ends) words(pen, w1 || w2 ? "The line lies outside the picture" : `No line yet: both weights are 0, so all get ${b >= 0 ? 1 : 0}`, (at.left + at.right) / 2, at.top + 18, {colour: palette.muted, rim: palette.surface, align: "center"});
  }

  /** An arrow from the line to the side where the neuron gives 1: the direction of its weights. */
  drawArrow(pen, at, [[ax, ay], [bx, by]], w1, w2) {
    const inside = (/** @type {number} */ v) => Math.max(this.scene.window[0], Math.min(this.scene.window[1], v));
    const [fx, fy] = foot(w1, w2, [ax, ay], [inside((ax + bx) / 2), inside((ay + by) / 2)]);
    const size = Math.hypot(w1, w2);
    const [x, y, dx, dy] = [at.x(fx), at.y(fy), (w1 / size) * ARROW, (-w2 / size) * ARROW];
    const look = {colour: this.palette.text, width: 2};
    line(pen, [[x, y], [x + dx, y + dy]], look);
    const [ux, uy] = [dx / ARROW, dy / ARROW];
    line(pen, [[x + dx - 7 * (ux - 0.6 * uy), y + dy - 7 * (uy + 0.6 * ux)], [x + dx, y + dy], [x + dx - 7 * (ux + 0.6 * uy), y + dy - 7 * (uy - 0.6 * ux)]], look);
    words(pen, "1", x + dx * 1.45, y + dy * 1.45, {colour: this.palette.text, rim: this.palette.surface, align: "center", size: 13});
  }

  /** Say what there is to know of the point under the pointer, if there is one. @param {PointerEvent|null} event */
  point(event) {
    this.pointer = event;
    if (!event || !this.frame || !this.plane.drawn) return this.tip.hide();
    const at = this.plane.axes();
    const [px, py] = this.tip.place(event);
    const {points} = this.scene;
    const far = points.map((/** @type {number[]} */ [x, y]) => Math.hypot(at.x(x) - px, at.y(y) - py));
    const n = far.indexOf(Math.min(...far));
    if (far[n] > CLOSE) return this.tip.hide();
    const [x, y, target] = points[n];
    const wrong = this.frame.sides[n];
    this.tip.say(`Row ${n + 1}: x = (${coordinates([x, y])})\ntarget ${target}, the neuron gives ${wrong ? 1 - target : target}${wrong ? ": wrong" : ""}`, px + 12, py + 14);
  }

  /** @param {any} frame @param {number} error of the state that is shown: its tread may be narrower than the samples lie apart @param {boolean} jump */
  drawStairs(frame, error, jump = false) {
    const {palette, scene: {reach}} = this;
    const pen = this.stairs.pen();
    const at = this.stairs.axes();
    const {stairs, slide} = frame;
    const x = (/** @type {number} */ n, {length} = stairs) => at.x(-reach + (2 * reach * n) / (length - 1));
    pen.save();
    pen.beginPath();
    pen.rect(at.left, at.top - 2, at.right - at.left, at.bottom - at.top + 4);
    pen.clip();
    line(pen, Array.from(slide, (value, n) => [x(n, slide), at.y(/** @type {number} */ (value))]), {colour: palette.extra, width: 1.6});
    pen.beginPath();
    for (let n = 0; n < stairs.length; n++) { // each tread by itself: the error takes no value between two of them
      const y = at.y(stairs[n]);
      if (stairs[n] !== stairs[n - 1]) pen.moveTo(n ? (x(n) + x(n - 1)) / 2 : x(n), y);
      if (stairs[n] !== stairs[n + 1]) pen.lineTo(x(n), y);
    }
    Object.assign(pen, {strokeStyle: palette.text, lineWidth: 3});
    pen.stroke();
    pen.restore();
    const here = at.x(frame.line[0]);
    line(pen, [[here, at.top], [here, at.bottom]], {colour: palette.muted, width: 1, dash: [3, 3]});
    disc(pen, here, at.y(error), 5.5, {fill: palette.text, stroke: palette.outline, width: 1.5});
    const left = here > (at.left + at.right) / 2;
    words(pen, `error ${error}, ${jump ? "at a jump" : "slope 0"}`, here + (left ? -10 : 10), at.y(error) - 13, {colour: palette.text, rim: palette.surface, align: left ? "right" : "left"});
  }

  /** The correction in numbers, and the whole story. @param {any} note @param {any} now */
  say(note, {update, looks, wrong, settled, playing}) {
    const {ui, scene} = this;
    this.worded = performance.now();
    const {cycle} = scene;
    const badge = ui.show("badge");
    badge.hidden = note.round === undefined;
    if (note.round !== undefined) badge.textContent = `going in circles: round ${count(note.round)}, correction ${note.place} of ${cycle.corrections}`;
    const numbers = `<p class="nnp-now">w₁ = <b>${escaped(note.numbers?.[0] ?? "")}</b> w₂ = <b>${escaped(note.numbers?.[1] ?? "")}</b> b = <b>${escaped(note.numbers?.[2] ?? "")}</b></p>`;
    const bound = scene.bound.length ? `<p class="nnp-quietly">${scene.bound.map(escaped).join("; ")}.</p>` : `<p class="nnp-quietly">No line separates these points, so there is no bound: the rule never comes to rest.</p>`;
    ui.show("correction").innerHTML = (note.steps
      ? `<p>Row ${note.row}, x = (${note.x.map(escaped).join(", ")}): ${escaped(note.sum)} ${escaped(note.verdict)}.</p><p class="nnp-change">${note.steps.map(escaped).join("<br>")}</p>`
      : `<p>Row by row the neuron answers y = 1 if w₁x₁ + w₂x₂ + b ≥ 0, else 0. Where y is wrong, each weight gets η·(t − y)·x added, and the bias η·(t − y).</p>`) + numbers + bound;
    const rows = scene.points.length;
    const words_ = `After ${count(update)} correction${update === 1 ? "" : "s"} and ${count(looks)} row${looks === 1 ? "" : "s"} looked at, ${wrong ? `${wrong} of ${rows} rows ${wrong === 1 ? "is" : "are"} on the wrong side` : "every row is on its side"}.`;
    ui.show("words").textContent = update === 0 && !playing ? `Press play, or Space, and watch. ${scene.words}` : `${words_} ${cycle ? "" : "How it ends: "}${scene.words}`;
    if (settled && !playing) ui.spoken.textContent = words_;
  }

  async resize() {
    await Promise.all([this.plane.resize(), this.stairs.resize()]);
  }

  close() {
    this.plane.close();
    this.stairs.close();
  }
}

/** Two points of the line, far outside the window on both sides, or null where it does not cross it. */
function edge(/** @type {number} */ w1, /** @type {number} */ w2, /** @type {number} */ b, /** @type {number} */ low, /** @type {number} */ high) {
  const size = Math.hypot(w1, w2);
  if (!size) return null;
  const middle = (low + high) / 2;
  const away = (w1 * middle + w2 * middle + b) / size;
  const half = (high - low) / 2;
  if (Math.abs(away) >= (half * (Math.abs(w1) + Math.abs(w2))) / size) return null;
  const [x, y] = [middle - (w1 / size) * away, middle - (w2 / size) * away];
  const reach = 2 * (high - low);
  return [[x - (w2 / size) * reach, y + (w1 / size) * reach], [x + (w2 / size) * reach, y - (w1 / size) * reach]];
}

/** The point of a line through `start` that is nearest to `place`. */
function foot(/** @type {number} */ w1, /** @type {number} */ w2, /** @type {number[]} */ start, /** @type {number[]} */ place) {
  const share = ((place[0] - start[0]) * w1 + (place[1] - start[1]) * w2) / (w1 * w1 + w2 * w2);
  return [place[0] - w1 * share, place[1] - w2 * share];
}
