/** Arrow keys: within a group of buttons, and over a picture as the pointer goes over it. */

/** @type {Object<string, [number, number]>} */
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

/** Where an arrow key points to, as [columns, rows], or null. @returns {[number, number]|null} */
function arrow(/** @type {KeyboardEvent} */ event) {
  return event.ctrlKey || event.metaKey || event.altKey ? null : (ARROWS[event.key] ?? null);
}

/**
 * Make the buttons of a group one stop of the Tab key: arrow keys move the focus among them, Home and End to the
 * first and the last.
 * @param {HTMLElement} group @param {(from: number, columns: number, rows: number) => number} [move] the number of
 *   the button that lies there; without it they form a row
 */
export function rove(group, move = (from, columns) => from + columns) {
  const items = () => /** @type {HTMLElement[]} */ ([...group.querySelectorAll("button")]);
  const stop = (/** @type {Element} */ at) => items().forEach(item => { item.tabIndex = item === at ? 0 : -1; });
  group.addEventListener("focusin", event => stop(/** @type {Element} */ (event.target)));
  group.addEventListener("keydown", event => {
    const all = items();
    const from = all.indexOf(/** @type {HTMLElement} */ (event.target));
    const way = arrow(event);
    const to = way ? move(from, ...way) : event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : -1;
    if (from < 0 || to === from || !all[to]) return;
    event.preventDefault();
    all[to].focus();
  });
  return {stop: (/** @type {number} */ number) => stop(items()[number])};
}

/**
 * Lets the arrow keys go over a panel's picture: something to focus, a mark where it is, the panel's tip beside it,
 * and the same words aloud.
 * @typedef {{x: number, y: number, w: number, h: number, text: string}} Place  a box in the panel and what to say of it
 */
export class Explorer {
  /**
   * @param {HTMLElement} panel @param {import("./tip.js").Tip} tip @param {string} label
   * @param {{move: (columns: number, rows: number) => void, here: () => Place|null}} picture
   */
  constructor(panel, tip, label, picture) {
    this.tip = tip;
    this.picture = picture;
    this.stage = document.createElement("div");
    this.stage.className = "nnp-explorer";
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "application"); // so that a screen reader leaves the arrow keys to us
    this.stage.setAttribute("aria-label", `${label}: arrow keys move over it`);
    this.stage.setAttribute("aria-describedby", tip.box.id);
    this.mark = document.createElement("div");
    this.mark.className = "nnp-mark";
    this.mark.hidden = true;
    this.aloud = document.createElement("span");
    this.aloud.className = "nnp-spoken";
    this.aloud.setAttribute("aria-live", "polite");
    this.stage.append(this.mark, this.aloud);
    panel.append(this.stage);
    this.stage.onfocus = () => this.show();
    this.stage.onblur = () => this.hide();
    this.stage.onkeydown = event => this.key(event);
  }

  key(/** @type {KeyboardEvent} */ event) {
    const way = arrow(event);
    if (event.key === "Escape") this.hide();
    if (!way) return;
    event.preventDefault();
    this.picture.move(...way);
    this.show();
  }

  show() {
    const place = this.place();
    if (!place) return;
    this.mark.hidden = false;
    this.tip.say(place.text, place.x + place.w + 8, place.y + place.h + 8);
    this.aloud.textContent = place.text;
  }

  /** The picture has changed: so may the mark's place and what there is to say. */
  update() {
    const place = this.mark.hidden ? null : this.place();
    if (place) this.tip.say(place.text);
  }

  place() {
    const place = this.picture.here();
    if (!place) return null;
    const {x, y, w, h} = place;
    Object.assign(this.mark.style, {left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px`});
    return place;
  }

  hide() {
    this.mark.hidden = true;
    this.tip.hide();
  }
}
