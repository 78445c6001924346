/** What the player says in words and legends. Pure functions; `screen.js` decides where and when. */

const MINUS = /-/g;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SHAPES = "●■▲◆✚"; // of the classes' points

/** Powers of e as they are written by hand. @param {string} text that is safe as HTML */
export function powers(text) {
  return text.replace(/e\^(?:\(((?:[^()]|\([^()]*\))*)\)|([^\s·)]+))/g, (_, inside, plain) => `e<sup>${inside ?? plain}</sup>`);
}

/** A number for reading: four figures, a true minus sign. */
export function number(/** @type {number} */ value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return power(value);
  return value.toFixed(size >= 100 ? 1 : digits).replace(MINUS, "−");
}

/** A number for comparing: three significant figures. */
export function figures(/** @type {number} */ value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e5) ? power(value) : count(+value.toPrecision(3), 6).replace(MINUS, "−");
}

/** A number far from 1, as in 1.23·10⁻⁷. */
function power(/** @type {number} */ value) {
  const [digits, exponent] = value.toExponential(2).split("e");
  const raised = [...exponent.replace("+", "")].map(letter => (letter === "-" ? "⁻" : RAISED[+letter])).join("");
  return `${digits.replace(MINUS, "−")}·10${raised}`;
}

/** A place, for reading: what is next to nothing beside the rest is 0. @param {number[]} values */
export function coordinates(values) {
  return values.map(value => figures(Math.abs(value) < 5e-5 ? 0 : value)).join(", ");
}

/** A plain decimal, whatever the size. */
export function decimal(/** @type {number} */ value) {
  if (!Number.isFinite(value)) return "";
  const text = String(value);
  if (!text.includes("e")) return text;
  return Math.abs(value) < 1 ? value.toFixed(12) : BigInt(Math.round(value)).toString();
}

/** @type {Intl.NumberFormat[]} */ const COUNTS = [];

/** A count for reading, with at most `digits` behind the point. */
export function count(/** @type {number} */ value, digits = 0) {
  COUNTS[digits] ??= new Intl.NumberFormat("en", {maximumFractionDigits: digits}); // to make one takes longer than all else
  return COUNTS[digits].format(value);
}

