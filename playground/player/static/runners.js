/** The table of who goes down: an optimizer and its rate in each line, and where it stands. */
import {field} from "./inputs.js";
import {coordinates, figures} from "./words.js";

const MOST = 8;

export class Runners {
  /** @param {HTMLElement} body @param {{set: (settings: Object<string, string>) => void, choose: (number: number) => void}} listener */
  constructor(body, listener) {
    this.listener = listener;
    this.made = "";
    this.body = body;
    /** @type {{line: HTMLElement, rate: import("./inputs.js").Field, pick: HTMLInputElement, cost: HTMLElement, place: HTMLElement, fault: HTMLElement}[]} */ this.lines = [];
  }

  /** @param {any} scene @param {string} look @param {number} chosen */
  setScene(scene, look, chosen) {
    this.scene = scene;
    /** @type {Map<number, string>} */ this.pending = new Map(); // rates that Python has not answered yet
    const made = JSON.stringify([scene.walkers.map((/** @type {any} */ each) => each.optimizer), look, scene.rateKind]);
    if (made !== this.made) {
      this.made = made;
      this.build(look);
    }
    const focus = document.activeElement;
    scene.walkers.forEach((/** @type {any} */ walker, /** @type {number} */ n) => {
      const {rate} = this.lines[n];
      if (!rate.elements.includes(/** @type {HTMLElement} */ (focus)) && this.lines[n].fault.hidden) rate.show(String(walker.rate));
      this.lines[n].line.title = walker.verdict;
    });
    this.mark(chosen);
  }

  build(/** @type {string} */ look) {
    const {scene} = this;
    const names = scene.walkers.map((/** @type {any} */ each) => each.optimizer);
    this.lines = scene.walkers.map((/** @type {any} */ walker, /** @type {number} */ n) => {
      const line = Object.assign(document.createElement("div"), {className: "nnp-runner"});
      line.style.setProperty("--lane", walker.colours[look]);
      const about = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ help) => ({name: `${name}-${n}`, label: `${label} of line ${n + 1}`, help, numbers: false});
      const optimizer = field({type: "choice", options: scene.optimizers}, about("optimizer", "Optimizer", "Who goes down"), chosen => {
        this.listener.set({optimizers: names.map((/** @type {string} */ name, /** @type {number} */ at) => (at === n ? chosen : name)).join(",")});
      });
      optimizer.show(walker.optimizer);
      const rate = field(scene.rateKind, about("rate", "Learning rate", "Its learning rate"), text => {
        this.pending.set(n, text); // a drag sends the next one before this one is answered
        this.asked = n;
        this.listener.set({rates: this.rates().join(",")});
      });
      const pick = Object.assign(document.createElement("input"), {type: "radio", name: "nnp-chosen", title: "Show its steps in numbers"});
      pick.setAttribute("aria-label", `Show the steps of ${walker.label} in numbers`);
      pick.onchange = () => this.listener.choose(n);
      const cost = Object.assign(document.createElement("b"), {className: "nnp-value"});
      const place = Object.assign(document.createElement("span"), {className: "nnp-place"});
      const gone = this.key("✕", `Take ${walker.label} out`, () => this.change(names.filter((/** @type {string} */ _, /** @type {number} */ at) => at !== n), n));
      gone.hidden = names.length < 2;
      const fault = Object.assign(document.createElement("p"), {className: "nnp-fault", hidden: true});
      fault.setAttribute("role", "alert");
      line.append(pick, ...optimizer.elements, cost, gone, ...rate.elements, place, fault);
      return {line, rate, pick, cost, place, fault};
    });
    const more = this.key("+ another optimizer", "Add an optimizer", () => {
      const fresh = Object.keys(scene.optimizers).find(name => !names.includes(name)) ?? names[0];
      this.listener.set({optimizers: [...names, fresh].join(",")});
    });
    more.hidden = names.length >= MOST;
    more.dataset.testid = "add-optimizer";
    const held = /** @type {HTMLElement|null} */ (document.activeElement)?.dataset.testid;
    const within = this.body.contains(document.activeElement);
    this.body.replaceChildren(...this.lines.map(({line}) => line), more);
    if (within && held) /** @type {HTMLElement|null} */ (this.body.querySelector(`[data-testid="${held}"]`) ?? more).focus();
  }

  /** The rates, those that are being set among them. @returns {string[]} */
  rates() {
    return this.scene.walkers.map((/** @type {any} */ each, /** @type {number} */ n) => this.pending.get(n) ?? String(each.rate));
  }

  /** Say beside the rate that was set last that it could not be used, or that all can. */
  complain(/** @type {string|undefined} */ problem) {
    this.lines.forEach(({fault, rate}, n) => {
      const wrong = Boolean(problem) && n === this.asked;
      if (!wrong && n !== this.asked) return;
      fault.hidden = !wrong;
      fault.textContent = problem ?? "";
      for (const element of rate.elements) {
        if (wrong) element.setAttribute("aria-invalid", "true");
        else element.removeAttribute("aria-invalid");
      }
    });
    this.pending.clear();
  }

  /** Have these optimizers, without line `gone`. @param {string[]} names @param {number} gone */
  change(names, gone) {
    const rates = this.scene.walkers.map((/** @type {any} */ each) => each.rate).filter((/** @type {any} */ _, /** @type {number} */ n) => n !== gone);
    this.listener.set({optimizers: names.join(","), rates: rates.join(",")});
  }

  key(/** @type {string} */ text, /** @type {string} */ label, /** @type {() => void} */ action) {
    const key = Object.assign(document.createElement("button"), {type: "button", className: "nnp-plain", textContent: text, title: label});
    key.setAttribute("aria-label", label);
    key.onclick = action;
    return key;
  }

  mark(/** @type {number} */ chosen) {
    this.lines.forEach(({pick, line}, n) => {
      pick.checked = n === chosen;
      line.classList.toggle("nnp-chosen", n === chosen);
    });
  }

  /** Say where each stands at frame `index`. @param {any} reel @param {number} index */
  say(reel, index) {
    this.lines.forEach(({cost, place}, n) => {
      const {data, size} = reel.series[`${n}.shown`] ?? reel.series[`${n}.place`]; // the cost is that of the average, where there is one
      const {left} = this.scene.walkers[n];
      cost.textContent = figures(reel.series[`${n}.cost`].data[index]);
      place.textContent = `(${coordinates([...data.slice(index * size, (index + 1) * size)])})`;
      place.classList.toggle("nnp-diverged", Boolean(left && index >= left.step));
      place.title = left && index >= left.step ? left.sentence : "where it stands";
    });
  }
}
