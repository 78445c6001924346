/** Softmax: three weighted sums become three shares of one whole; the temperature decides how fairly it is shared. */
import {tries} from "./neuron_curve.js";
import {disc, line, Overlay, words} from "./overlay.js";
import {panel} from "./view.js";
import {escaped} from "./words.js";

const BAR = 0.3; // half a bar's width
const INDICES = "₁₂₃";

export class SoftmaxTopic {
  static markup = `
<section class="nnp-panel nnp-side" aria-label="Weighted sums and temperature">
  <div class="nnp-inputs nnp-column" data-inputs="logits temperature"></div>
  <p class="nnp-wrong"><b>Often got wrong.</b> Softmax is no activation of one neuron: every share depends on the sums of all. Add the same number to all three sums and nothing changes. Alone, a neuron would always get 1; of two, the first gets σ((z₁ − z₂)/T), a sigmoid.</p>
  <p class="nnp-wrong">The shares add up to 1, but that does not make them how often the network is right: an untrained one can be 99 % sure.</p>
  ${tries([["Make two sums alike.", "They get the same share, at every temperature."],
    ["Move the temperature to its ends.", "Cold, the largest sum takes as good as all; hot, the shares come near to a third each."]])}
</section>
${panel("shares", "Shares of the three neurons", "Each bar is a neuron's share p. The thin lines are the two limits: dashed, what is left when T goes to 0, the largest takes all; dotted, what comes when T grows without end, all get the same.",
    `<span class="nnp-key"><span><i class="nnp-dash" style="--line:currentColor"></i>cold limit</span><span><i class="nnp-dots"></i>hot limit</span></span>`)}
${panel("temperature", "Shares against the temperature", "The same three shares for every temperature from 0.01 to 100. The upright line is the temperature now.",
    `<span class="nnp-key" data-show="softmax-key"></span>`)}
<section class="nnp-panel nnp-formulas" aria-label="The formulas" data-testid="panel-formulas-softmax">
  <p class="nnp-symbols nnp-head">pᵢ = e<sup>(zᵢ − m)/T</sup> / Σ e<sup>(zⱼ − m)/T</sup> &nbsp; with m the largest sum: taking it off changes no share, and no power of e gets too large to compute</p>
  <table class="nnp-table"><thead><tr><th></th><th>sum z</th><th>(z − m)/T</th><th>e to that</th><th>share p</th></tr></thead><tbody data-show="softmax-rows"></tbody></table>
</section>`;

  /** @param {import("./neuron.js").NeuronScreen} stage */
  constructor({ui}) {
    this.ui = ui;
    this.shares = new Overlay(ui.body("shares"));
    this.over = new Overlay(ui.body("temperature"));
  }

  /** @param {any} scene @param {any} palette */
  take(scene, palette) {
    Object.assign(this, {scene, palette});
    const {ui} = this;
    ui.show("softmax-key").innerHTML = [0, 1, 2].map(at => `<span><i style="background:${palette.lanes[at]}"></i>p${INDICES[at]} <b>${escaped(scene.written[at])}</b></span>`).join("");
    ui.show("softmax-rows").innerHTML = scene.rows.map((/** @type {string[]} */ row, /** @type {number} */ at) =>
      `<tr><th style="color:${palette.lanes[at]}">${"neuron "}${at + 1}</th>${row.map(text => `<td>${escaped(text)}</td>`).join("")}</tr>`).join("")
      + `<tr class="nnp-total"><th>together</th><td></td><td></td><td>${escaped(scene.total)}</td><td>${escaped(scene.sum)}</td></tr>`;
  }

  /** @param {any} figures @param {any} Plotly */
  async figures(figures, Plotly) {
    this.shares.Plotly = this.over.Plotly = Plotly;
    await Promise.all([this.shares.show(figures.shares), this.over.show(figures.temperature)]);
  }

  draw() {
    const {scene} = this;
    if (this.shares.drawn) this.drawShares();
    if (this.over.drawn) this.drawOver();
    return {shares: scene.shares.join(" "), temperature: scene.temperature};
  }

  drawShares() {
    const {scene: {shares, limits: [cold, hot], written}, palette} = this;
    const pen = this.shares.pen();
    const at = this.shares.axes();
    shares.forEach((/** @type {number} */ share, /** @type {number} */ i) => {
      const [left, right, top] = [at.x(i - BAR), at.x(i + BAR), at.y(share)];
      pen.fillStyle = palette.lanes[i];
      pen.beginPath();
      const height = Math.max(1, at.bottom - top);
      pen.roundRect(left, at.bottom - height, right - left, height, [Math.min(6, height), Math.min(6, height), 0, 0]);
      pen.fill();
      const beyond = 9;
      line(pen, [[left - beyond, at.y(cold[i])], [right + beyond, at.y(cold[i])]], {colour: palette.text, width: 1.6, dash: [5, 3]});
      line(pen, [[left - beyond, at.y(hot[i])], [right + beyond, at.y(hot[i])]], {colour: palette.text, width: 1.6, dash: [1.5, 3]});
      const y = clear(top - 13, [at.y(cold[i]), at.y(hot[i])]);
      words(pen, written[i], (left + right) / 2, y, {colour: palette.text, rim: palette.surface, align: "center", size: 14});
    });
  }

  drawOver() {
    const {scene: {over: [temperatures, ...lines], temperature, shares}, palette} = this;
    const pen = this.over.pen();
    const at = this.over.axes();
    const now = at.x(temperature);
    line(pen, [[now, at.top], [now, at.bottom]], {colour: palette.muted, width: 1.2, dash: [3, 3]});
    lines.forEach((/** @type {number[]} */ values, /** @type {number} */ i) => {
      line(pen, values.map((value, k) => [at.x(temperatures[k]), at.y(value)]), {colour: palette.lanes[i], width: 2.2});
    });
    shares.forEach((/** @type {number} */ share, /** @type {number} */ i) => disc(pen, now, at.y(share), 5, {fill: palette.lanes[i], stroke: palette.outline, width: 1.5}));
    const look = {colour: palette.muted, rim: palette.surface, weight: 500};
    words(pen, "cold: the largest takes all", at.left + 6, at.top - 8, look);
    words(pen, "hot: all alike", at.right - 4, at.top - 8, {...look, align: "right"});
  }

  async resize() {
    await Promise.all([this.shares.resize(), this.over.resize()]);
  }

  close() {
    this.shares.close();
    this.over.close();
  }
}

/** The nearest place above `y` where a line of words meets none of some lines. @param {number} y @param {number[]} lines heights, in pixels */
function clear(y, lines) {
  for (const at of [...lines].sort((a, b) => b - a)) if (Math.abs(at - y) < 11) y = at - 12;
  return y;
}
