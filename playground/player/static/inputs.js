/**
 * Inputs for settings that are answered while the hand still moves: drawn from the rows of Python's table, which also
 * checks what they send. Where they stand, a screen says: `<div data-inputs="rate momentum" data-look="numbers">`;
 * without `numbers` a number has a slider, too.
 *
 * @typedef {{type: string, low: number, high: number, step: number|null, log: boolean, options: Object<string, string>, of: Kind, least: number, most: number, word: string|null}} Kind
 * @typedef {{label: string, help: string, allowed: string, kind: Kind, value: string, hidden: boolean, parts: string[]}} Row  `value` as in a link
 */

const MOST_STOPS = 100_000; // beyond so many values, a slider cannot choose one
const STOPS = 400; // of a slider over several decades

/** An input's field: its elements, and how to show a value. @typedef {{elements: HTMLElement[], show: (text: string) => void}} Field */

export class Inputs {
  /**
   * @param {ReturnType<import("./view.js").build>} ui
   * @param {(name: string, text: string) => void} changed hears a setting's new value, as in a link
   */
  constructor(ui, changed) {
    this.changed = changed;
    this.places = [...ui.root.querySelectorAll("[data-inputs]")];
    /** @type {Map<string, {name: string, box: HTMLElement, fault: HTMLElement, made: string, values: string[], fields: Field[]}>} */
    this.inputs = new Map();
  }

  /** Show the values of another scene. @param {Object<string, Row>} rows */
  fill(rows) {
    this.places.forEach((place, at) => {
      const names = /** @type {HTMLElement} */ (place).dataset.inputs?.split(" ") ?? [];
      for (const name of names.filter(each => rows[each])) this.fit(/** @type {HTMLElement} */ (place), `${name} ${at}`, name, rows[name]);
    });
  }

  /** Have an input for a row, as it is now; a setting may have one in several places. @param {HTMLElement} place @param {string} key @param {string} name @param {Row} row */
  fit(place, key, name, row) {
    const numbers = place.dataset.look === "numbers";
    const several = row.kind.type === "several";
    const kind = several ? row.kind.of : row.kind;
    const values = several ? (row.value === "none" ? [] : row.value.split(",")) : [row.value];
    const made = JSON.stringify([row.kind, row.parts, values.length]);
    let input = this.inputs.get(key);
    if (!input) {
      const box = Object.assign(document.createElement("div"), {className: "nnp-input"});
      box.dataset.setting = name;
      place.append(box);
      const fault = Object.assign(document.createElement("p"), {className: "nnp-fault", hidden: true});
      fault.setAttribute("role", "alert");
      fault.id = `nnp-fault-${key.replace(" ", "-")}`;
      input = {name, box, fault, made: "", values, fields: []};
      this.inputs.set(key, input);
    }
    input.box.hidden = row.hidden;
    if (input.made !== made) {
      Object.assign(input, {made, values});
      input.fields = values.map((value, at) => {
        const label = several ? (row.parts[at] ?? `${row.label} ${at + 1}`) : row.label;
        return field(kind, {name: several ? `${name}-${at + 1}` : name, label, help: row.help, numbers}, text => {
          /** @type {any} */ (input).values[at] = text;
          this.changed(name, /** @type {any} */ (input).values.join(","));
        });
      });
      const words = Object.assign(document.createElement("span"), {className: "nnp-label", textContent: row.label, title: `${row.help} Allowed is ${row.allowed}.`});
      const parts = input.fields.map((each, at) => {
        const part = Object.assign(document.createElement("label"), {className: "nnp-field"});
        if (several && row.parts[at]) part.append(Object.assign(document.createElement("span"), {textContent: row.parts[at]}));
        part.append(...each.elements);
        return part;
      });
      input.box.replaceChildren(words, ...parts, input.fault);
      input.box.classList.toggle("nnp-several", several);
    }
    input.values = values;
    const focus = document.activeElement;
    values.forEach((value, at) => {
      const {elements, show} = /** @type {any} */ (input).fields[at];
      // What is being typed, or dragged, stays as it is, and so does what was refused, beside the reason.
      if (!elements.includes(focus) && /** @type {any} */ (input).fault.hidden) show(value);
    });
  }

