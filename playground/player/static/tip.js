/** A small box of text beside the pointer or the focus, inside its panel. */

let made = 0;

export class Tip {
  constructor(/** @type {HTMLElement} */ panel) {
    this.panel = panel;
    this.box = document.createElement("div");
    this.box.className = "nnp-tip";
    this.box.id = `nnp-tip-${++made}`;
    this.box.setAttribute("role", "tooltip");
    this.box.hidden = true;
    panel.append(this.box);
  }

  /**
   * @param {string} text @param {number} [x] @param {number} [y] in the panel; left out, the box stays as it is, shown or not
   * @param {number} [end] where the box may end instead, if it does not fit behind x
   */
  say(text, x, y, end = 0) {
    this.box.textContent = text;
    if (x === undefined || y === undefined) return;
    this.box.hidden = false;
    const {offsetWidth: width, offsetHeight: height} = this.box;
    if (x + width > this.panel.clientWidth && end > width) x = end - width;
    this.box.style.left = `${Math.max(2, Math.min(x, this.panel.clientWidth - width - 4))}px`;
    this.box.style.top = `${Math.max(2, Math.min(y, this.panel.clientHeight - height - 4))}px`;
  }

  hide() {
    this.box.hidden = true;
  }

  /** Where an event happened, in the panel. @returns {[number, number]} */
  place(/** @type {PointerEvent} */ event) {
    const frame = this.panel.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  }
}
