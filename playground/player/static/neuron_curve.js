/** An activation with its slope, and on them the point where a neuron stands: value, slope and tangent. */
import {disc, line, Overlay, words} from "./overlay.js";
import {escaped} from "./words.js";

const TANGENT = 1.4; // how far the tangent goes to both sides, as a share of a sixth of the axis

export class Curve {
  /** @param {HTMLElement} panel */
  constructor(panel) {
    this.overlay = new Overlay(panel);
  }

  /** @param {any} figure @param {any} Plotly */
  async show(figure, Plotly) {
    this.overlay.Plotly = Plotly;
    await this.overlay.show(figure);
  }

  /** Mark where the neuron stands. @param {any} scene @param {any} palette */
  paint({z, y, slope, marked}, palette) {
    const {overlay} = this;
    if (!overlay.drawn) return;
    const pen = overlay.pen();
    const at = overlay.axes();
    const [px, py, ps] = [at.x(z), at.y(y), at.y(slope)];
    const look = {rim: palette.surface, colour: palette.text};
    line(pen, [[px, at.bottom], [px, py > (at.top + at.bottom) / 2 ? at.top : py]], {colour: palette.muted, width: 1, dash: [3, 3]});
    line(pen, [[px, py], [at.left, py]], {colour: palette.muted, width: 1, dash: [3, 3]});
    const run = ((at.x(1) - at.x(0)) > 0 ? (at.right - at.left) / 6 : 0) * TANGENT / 2;
    const steep = (slope * (at.y(0) - at.y(1))) / (at.x(1) - at.x(0)); // pixels up for a pixel to the right
    const reach = run / Math.hypot(1, steep);
    pen.save();
    pen.beginPath();
    pen.rect(at.left, at.top, at.right - at.left, at.bottom - at.top);
    pen.clip();
    line(pen, [[px - reach * 1.6, py + reach * 1.6 * steep], [px + reach * 1.6, py - reach * 1.6 * steep]], {colour: palette.extra, width: 2});
    pen.restore();
    disc(pen, px, ps, 4, {fill: palette.extra, stroke: palette.surface, width: 1.5});
    disc(pen, px, py, 6.5, {fill: y < 0 ? palette.negative : palette.positive, stroke: palette.outline, width: 2});
    const left = px > (at.left + at.right) / 2;
    const side = left ? -12 : 12;
    const align = /** @type {CanvasTextAlign} */ (left ? "right" : "left");
    const above = py < at.top + 34 ? 18 : -16;
    words(pen, `y ${marked.y}`, px + side, py + above, {...look, align, size: 13});
    // The slope's number stands in the legend, for it would lie on the curves. That of z stands at the free end of its line.
    words(pen, `z ${marked.z}`, px + (left ? -7 : 7), py > (at.top + at.bottom) / 2 ? at.top + 9 : at.bottom - 9, {...look, align});
  }

  resize() {
    return this.overlay.resize();
  }

  close() {
    this.overlay.close();
  }
}

/** What the two lines are, and the slope where the neuron stands. @param {any} palette @param {string} slope as in "f′(z) ≈ 0.1966" */
export function curveLegend(palette, slope) {
  return `<span><i style="background:${escaped(palette.text)};height:4px"></i>f(z)</span>`
    + `<span><i style="background:${escaped(palette.extra)};height:2px"></i>its slope <b>${escaped(slope)}</b></span>`;
}

/** What there is to try: what to do, and what is then seen. @param {[string, string][]} all */
export function tries(all) {
  return `<ul class="nnp-tries" aria-label="To try">${all.map(([what, seen]) => `<li><b>${what}</b> ${seen}</li>`).join("")}</ul>`;
}

/** Buttons to choose an activation with, each with its curve. */
export class Picker {
  /** @param {HTMLElement} place @param {(name: string) => void} picked */
  constructor(place, picked) {
    this.place = place;
    place.onclick = event => {
      const button = /** @type {HTMLElement} */ (event.target).closest("button");
      if (button) picked(String(button.dataset.name));
    };
  }

  /** @param {[string, string, string][]} icons name, label and path of each @param {string} chosen */
  fill(icons, chosen) {
    if (!this.place.childElementCount) {
      this.place.innerHTML = icons.map(([name, label, path]) =>
        `<button type="button" data-name="${escaped(name)}" data-testid="pick-${escaped(name)}"><svg viewBox="0 0 32 20" aria-hidden="true"><path d="M0 14H32M16 0V20" class="nnp-cross-lines"/><path d="${escaped(path)}"/></svg><span>${escaped(label)}</span></button>`).join("");
    }
    for (const button of this.place.children) button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.name === chosen));
  }
}