  /**
   * Say beside the inputs what of them could not be used.
   * @param {string[]} names those that were sent @param {Object<string, string>} problems the sentences on some of them
   */
  complain(names, problems) {
    for (const {name, fault, box} of this.inputs.values()) {
      if (!names.includes(name)) continue;
      fault.hidden = !problems[name];
      fault.textContent = problems[name] ?? "";
      for (const element of box.querySelectorAll("input, select")) {
        if (problems[name]) {
          element.setAttribute("aria-invalid", "true");
          element.setAttribute("aria-describedby", fault.id);
        } else {
          element.removeAttribute("aria-invalid");
          element.removeAttribute("aria-describedby");
        }
      }
    }
  }
}

/**
 * Make what a value is chosen with. Where a word stands beside the numbers, it is the slider's last stop. @param {any} kind
 * @param {{name: string, label: string, help: string, numbers: boolean}} about @param {(text: string) => void} changed
 * @returns {Field}
 */
export function field(kind, about, changed) {
  if (kind.type === "choice") return choice(kind, about, changed);
  if (kind.type === "flag") return flag(about, changed);
  if (kind.type === "text") return text(about, changed);
  const typed = text(about, changed);
  const box = /** @type {HTMLInputElement} */ (typed.elements[0]);
  box.inputMode = "decimal";
  box.className = "nnp-number";
  if (about.numbers || kind.high - kind.low > MOST_STOPS) return {elements: [box], show: value => { box.value = rounded(value); }};
  const slider = named(document.createElement("input"), {...about, name: `${about.name}-slider`});
  const {low, high, log} = kind;
  slider.type = "range";
  const step = kind.type === "whole" ? 1 : (kind.step ?? (high - low) / 200);
  if (log) Object.assign(slider, {min: "0", max: String(STOPS), step: "1"});
  else Object.assign(slider, {min: String(low), max: String(high), step: String(step)});
  const show = (/** @type {string} */ value) => {
    box.value = rounded(value);
    slider.value = value === kind.word ? slider.max : String(log ? (STOPS * Math.log(+value / low)) / Math.log(high / low) : +value);
  };
  slider.oninput = () => {
    const value = log ? low * (high / low) ** (+slider.value / STOPS) : +slider.value;
    const short = kind.word && slider.value === slider.max ? kind.word : String(+value.toPrecision(log ? 2 : 4));
    box.value = short;
    changed(short);
  };
  box.addEventListener("change", () => show(box.value));
  return {elements: [slider, box], show};
}

/** @param {Kind} kind @param {any} about @param {(text: string) => void} changed @returns {Field} */
function choice({options}, about, changed) {
  const list = named(document.createElement("select"), about);
  for (const [value, label] of Object.entries(options)) list.add(new Option(label, value));
  list.onchange = () => changed(list.value);
  return {elements: [list], show: value => { list.value = value; }};
}

/** @param {any} about @param {(text: string) => void} changed @returns {Field} */
function flag(about, changed) {
  const box = named(document.createElement("input"), about);
  box.type = "checkbox";
  box.onchange = () => changed(box.checked ? "1" : "0");
  return {elements: [box], show: value => { box.checked = value === "1"; }};
}

/** Something typed: it counts when it is left, or with Enter. @param {any} about @param {(text: string) => void} changed @returns {Field} */
function text(about, changed) {
  const box = named(document.createElement("input"), about);
  Object.assign(box, {type: "text", spellcheck: false, autocomplete: "off"});
  box.onchange = () => changed(box.value.trim().replace("−", "-").replace(/^(-?\d+),(\d+)$/, "$1.$2"));
  return {elements: [box], show: value => { box.value = value; }};
}

/** @template {HTMLInputElement|HTMLSelectElement} E @param {E} element @param {any} about @returns {E} */
function named(element, {name, label, help}) {
  element.dataset.testid = name;
  element.title = help;
  element.setAttribute("aria-label", label);
  return element;
}

/** A number as it is read, without what computing in binary leaves behind. @param {string} value */
function rounded(value) {
  return Number.isFinite(+value) && value.length > 8 ? String(+(+value).toPrecision(6)) : value;
}
