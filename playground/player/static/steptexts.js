/** What "Forward and back" says: pure functions from a step's note, or a state of the run, to text. */
import {count, decimals, escaped, figures, powers} from "./words.js";

/** What stands around a table's rows, and they themselves. @typedef {{head: string, rows: string[]}} Table */

const NAMES = ["", "Start", "Feed in", "Forward", "Error", "Back", "Update", "Next row"];

/** The seven steps of training, to press. */
export function track(/** @type {any} */ scene) {
  return Object.entries(scene.stages).map(([stage, title]) => `<li data-stage="${stage}"><button type="button" data-stage="${stage}" data-testid="stage-${stage}" title="${escaped(String(title))}">`
    + `<i>${stage}</i><span>${stage === "7" && scene.mode === "batch" ? "Next" : NAMES[+stage]}</span></button></li>`).join("");
}

/** A step: the stage, the formula in symbols and in numbers, and what happens. */
export function formula(/** @type {any} */ scene, /** @type {any} */ note) {
  const title = escaped(scene.stages[note.stage]);
  const symbols = note.symbols && !note.numbers.startsWith(`${note.symbols} =`) ? `<p class="nnp-fb-symbols">${powers(escaped(note.symbols))}</p>` : "";
  const numbers = note.numbers ? `<p class="nnp-fb-numbers" data-testid="numbers">${result(powers(escaped(note.numbers)))}</p>` : "";
  const remark = note.remark ? `<p class="nnp-fb-remark"><b>Watch out</b> ${escaped(note.remark)}</p>` : "";
  return `<h3>${note.stage}. ${title}</h3>${symbols}${numbers}<p class="nnp-fb-words">${escaped(note.words)}</p>${remark}`;
}

/** A formula whose result stands out. @param {string} text */
function result(text) {
  const at = Math.max(text.lastIndexOf("= "), text.lastIndexOf("≈ "));
  return at < 0 ? text : `${text.slice(0, at + 2)}<b>${text.slice(at + 2)}</b>`;
}

const HEAD = `<table><thead><tr><th scope="col">∂E/∂…</th><th scope="col">by hand</th><th scope="col">automatic</th><th scope="col">difference</th><th scope="col">old</th><th scope="col">new</th></tr></thead><tbody></tbody></table>`
  + "<p><b>By hand</b> are the formulas of step 5. <b>Automatic</b> is jax.grad, through the very functions that the Train page learns with, in 64 bits. Nothing of the one goes into the other.</p>";

/** Each weight's gradient by hand and by automatic differentiation, and what becomes of it. @returns {Table} */
export function gradients(/** @type {any} */ scene, /** @type {any} */ note, /** @type {any} */ found) {
  const partial = note.rows > 1 && note.row !== null && note.row < note.rows - 1;
  const rows = scene.parameters.filter((/** @type {any} */ {name}) => scene.learned.includes(name)).map((/** @type {any} */ {name, symbol}) => {
    const hand = note.gradients[name];
    const summing = partial || (note.rows > 1 && note.row !== null && note.kind !== "gradient");
    const done = hand !== undefined && !summing;
    const auto = done && found ? found.rows[name] : null;
    const lit = note.on.includes(name) && note.stage > 1 ? ' class="nnp-lit"' : "";
    const waits = done && !found ? "…" : "";
    return `<tr${lit}><th scope="row">${symbol}</th><td>${hand ?? ""}</td><td>${auto ? auto.found : waits}</td><td>${auto ? short(auto.difference) : ""}</td>`
      + `<td>${note.weights[name]}</td><td class="nnp-new">${note.fresh[name] ?? ""}</td></tr>`;
  });
  return {head: HEAD, rows};
}

/** A difference with two figures: what matters is how small it is. @param {string} text */
function short(text) {
  return text.replace(/^(−?\d\.\d)\d+·/, "$1·");
}

/** The truth table, with what the network answers at present. @param {any} scene @param {any} frame @param {any} note @returns {Table} */
export function answers(scene, frame, note) {
  const {middle, reach} = scene;
  const place = (/** @type {number} */ value) => Math.max(0, Math.min(100, 50 + (50 * (value - middle)) / reach));
  const rows = scene.rows.map((/** @type {number[]} */ row, /** @type {number} */ n) => {
    const target = +scene.targets[n].replace("−", "-");
    const value = frame.outputs[n];
    const right = frame.right[n];
    const lit = (note ? note.row !== null && note.x.join() === row.join() : frame.row[0] === n) ? ' class="nnp-lit"' : "";
    return `<tr${lit}><th scope="row">(${row.join(", ")})</th><td>${scene.targets[n]}</td><td><b>${decimals(value, 4)}</b></td>`
      + `<td class="nnp-fb-bar"><div><i style="left:${place(value).toFixed(1)}%"></i><u style="left:${place(target)}%"></u></div></td>`
      + `<td class="${right ? "nnp-yes" : "nnp-no"}">${right ? "✓ right" : "✗ wrong"}</td></tr>`;
  });
  return {rows, head: `<table><thead><tr><th scope="col">(x₁, x₂)</th><th scope="col">target</th><th scope="col">answer</th><th scope="col" class="nnp-fb-key"><i></i>answer <u></u>target</th><th scope="col"></th></tr></thead><tbody></tbody></table>`};
}

/** Show a table, changing only the rows that are not what they were. @param {any} place @param {Table} table */
export function fill(place, {head, rows}) {
  if (place.kept?.length !== rows.length) {
    place.innerHTML = head;
    place.querySelector("tbody").innerHTML = rows.join("");
  } else {
    const body = place.querySelector("tbody");
    rows.forEach((row, n) => { if (row !== place.kept[n]) body.rows[n].outerHTML = row; });
  }
  place.kept = rows;
}

/** How the run stands, in one sentence. */
export function runWords(/** @type {any} */ scene, /** @type {any} */ frame) {
  const update = frame.update[0];
  const right = frame.right.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
  const learned = frame.learned[0];
  const before = update === 0 ? "Before training" : `After update ${count(update)}`;
  const state = right === 4
    ? `all four answers are right${learned >= 0 && learned < update ? `, for the first time after update ${count(learned)}` : ""}`
    : `${["none", "one", "two", "three"][right]} of the four answers ${right === 1 ? "is" : "are"} right${learned >= 0 ? `, though all were after update ${count(learned)}` : "; not learned yet"}`;
  return `${before}: error ${figures(frame.train_loss[0])}, ${state}.`;
}

/** What an update of the run is made of. */
export function runSetting(/** @type {any} */ scene) {
  if (scene.mode === "batch") return "Each update adds up the gradients of all four rows; the Train page averages them instead.";
  return `Each update takes one row (online learning), in ${scene.shuffle ? "an order drawn anew each epoch; the steps keep to the order of the table" : "the order of the table, as the steps do"}.`;
}
