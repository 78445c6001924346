/** The network panel: neurons with their pictures, connections by sign and size, biases. */
import {fit} from "./canvas.js";
import {css, divergingTable, mix, packed, rgb} from "./colour.js";
import {Neurons} from "./neurons.js";
import {Tip} from "./tip.js";
import {number} from "./words.js";

const MOST = 5; // |w| at which a connection is drawn at its widest
const SUBSCRIPT = "₀₁₂₃₄₅₆₇₈₉";

/** @param {number} n */
const subscript = n => [...String(n)].map(digit => SUBSCRIPT[+digit]).join("");

export class Network {
  /** @param {HTMLElement} panel @param {(neuron: {layer: number, index: number}|null) => void} onHover */
  constructor(panel, onHover) {
    this.panel = panel;
    this.onHover = onHover;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "The network");
    panel.append(this.canvas);
    this.tip = new Tip(panel);
    this.neurons = new Neurons(panel, this.tip, {name: node => this.name(node), point: node => this.hover(node)});
    this.atlas = document.createElement("canvas");
    this.hovered = null;
    panel.addEventListener("pointermove", event => this.point(event));
    panel.addEventListener("pointerleave", () => this.hideTip());
  }

  setScene(/** @type {any} */ scene, /** @type {string} */ theme) {
    this.scene = scene;
    this.palette = scene.palettes[theme];
    this.table = divergingTable(this.palette, scene.levels, 1);
    const {sizes, side} = scene.network;
    this.side = side;
    this.hovered = this.link = this.frame = null; // the neurons pointed at are gone
    this.tip.hide();
    this.offsets = []; // of each layer's weights and biases in a frame's flat `weights`
    let at = 0;
    for (let l = 1; l < sizes.length; l++) {
      this.offsets.push({w: at, b: at + sizes[l - 1] * sizes[l]});
      at += sizes[l - 1] * sizes[l] + sizes[l];
    }
    const pictures = sizes.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
    this.atlas.width = side;
    this.atlas.height = side * pictures;
    this.image = new ImageData(side, side * pictures);
    this.pixels = new Uint32Array(this.image.data.buffer);
    const {classes} = this.palette;
    this.classTables = classes.map((/** @type {string} */ hex) => Uint32Array.from({length: 256}, (_, byte) =>
      packed(mix(rgb(this.palette.neutral), rgb(hex), Math.max(0, Math.min(1, byte / scene.levels - 1))))));
    scene.network.inputMaps.forEach((/** @type {number[]} */ bytes, /** @type {number} */ i) => this.paint(i, bytes, this.table));
    this.layout();
    this.neurons.make(this.nodes);
  }

  /** Place every neuron; sizes follow the panel's. */
  layout() {
    const {sizes} = this.scene.network;
    const width = this.panel.clientWidth;
    const height = this.panel.clientHeight;
    this.pen = fit(this.canvas, width, height);
    const top = 26;
    const most = Math.max(...sizes);
    const pitch = Math.min(92, (height - top - 8) / most);
    const gap = (width - 66 - 46) / (sizes.length - 1);
    const base = Math.max(12, Math.min(60, pitch * 0.76, gap * 0.42));
    /** @type {{layer: number, index: number, x: number, y: number, r: number}[][]} */
    this.nodes = sizes.map((/** @type {number} */ count, /** @type {number} */ layer) => {
      const last = layer === sizes.length - 1;
      const side = last && count === 1 ? Math.min(72, Math.max(base, 40)) : base;
      return Array.from({length: count}, (_, index) => ({
        layer, index, r: side / 2,
        x: 66 + layer * gap,
        y: top + (height - top) / 2 + (index - (count - 1) / 2) * pitch,
      }));
    });
  }

  name({layer, index}) {
    const {sizes, inputs} = this.scene.network;
    if (layer === 0) return `Input ${inputs[index]}`;
    if (layer === sizes.length - 1) return sizes[layer] > 1 ? `Output for class ${index}` : "Output";
    return `Hidden layer ${layer}, neuron ${index + 1}`;
  }

  short({layer, index}) {
    const {sizes, inputs} = this.scene.network;
    if (layer === 0) return inputs[index];
    if (layer === sizes.length - 1) return sizes[layer] > 1 ? `y${subscript(index)}` : "y";
    return `h${subscript(index + 1)}`;
  }

  hover(node) {
    this.hovered = node;
    this.onHover(node);
    if (!node || !this.frame) return this.hideTip();
    this.tip.say(this.describe(node), node.x + node.r + 6, node.y - node.r, node.x - node.r - 6);
    this.render();
  }

  /** What a neuron computes, in numbers: its weights, in the order of the layer before, and its bias. */
  describe(node) {
    if (node.layer === 0) return this.name(node);
    const {sizes, activations} = this.scene.network;
    const {w, b} = this.offsets[node.layer - 1];
    const fan = sizes[node.layer];
    const sum = Array.from({length: sizes[node.layer - 1]}, (_, i) =>
      `${signed(this.frame.weights[w + i * fan + node.index])}·${this.short({layer: node.layer - 1, index: i})}`);
    const bias = this.frame.weights[b + node.index];
    const terms = [...sum, signed(bias)].join(" ").replace(/^\+ /, "").replace(/^− /, "−");
    return `${this.name(node)}\n${activations[node.layer - 1].toLowerCase()}(${terms})\nthe last term is the bias`;
  }

  hideTip() {
    this.tip.hide();
    this.link = null;
    if (this.frame) this.render();
  }

  /** Find the connection under the pointer and say its weight. */
  point(event) {
    if (this.hovered || !this.frame) return;
    const [px, py] = this.tip.place(event);
    const link = this.nearest(px, py);
    if (!link) {
      if (this.link) this.hideTip();
      return;
    }
    this.link = link;
    const from = this.nodes[link.layer][link.i];
    const to = this.nodes[link.layer + 1][link.j];
    this.tip.say(`${this.name(from)} → ${this.name(to)}\nweight ${number(this.weight(link))}`, px + 12, py + 10);
    this.render();
  }

  weight({layer, i, j}) {
    return this.frame.weights[this.offsets[layer].w + i * this.scene.network.sizes[layer + 1] + j];
  }

  nearest(px, py) {
    let best = null;
    let reach = 7;
    for (let layer = 0; layer + 1 < this.nodes.length; layer++) {
      const [a, b] = [this.nodes[layer][0], this.nodes[layer + 1][0]];
      const [x0, x1] = [a.x + a.r, b.x - b.r];
      if (px < x0 || px > x1) continue;
      const t = inverse((px - x0) / (x1 - x0));
      this.nodes[layer].forEach((from, i) => this.nodes[layer + 1].forEach((to, j) => {
        const y = from.y + (to.y - from.y) * (3 * t * t - 2 * t * t * t);
        if (Math.abs(y - py) < reach) {
          reach = Math.abs(y - py);
          best = {layer, i, j};
        }
      }));
    }
    return best;
  }

  paint(number, bytes, table) {
    const {side, pixels} = this;
    const start = number * side * side;
    for (let y = 0; y < side; y++) {
      const from = (side - 1 - y) * side;
      for (let x = 0; x < side; x++) pixels[start + y * side + x] = table[bytes[from + x]];
    }
  }

  /** Show a frame. */
  draw(/** @type {any} */ frame) {
    const fresh = !this.frame;
    this.frame = frame;
    const {sizes} = this.scene.network;
    const area = this.side * this.side;
    let number = sizes[0];
    for (let at = 0; at < frame.maps.length; at += area) this.paint(number++, frame.maps.subarray(at, at + area), this.table);
    const outputs = sizes[sizes.length - 1];
    const fine = this.scene.grid;
    const stride = (fine - 1) / (this.side - 1);
    const coarse = new Uint8Array(area);
    for (let c = 0; c < outputs; c++) {
      for (let y = 0; y < this.side; y++) {
        for (let x = 0; x < this.side; x++) coarse[y * this.side + x] = frame.surface[c * fine * fine + y * stride * fine + x * stride];
      }
      this.paint(number++, coarse, outputs > 1 ? this.classTables[c] : this.table);
    }
    this.atlas.getContext("2d").putImageData(this.image, 0, 0);
    this.render();
    if (this.hovered && fresh) this.hover(this.hovered); // the focus has come over from the network before
    else if (this.hovered) this.tip.say(this.describe(this.hovered));
  }

  render() {
    const {weights} = this.frame;
    const {pen} = this;
    const {sizes} = this.scene.network;
    const [low, high] = [rgb(this.palette.negative), rgb(this.palette.positive)];
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (let layer = 0; layer + 1 < sizes.length; layer++) {
      const crowd = Math.max(0.3, Math.min(1, Math.sqrt(20 / (sizes[layer] * sizes[layer + 1]))));
      for (let i = 0; i < sizes[layer]; i++) {
        for (let j = 0; j < sizes[layer + 1]; j++) {
          const w = weights[this.offsets[layer].w + i * sizes[layer + 1] + j];
          const size = Math.min(Math.abs(w), MOST);
          const touched = this.touches(layer, i, j);
          pen.strokeStyle = css(w < 0 ? low : high, touched === false ? 0.08 : Math.min(1, 0.16 + size * 0.55));
          pen.lineWidth = (0.5 + size * 1.3) * crowd + (touched ? 0.6 : 0);
          this.curve(pen, this.nodes[layer][i], this.nodes[layer + 1][j]);
        }
      }
    }
    this.renderNodes(pen, low, high);
  }

  /** Whether a connection belongs to what is pointed at; undefined while nothing is. */
  touches(layer, i, j) {
    if (this.link) return this.link.layer === layer && this.link.i === i && this.link.j === j ? true : undefined;
    const at = this.hovered;
    if (!at) return undefined;
    return (at.layer === layer && at.index === i) || (at.layer === layer + 1 && at.index === j);
  }

  curve(pen, from, to) {
    const [x0, x1] = [from.x + from.r, to.x - to.r];
    const middle = (x0 + x1) / 2;
    pen.beginPath();
    pen.moveTo(x0, from.y);
    pen.bezierCurveTo(middle, from.y, middle, to.y, x1, to.y);
    pen.stroke();
  }

  renderNodes(pen, low, high) {
    const {sizes, activations, inputs} = this.scene.network;
    pen.textAlign = "center";
    pen.textBaseline = "alphabetic";
    pen.imageSmoothingEnabled = true;
    let number = 0;
    let edge = -Infinity; // of the last title
    this.nodes.forEach((column, layer) => {
      pen.fillStyle = this.palette.muted;
      pen.font = "11px Inter, system-ui, sans-serif";
      const last = layer === sizes.length - 1;
      const wide = this.nodes[1][0].x - this.nodes[0][0].x;
      const title = layer === 0 ? "inputs" : last && wide > 150 ? `output · ${activations[layer - 1].toLowerCase()}` : activations[layer - 1].toLowerCase();
      const half = pen.measureText(title).width / 2 + 4;
      const middle = Math.max(half, Math.min(column[0].x, this.panel.clientWidth - half));
      if (middle - half >= edge) { // where columns stand close, rather no title than one into another
        pen.fillText(title, middle, 14);
        edge = middle + half;
      }
      for (const node of column) {
        const {x, y, r} = node;
        pen.drawImage(this.atlas, 0, number++ * this.side, this.side, this.side, x - r, y - r, 2 * r, 2 * r);
        const lit = this.hovered && this.hovered.layer === layer && this.hovered.index === node.index;
        pen.lineWidth = lit ? 2.5 : 1;
        pen.strokeStyle = lit ? this.palette.text : css(rgb(this.palette.text), 0.45);
        pen.strokeRect(x - r, y - r, 2 * r, 2 * r);
        if (layer === 0) {
          pen.fillStyle = this.palette.text;
          pen.textAlign = "right";
          pen.fillText(inputs[node.index], x - r - 5, y + 4);
          pen.textAlign = "center";
        } else {
          this.renderBias(pen, node, low, high);
        }
      }
    });
  }

  /** A dot at the neuron's foot: colour and size are the bias's. */
  renderBias(pen, {layer, index, x, y, r}, low, high) {
    const bias = this.frame.weights[this.offsets[layer - 1].b + index];
    const size = Math.min(Math.abs(bias), MOST);
    pen.beginPath();
    pen.arc(x - r, y + r, 2.5 + Math.min(3, size), 0, 2 * Math.PI);
    pen.fillStyle = css(mix(rgb(this.palette.neutral), bias < 0 ? low : high, Math.min(1, 0.35 + size)));
    pen.fill();
    pen.lineWidth = 1;
    pen.strokeStyle = this.palette.surface;
    pen.stroke();
  }

  resize() {
    if (!this.scene) return;
    this.layout();
    this.neurons.place(this.nodes);
    if (this.frame) this.render();
  }
}

function signed(/** @type {number} */ value) {
  return value < 0 ? `− ${number(-value, 2)}` : `+ ${number(value, 2)}`;
}

/** The parameter t of the curves above at which x has the share u: x(t) = 1.5·t(1−t)² + 1.5·t²(1−t) + t³. */
function inverse(/** @type {number} */ u) {
  let t = u;
  for (let k = 0; k < 6; k++) {
    const x = 1.5 * t * (1 - t) * (1 - t) + 1.5 * t * t * (1 - t) + t * t * t;
    t = Math.max(0, Math.min(1, t - (x - u) / 1.5));
  }
  return t;
}
