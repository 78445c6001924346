/** A small box of text beside the pointer, inside its panel. */
export class Tip {
  constructor(/** @type {HTMLElement} */ panel) {
    this.panel = panel;
    this.box = document.createElement("div");
    this.box.className = "nnp-tip";
    this.box.hidden = true;
    panel.append(this.box);
  }

  /** @param {string} text @param {number} [x] @param {number} [y] in the panel; left out, the box stays where it is */
  say(text, x, y) {
    this.box.textContent = text;
    this.box.hidden = false;
    if (x === undefined || y === undefined) return;
    const {offsetWidth: width, offsetHeight: height} = this.box;
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
