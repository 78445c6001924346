/** What the player says in words and legends. Pure functions; `screen.js` decides where and when. */

const MINUS = /-/g;

/** A number for reading: four figures, a true minus sign. */
export function number(/** @type {number} */ value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : value.toFixed(size >= 100 ? 1 : digits);
  return text.replace(MINUS, "−");
}

/** A plain decimal, whatever the size. */
export function decimal(/** @type {number} */ value) {
  if (!Number.isFinite(value)) return "";
  const text = String(value);
  if (!text.includes("e")) return text;
  return Math.abs(value) < 1 ? value.toFixed(12) : BigInt(Math.round(value)).toString();
}

/** A count for reading, with at most `digits` behind the point. */
export function count(/** @type {number} */ value, digits = 0) {
  return value.toLocaleString("en", {maximumFractionDigits: digits});
}

/** An entry of a panel's legend. */
function entry(/** @type {string} */ colour, /** @type {string} */ name, value = "", dashed = false) {
  return `<span><i ${dashed ? `class="nnp-dash" style="--line:${colour}"` : `style="background:${colour}"`}></i>${name}${value && ` <b>${value}</b>`}</span>`;
}

/** The layers' colours; a long network's hidden ones go by their number. */
export function layerLegend(/** @type {any} */ scene, /** @type {string[]} */ colours) {
  const layers = scene.network.sizes.length - 1;
  return colours.map((colour, layer) => {
    if (layer === layers - 1) return entry(colour, "output");
    return entry(colour, layers > 5 && layer < layers - 1 ? String(layer + 1) : `hidden ${layer + 1}`);
  }).join("");
}

/** What the colours of the plane mean. */
export function classLegend(/** @type {any} */ scene, /** @type {any} */ palette) {
  const {sizes} = scene.network;
  const colours = scene.problem === "two_classes" ? [palette.negative, palette.positive] : palette.classes.slice(0, sizes[sizes.length - 1]);
  const entries = scene.problem === "regression"
    ? [`<span>−1 <i class="nnp-scale" style="background:linear-gradient(90deg, ${palette.negative}, ${palette.neutral}, ${palette.positive})"></i> 1</span>`]
    : colours.map((/** @type {string} */ colour, /** @type {number} */ c) => entry(colour, `class ${c}`));
  return `${entries.join("")}<span>${scene.problem === "regression" ? "diamonds" : "hollow"}: test</span>`;
}

/** The lines of the loss panel, with their values. @param {(name: string) => number} now a series' value */
export function lossLegend(/** @type {any} */ scene, /** @type {any} */ palette, now) {
  return entry(palette.train, "training", number(now("train_loss")))
    + entry(palette.test, "test", number(now("test_loss")), true)
    + (scene.rows < scene.trainRows ? entry(palette.batch, "batch") : "")
    + (now("penalty") > 0 ? entry(palette.extra, "penalty", number(now("penalty"))) : "");
}

/** The state of the run in one sentence. @param {(name: string) => number} now @param {number} before an earlier training loss */
export function sentence(/** @type {any} */ scene, now, before) {
  const change = (now("train_loss") - before) / Math.max(Math.abs(before), 1e-12);
  const trend = now("update") === 0 ? "before training" : change < -0.002 ? "falling" : change > 0.002 ? "rising" : "level";
  const score = (/** @type {number} */ value) => (scene.problem === "regression" ? number(value, 2) : `${(100 * value).toFixed(1)} %`);
  return `Epoch ${count(now("update") / scene.perEpoch, 2)}, update ${count(now("update"))}: `
    + `training loss ${number(now("train_loss"))}, ${trend}; test loss ${number(now("test_loss"))}; `
    + `${scene.score === "R²" ? "R²" : scene.score.toLowerCase()} ${score(now("train_score"))} in training, ${score(now("test_score"))} in test.`;
}

/** How many rows an update uses, and where it is computed. */
export function rowsAndDevice(/** @type {any} */ {rows, trainRows, batch, device}) {
  const use = rows < trainRows
    ? (rows === 1 ? "one row an update" : `${rows} rows an update`)
    : batch > trainRows ? `fewer than the batch of ${batch} asked for, so all in each update` : "all in each update";
  return `${trainRows} training rows, ${use}; computed on the ${device}.`;
}