/** Text for innerHTML, or for what Plotly writes: what people may call a lane must not become markup. */
export function escaped(/** @type {string} */ text) {
  return text.replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`);
}

/** An entry of a panel's legend. */
function entry(/** @type {string} */ colour, /** @type {string} */ name, value = "", dashed = false) {
  return `<span><i ${dashed ? `class="nnp-dash" style="--line:${colour}"` : `style="background:${colour}"`}></i>${escaped(name)}${value && ` <b>${value}</b>`}</span>`;
}

/** The layers' colours; a long network's hidden ones go by their number. */
export function layerLegend(/** @type {any} */ scene, /** @type {string[]} */ colours) {
  const layers = scene.network.sizes.length - 1;
  return colours.map((colour, layer) => {
    if (layer === layers - 1) return entry(colour, "output");
    return entry(colour, layers > 5 && layer < layers - 1 ? String(layer + 1) : `hidden ${layer + 1}`);
  }).join("");
}

/** A scale from −`limit` to `limit`. @param {any} palette @param {number} limit */
export function scaleLegend(palette, limit) {
  const end = number(limit, Number.isInteger(limit) ? 0 : 1);
  return `<span>−${end} <i class="nnp-scale" style="background:linear-gradient(90deg, ${palette.negative}, ${palette.neutral}, ${palette.positive})"></i> ${end}</span>`;
}

/** What the colours of the plane and the points' shapes mean. */
export function classLegend(/** @type {any} */ scene, /** @type {any} */ palette) {
  const {sizes} = scene.network;
  const colours = scene.problem === "two_classes" ? [palette.negative, palette.positive] : palette.classes.slice(0, sizes[sizes.length - 1]);
  const entries = scene.problem === "regression"
    ? [scaleLegend(palette, 1)]
    : colours.map((/** @type {string} */ colour, /** @type {number} */ c) => `<span><b style="color:${colour}">${SHAPES[c]}</b>class ${c}</span>`);
  return entries.join("") + (scene.tested ? `<span>${scene.problem === "regression" ? "diamonds" : "hollow"}: test points</span>` : "");
}

/** The lines of the loss panel, with their values. @param {(name: string) => number} now a series' value */
export function lossLegend(/** @type {any} */ scene, /** @type {any} */ palette, now) {
  return entry(palette.train, "training", number(now("train_loss")))
    + entry(palette.test, "test", number(now("test_loss")), true)
    + (scene.rows < scene.trainRows ? entry(palette.batch, "batch") : "")
    + (now("penalty") > 0 ? entry(palette.extra, "penalty", number(now("penalty"))) : "");
}

/** The state of the run in one sentence. @param {(name: string) => number} now @param {(name: string) => number} before some frames ago */
export function sentence(/** @type {any} */ scene, now, before) {
  const change = (100 * (now("train_loss") - before("train_loss"))) / Math.max(Math.abs(before("train_loss")), 1e-12);
  const passed = now("update") - before("update");
  const epochs = passed / scene.perEpoch;
  const span = epochs < 1 ? `${count(passed)} update${passed > 1 ? "s" : ""}` : `${count(epochs, 1)} epoch${epochs > 1 ? "s" : ""}`;
  const trend = now("update") === 0 ? "before training"
    : Math.abs(change) < 0.5 ? `much as ${span} ago`
    : `${Math.abs(change) < 10 ? number(Math.abs(change), 1) : Math.round(Math.abs(change))} % ${change < 0 ? "lower" : "higher"} than ${span} ago`;
  const score = (/** @type {number} */ value) => (scene.problem === "regression" ? number(value, 2) : `${(100 * value).toFixed(1)} %`);
  return `Epoch ${count(now("update") / scene.perEpoch, 2)}, update ${count(now("update"))}: `
    + `training loss ${number(now("train_loss"))}, ${trend}; test loss ${number(now("test_loss"))}; `
    + `${scene.score === "R²" ? "R²" : scene.score.toLowerCase()} ${score(now("train_score"))} in training, ${score(now("test_score"))} in test.`;
}

/** Which layers no longer learn, in one sentence or none. @param {Float64Array} norms of the layers' gradients */
export function unreached(norms) {
  const still = [...norms].map((norm, layer) => (norm === 0 ? layer + 1 : 0)).filter(Boolean);
  if (!still.length) return "";
  const names = still.map(layer => (layer === norms.length ? "the output" : `hidden layer ${layer}`));
  return `No gradient reaches ${names.join(", ")}: nothing changes there.`;
}

/** How many rows an update uses, and where it is computed. */
export function rowsAndDevice(/** @type {any} */ {rows, trainRows, batch, device}) {
  const use = rows < trainRows
    ? (rows === 1 ? "one row an update" : `${rows} rows an update`)
    : batch > trainRows ? `fewer than the batch of ${batch} asked for, so all in each update` : "all in each update";
  return `${trainRows} training rows, ${use}; computed on the ${device}.`;
}

// ---- a comparison ----------------------------------------------------------------------------------------

const STATES = ["", "finished", "diverged"];
/** A score for reading: R², or accuracy in per cent. */
function scoreText(/** @type {any} */ scene, /** @type {number} */ value) {
  return scene.problem === "regression" ? number(value, 2) : `${(100 * value).toFixed(1)} %`;
}

/** Where a lane stands. @param {any} scene @param {number} lane @param {(name: string) => number} now */
export function laneStatus(scene, lane, now) {
  const {perEpoch} = scene.lanes[lane];
  const state = STATES[now("state")];
  return `<span>update <b>${count(now("update"))}</b></span><span>epoch <b>${count(now("update") / perEpoch, 2)}</b></span>`
    + `<span>loss <b>${figures(now("train_loss"))}</b></span>`
    + `<span title="of the test points">${scene.problem === "regression" ? "test R²" : "accuracy"} <b>${scoreText(scene, now("test_score"))}</b></span>`
    + (state && `<span class="nnp-state nnp-${state}">${state}</span>`);
}

/** The lanes' colours, and what their lines are. @param {any} scene @param {string} look */
export function raceLegend(scene, look) {
  return scene.lanes.map((/** @type {any} */ lane) => entry(lane.colours[look], lane.name)).join("")
    + "<span>dashed: test, faint: batches</span>";
}

/** What all lanes share, in one sentence. */
export function raceSetting(/** @type {any} */ {lanes, trainRows, device}) {
  return `${lanes.length} lanes from the same weights on the same ${trainRows} training rows; computed on the ${device}.`;
}

/** The lanes' losses in one sentence. @param {any} scene @param {(name: string) => number} now */
export function raceSentence(scene, now) {
  const at = {updates: "updates", epochs: "epochs", examples: "examples", seconds: "ms of computing"}[/** @type {"updates"} */ (scene.clock)];
  const lanes = scene.lanes.map((/** @type {any} */ lane, /** @type {number} */ n) => (STATES[now(`${n}.state`)] === "diverged"
    ? `${lane.name} has diverged at update ${count(now(`${n}.update`))}` : `${lane.name} ${figures(now(`${n}.train_loss`))}`));
  return `Training loss after ${count(now("update") / scene.perUnit, 2)} ${at}: ${lanes.join(", ")}.`;
}

/** What an update takes in each lane, where that is the clock. @param {any} scene @param {(name: string) => number} now */
export function costs(scene, now) {
  if (scene.clock !== "seconds") return "";
  const each = scene.lanes.map((/** @type {any} */ lane, /** @type {number} */ n) => `${lane.name} ${figures((1e6 * now(`${n}.seconds`)) / now(`${n}.update`))} µs`);
  return `An update takes, computing alone: ${each.join(", ")}.`;
}

// ---- a lesson --------------------------------------------------------------------------------------------

/** A weight or an answer that changes while one looks: three places, so that it stays where it is. */
export function decimals(/** @type {number} */ value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  return (Math.abs(value) >= 1000 ? value.toExponential(2) : value.toFixed(digits)).replace(MINUS, "−");
}
