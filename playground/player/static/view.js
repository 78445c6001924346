/** The player's elements: its buttons, panels and lines of text, made once. */

const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  reset: "M12 5V2L7 6l5 4V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z",
  back: "M6 5h2v14H6zM20 5v14l-10-7z",
  update: "M16 5h2v14h-2zM4 5v14l10-7z",
  epoch: "M18 5h2v14h-2zM3 5v14l7.5-7zM10.5 5v14l7.5-7z",
  start: "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm0 2v14h14V5zm3 1.5A1.5 1.5 0 1 1 8 9.5 1.5 1.5 0 0 1 8 6.5zm8 8a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3zm-4-4a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z",
};

/** @param {string} name @param {string} label @param {string} icon @param {string} [text] */
function button(name, label, icon, text = "") {
  return `<button type="button" data-testid="${name}" aria-label="${label}" title="${label}" disabled>`
    + `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>${text && `<span>${text}</span>`}</button>`;
}

/** What a panel shows, behind a question mark. */
const HELP = {
  network: "Each square is what a neuron outputs over the plane of the two inputs. Lines are weights: blue positive, orange negative, thicker when larger. The dot at a neuron's corner is its bias. Point at a neuron to see its picture large, with its formula.",
  boundary: "Each point is a row of data, coloured by its class or value. The colour behind it is what the network answers there: strong where it is sure, pale where it is not.",
  weights: "Above, every weight as a cell: a row for each neuron, a column for each one it hears; blue positive, orange negative. Below, the mean size of each layer's weights with their spread, and the length of the gradient: how steep the loss is for the layer.",
  loss: "How wrong the network is on average, and below how often it is right (for numbers R², the share of the variation it explains). Training rows are learned from; test rows are only looked at. Penalty is what L1 and L2 add; batch is the loss on the rows of one update alone.",
  noise: "Each update follows the gradient of its own batch. Above, the angle between that and the gradient of all rows: 0° is straight downhill, 90° says nothing about it. Below, its length compared with the full one's.",
  path: "Every point of this plane is a network: two directions through the space of all weights, the loss as height. The lines are the ways the lanes went, seen from above. What a plane cannot show is said in the sentence above it.",
  solid: "The same plane with the loss as height. The lines run at the true loss of the lanes: where they float above the surface, the way has left the plane.",
  spread: "How far gradients of batches scatter around the full one, at each lane's present weights, for many batch sizes. Four times the rows, a quarter of the variance: a straight line, until the batch is nearly everything.",
  size: "The mean size of all weights of each lane's network.",
};

/** @param {string} topic */
function help(topic) {
  return `<span class="nnp-help" tabindex="0" role="note" aria-label="${HELP[topic]}">?<span aria-hidden="true">${HELP[topic]}</span></span>`;
}

/** @param {string} name @param {string} title @param {string} tools @param {string} topic */
function panel(name, title, tools = "", topic = name) {
  return `<section class="nnp-panel nnp-${name}" data-testid="panel-${name}" aria-label="${title}">`
    + `<header><h3>${title}</h3>${HELP[topic] ? help(topic) : ""}${tools}</header><div class="nnp-body"></div></section>`;
}

/** A place for a setting of the view; what stands in it comes with the first run. @param {string} name */
function slot(name, kind = "nnp-toggle") {
  return `<label class="${kind}" data-view="${name}"></label>`;
}

/**
 * The parts of a setting's label: a switch, or a list where it has options.
 * @param {string} name @param {{label: string, help: string, options: Object<string, string>|null}} row
 */
export function input(name, {label, help, options}) {
  const words = Object.assign(document.createElement("span"), {textContent: label, title: help});
  const field = document.createElement(options ? "select" : "input");
  field.dataset.testid = name;
  field.title = help;
  if (field instanceof HTMLSelectElement) {
    field.setAttribute("aria-label", label);
    for (const [value, text] of Object.entries(options ?? {})) field.add(new Option(text, value));
    return [words, field];
  }
  field.type = "checkbox";
  return [field, words];
}

const TOP = `
<div class="nnp-bar">
  <div class="nnp-buttons" data-testid="buttons" role="toolbar" aria-label="Playback">
    ${button("reset", "Reset to the same start", "reset")}
    ${button("step-back", "Back one frame", "back")}
    ${button("play", "Play", "play")}
    ${button("step-update", "One update", "update", "+1 update")}
    ${button("step-epoch", "One epoch", "epoch", "+1 epoch")}
    ${button("restart", "New random start", "start")}
  </div>
  ${slot("speed", "nnp-speed")}
  <label class="nnp-time"><span>Timeline</span><input type="range" data-testid="timeline" aria-label="Timeline" min="0" max="0" value="0" step="1"></label>
  <dl class="nnp-clock">
    <div><dt data-show="clock-first">Epoch</dt><dd data-show="epoch">0</dd></div>
    <div><dt data-show="clock-second">Update</dt><dd data-show="update">0</dd></div>
  </dl>
  <span class="nnp-wait" role="status" hidden>preparing…</span>
</div>
`;

