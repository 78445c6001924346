/** A living neuron above an artificial one, with the parts that match in the same colour, and where the likeness ends. */

/** What matches: what it is called here and there, and what each does. */
const TERMS = [
  {name: "weight", living: "Synapse", made: "weight w", text: "The contact where another cell's axon meets a dendrite. How strongly a signal passes there changes with experience, and so does a weight."},
  {name: "input", living: "Dendrite", made: "input x", text: "Branches that collect the signals of other cells, often thousands of them. Here: one number for each input."},
  {name: "sum", living: "Cell body", made: "weighted sum z", text: "Where what has come in adds up as a voltage. Here: products and bias, added."},
  {name: "activation", living: "Axon hillock", made: "activation f", text: "Where the axon begins: above a threshold the cell fires. A step is most like it, with the bias as threshold, its sign turned."},
  {name: "output", living: "Axon", made: "output y", text: "One cable that carries the spike to all its ends. Here, too, all who listen hear the same number."},
];

/** Where the likeness ends. */
const ENDS = [
  ["A spike is an event in time.", "Cells send short pulses, all of them alike; what is said lies in when and how often. The output here is one number without a time, at best like a rate of firing."],
  ["A weight may change its sign.", "A synapse that excites does not turn into one that inhibits, as a rule, and a cell does the one or the other at all its ends."],
  ["Dendrites do more than add.", "A branch can amplify, block and even fire by itself. Some single cells are as rich as a small network."],
  ["Nobody has shown backpropagation in a brain.", "It would need errors that travel backwards over the same weights. Synapses change by what they can sense on the spot, and by messengers such as dopamine."],
  ["Brains run in loops.", "Signals come back all the time. The networks here feed forward only."],
  ["The numbers are far apart.", "A brain has about 10¹¹ neurons (careful counts say 86 billion), most with thousands of synapses, and runs on some 20 watts. A spike takes a thousandth of a second; a processor adds a million times faster."],
];

const DENDRITES = ["M268 120C232 96 214 78 176 66M214 84C196 86 176 92 150 106M192 73C176 58 160 44 132 36", "M262 140C226 142 196 142 150 146M204 143C186 156 168 164 138 170", "M270 158C240 184 216 200 178 212M224 194C206 196 186 194 150 200"];
/** How much shorter an axon of so many sheaths is than the longest. */
const short = (/** @type {number} */ sheaths) => (SHEATHS.length - sheaths) * SHEATH;
/** How wide a drawing is. */
const breadth = (/** @type {number} */ sheaths) => 860 - short(sheaths) - (sheaths === SHEATHS.length ? 0 : 40);
const TIPS = [[124, 33, 1, 7], [142, 109, 1, 9], [168, 62, -1, 6], [140, 146, 1, 11], [130, 173, -1, 8], [170, 216, 1, 6], [141, 202, 1, 5]];
const SHEATHS = [432, 510, 588, 666];
const ENDINGS = ["M756 138C788 138 804 104 842 92", "M756 138C790 138 806 138 850 138", "M756 138C788 138 804 174 842 186"];

const SHEATH = 78; // from one to the next
const NARROW = 560; // a panel that has no room for a long axon, in pixels

/** A living neuron, with an axon of so many sheaths. */
const living = (/** @type {number} */ sheaths) => `<svg viewBox="60 10 ${breadth(sheaths)} 226" role="img" aria-label="A living neuron, drawn: synapses on its dendrites, the cell body, the axon hillock, and the axon with its ends">
  <g data-term="input" class="nnp-branch">${DENDRITES.map(path => `<path d="${path}"/>`).join("")}</g>
  <g data-term="weight">${TIPS.map(([x, y, sign, size]) => `<path class="nnp-other-axon" d="M${x - 56} ${y + (y < 120 ? -10 : 8)}Q${x - 30} ${y} ${x - size - 5} ${y}"/><circle cx="${x - size - 3}" cy="${y}" r="${size}" class="${sign > 0 ? "nnp-excites" : "nnp-inhibits"}"/>`).join("")}</g>
  <g data-term="sum"><path class="nnp-soma" d="M262 112C284 88 330 84 356 106C374 122 376 150 360 168C336 194 288 194 264 172C246 154 246 130 262 112Z"/><circle cx="308" cy="138" r="17" class="nnp-nucleus"/></g>
  <g data-term="activation"><path class="nnp-hillock" d="M364 116C384 126 402 132 422 134V142C402 144 384 150 364 160C374 146 374 130 364 116Z"/><path class="nnp-spike" d="M376 84h12l5-30 7 44 5-14h13"/></g>
  <g data-term="output"><path class="nnp-axon" d="M420 138H${758 - short(sheaths)}"/>${SHEATHS.slice(0, sheaths).map(x => `<rect x="${x}" y="127" width="66" height="22" rx="11" class="nnp-sheath"/>`).join("")}<g transform="translate(${-short(sheaths)})">${ENDINGS.map(path => `<path class="nnp-axon nnp-thin" d="${path}"/>`).join("")}${[[850, 90], [858, 138], [850, 188]].map(([x, y]) => `<circle cx="${x}" cy="${y}" r="8" class="nnp-end"/>`).join("")}</g></g>
</svg>`;

