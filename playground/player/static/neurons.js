/** A button over every neuron of the network panel: to point at it, and to reach it by the keyboard. */
import {rove} from "./keys.js";

/** @typedef {{layer: number, index: number, x: number, y: number, r: number}} Node */

export class Neurons {
  /**
   * @param {HTMLElement} panel @param {import("./tip.js").Tip} tip
   * @param {{name: (node: Node) => string, point: (node: Node|null) => void}} network `point` hears which neuron is
   *   pointed at or has the focus
   */
  constructor(panel, tip, network) {
    this.tip = tip;
    this.network = network;
    /** @type {Node[][]} */ this.columns = [];
    /** @type {Node[]} */ this.nodes = [];
    this.group = document.createElement("div");
    this.group.className = "nnp-neurons";
    this.group.setAttribute("role", "group");
    this.group.setAttribute("aria-label", "Neurons: arrow keys go from one to the next");
    panel.append(this.group);
    this.roving = rove(this.group, (from, columns, rows) => this.neighbour(from, columns, rows));
  }

  /** Make the buttons. The focus stays with its neuron, or goes to the nearest one that there is. */
  make(/** @type {Node[][]} */ columns) {
    const focused = this.nodes[[...this.group.children].indexOf(/** @type {Element} */ (document.activeElement))];
    const keys = columns.flat().map((node, number) => {
      const key = document.createElement("button");
      key.type = "button";
      key.className = "nnp-neuron";
      key.setAttribute("aria-label", this.network.name(node));
      key.setAttribute("aria-describedby", this.tip.box.id);
      key.onpointerenter = key.onfocus = () => this.network.point(this.nodes[number]);
      key.onpointerleave = key.onblur = () => this.network.point(null);
      return key;
    });
    this.group.replaceChildren(...keys);
    this.place(columns);
    this.roving.stop(0);
    if (!focused) return;
    const column = columns[Math.min(focused.layer, columns.length - 1)];
    keys[this.nodes.indexOf(column[Math.min(focused.index, column.length - 1)])].focus({preventScroll: true});
  }

  /** Put the buttons where the neurons are. */
  place(/** @type {Node[][]} */ columns) {
    this.columns = columns;
    this.nodes = columns.flat();
    this.nodes.forEach(({x, y, r}, number) => {
      const {style} = /** @type {HTMLElement} */ (this.group.children[number]);
      Object.assign(style, {left: `${x - r}px`, top: `${y - r}px`, width: `${2 * r}px`, height: `${2 * r}px`});
    });
  }

  /** The number of the neuron that lies so many layers and rows from another one. */
  neighbour(/** @type {number} */ from, /** @type {number} */ layers, /** @type {number} */ rows) {
    const {layer, index, y} = this.nodes[from];
    const column = this.columns[layer + layers] ?? [];
    const near = [...column].sort((a, b) => Math.abs(a.y - y) - Math.abs(b.y - y));
    return this.nodes.indexOf(layers ? near[0] : column[index + rows]);
  }
}