const TRAIN = `
<div class="nnp-panels">
  ${panel("network", "Network", `<span class="nnp-hint">point at a neuron, or focus it, to see what it computes</span>`)}
  ${panel("boundary", "Decision boundary", `<span class="nnp-key nnp-line nnp-last" data-show="classes"></span>${slot("discretize")}${slot("show_test")}`)}
  ${panel("weights", "Weights", `<span class="nnp-key" data-show="layers"></span>`)}
  ${panel("loss", "Loss", `${slot("log_loss")}${slot("axis")}<span class="nnp-key nnp-line" data-show="losses"></span>`)}
</div>`;

const COMPARE = `
<div class="nnp-key nnp-shared"><span class="nnp-key" data-show="classes"></span>${slot("discretize")}${slot("show_test")}</div>
<div class="nnp-lanes" data-show="lanes"></div>
<div class="nnp-charts">
  ${panel("loss", "Loss", `${slot("log_loss")}<span class="nnp-key nnp-line" data-show="losses"></span>`)}
  ${panel("weights", "Weights", `<span class="nnp-hint">mean |w| of the whole network</span>`, "size")}
  ${panel("noise", "Gradient noise", `<span class="nnp-hint">of the batch that comes next</span>`)}
</div>`;

const DEEPER = `
<p class="nnp-relief" data-show="relief" role="status"></p>
<div class="nnp-deeper">
  ${panel("path", "The paths on the loss surface", slot("plane"))}
  ${panel("solid", "The same surface in space", `<span class="nnp-hint">drag to turn it</span>`)}
  ${panel("spread", "Noise and batch size", `<span class="nnp-hint">line: expected, dots: measured</span>`)}
</div>`;

const WORDS = `
<p class="nnp-words"><span data-show="words"></span> <span data-show="device"></span></p>
<p class="nnp-spoken" role="status" aria-live="polite"></p>`;

const NOTICE = `<p class="nnp-notice" role="alert" title="Click to hide" hidden></p>`;

/** One lane of a comparison. @param {number} number */
export function lane(number) {
  return panel(`lane${number}`, "", `<span class="nnp-key" data-show="lane${number}"></span>`);
}

/** Build the player's element and return its parts. @param {"train"|"compare"} screen */
export function build(screen) {
  const root = document.createElement("div");
  root.className = "nnp";
  root.dataset.testid = "player";
  root.dataset.state = "idle";
  root.tabIndex = -1;
  root.innerHTML = TOP + (screen === "compare" ? COMPARE : TRAIN) + WORDS + (screen === "compare" ? DEEPER : "") + NOTICE;
  const notice = /** @type {HTMLElement} */ (root.querySelector(".nnp-notice"));
  notice.onclick = () => { notice.hidden = true; };
  /** @type {Map<string, any>} */ const found = new Map();
  const find = (/** @type {string} */ selector) => {
    if (!found.has(selector)) found.set(selector, root.querySelector(selector));
    return found.get(selector);
  };
  const part = (/** @type {string} */ name) => find(`[data-testid="${name}"]`);
  const show = (/** @type {string} */ name) => find(`[data-show="${name}"]`);
  return {
    root,
    part,
    show,
    body: (/** @type {string} */ name) => part(`panel-${name}`).querySelector(".nnp-body"),
    title: (/** @type {string} */ name) => find(`[data-testid="panel-${name}"] h3`),
    notice,
    spoken: /** @type {HTMLElement} */ (root.querySelector(".nnp-spoken")),
    wait: /** @type {HTMLElement} */ (root.querySelector(".nnp-wait")),
    slot: (/** @type {string} */ name) => find(`[data-view="${name}"]`),
    slots: /** @type {any[]} */ ([...root.querySelectorAll("[data-view]")]),
  };
}

/** Switch the play button between its two faces. */
export function face(/** @type {HTMLElement} */ play, /** @type {boolean} */ playing) {
  const label = playing ? "Pause" : "Play";
  if (play.title === label) return;
  play.title = label;
  play.setAttribute("aria-label", label);
  /** @type {any} */ (play.querySelector("path")).setAttribute("d", playing ? ICONS.pause : ICONS.play);
}