const INPUTS = [[118, 58, 5], [118, 123, 9], [118, 188, 3.5]];
/** An artificial neuron, as long as the living one. */
const made = (/** @type {number} */ sheaths) => `<svg viewBox="60 10 ${breadth(sheaths)} 226" role="img" aria-label="An artificial neuron, drawn: inputs, weights, weighted sum, activation and output">
  <g data-term="weight">${INPUTS.map(([x, y, thick], at) => `<line x1="${x + 26}" y1="${y}" x2="262" y2="${123 + (y - 123) * 0.3}" class="${at === 2 ? "nnp-inhibits" : "nnp-excites"}" stroke-width="${thick}"/><text x="196" y="${y + (123 - y) * 0.34 - 14}">w${"₁₂₃"[at]}</text>`).join("")}</g>
  <g data-term="input">${INPUTS.map(([x, y], at) => `<circle cx="${x}" cy="${y}" r="25" class="nnp-shape"/><text x="${x}" y="${y + 1}">x${"₁₂₃"[at]}</text>`).join("")}</g>
  <g data-term="sum"><circle cx="308" cy="123" r="47" class="nnp-shape"/><text x="308" y="124" class="nnp-big">Σ + b</text></g>
  <path d="M355 123H386" class="nnp-flow"/>
  <g data-term="activation"><rect x="386" y="88" width="84" height="70" rx="12" class="nnp-shape"/><path d="M398 142H428V104H458" class="nnp-stroke"/></g>
  <g data-term="output"><path class="nnp-stroke" d="M470 123H${756 - short(sheaths)}"/><circle cx="${614 - short(sheaths) * 0.45}" cy="123" r="27" class="nnp-shape nnp-solid"/><text x="${614 - short(sheaths) * 0.45}" y="124">y</text><g transform="translate(${-short(sheaths)})"><path class="nnp-stroke" d="M756 123C788 123 804 72 838 62M756 123H842M756 123C788 123 804 174 838 184"/>${[[846, 60], [850, 123], [846, 186]].map(([x, y]) => `<circle cx="${x}" cy="${y}" r="8" class="nnp-end"/>`).join("")}</g></g>
</svg>`;

export class BiologyTopic {
  static markup = `
<section class="nnp-panel nnp-twins" data-testid="panel-biology" aria-label="A living and an artificial neuron">
  <div class="nnp-twin"><h3>Living</h3><div data-show="living"></div></div>
  <div class="nnp-terms" role="group" aria-label="What matches">${TERMS.map(({name, living, made, text}) =>
    `<button type="button" data-term="${name}" data-testid="term-${name}"><b>${living}</b><i>${made}</i><span>${text}</span></button>`).join("")}</div>
  <div class="nnp-twin"><h3>Artificial</h3><div data-show="made"></div></div>
</section>
<section class="nnp-panel nnp-ends" data-testid="panel-ends" aria-label="Where the likeness ends"><header><h3>Where the likeness ends</h3></header>
  <ol>${ENDS.map(([title, text]) => `<li><b>${title}</b> ${text}</li>`).join("")}</ol></section>`;

  /** @param {import("./neuron.js").NeuronScreen} stage */
  constructor({ui}) {
    this.root = ui.root;
    const twins = ui.part("panel-biology");
    const light = (/** @type {Event} */ event) => {
      const part = /** @type {Element} */ (event.target).closest("[data-term]");
      this.light(part ? String(/** @type {HTMLElement} */ (part).dataset.term) : "");
    };
    for (const name of ["pointerover", "focusin", "click"]) twins.addEventListener(name, light);
    twins.addEventListener("pointerleave", () => this.light(""));
    this.twins = twins;
    this.places = [ui.show("living"), ui.show("made")];
    this.sheaths = 0;
    this.drawTwins();
  }

  /** Draw both, with a shorter axon where there is less room: all else is larger for it. */
  drawTwins() {
    const sheaths = this.twins.clientWidth < NARROW ? 2 : SHEATHS.length;
    if (sheaths === this.sheaths) return;
    this.sheaths = sheaths;
    [this.places[0].innerHTML, this.places[1].innerHTML] = [living(sheaths), made(sheaths)];
    this.light("");
  }

  /** Light a part in both drawings, and no other. */
  light(/** @type {string} */ term) {
    this.twins.classList.toggle("nnp-lit", term !== "");
    for (const part of this.twins.querySelectorAll("[data-term]")) part.classList.toggle("nnp-on", part.dataset.term === term);
    this.root.dataset.term = term;
  }

  take() {}

  async figures() {}

  draw() {
    return {};
  }

  async resize() {
    this.drawTwins();
  }

  close() {}
}
