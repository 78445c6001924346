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

/**
 * A panel: a title, what it shows behind a question mark, further parts of its head, and a body to draw into.
 * @param {string} name @param {string} title @param {string} help @param {string} [tools]
 */
export function panel(name, title, help, tools = "") {
  const mark = help && `<span class="nnp-help" tabindex="0" role="note" aria-label="${help}">?<span aria-hidden="true">${help}</span></span>`;
  return `<section class="nnp-panel nnp-${name}" data-testid="panel-${name}" aria-label="${title}">`
    + `<header><h3>${title}</h3>${mark}${tools}</header><div class="nnp-body"></div></section>`;
}

/** A place for a setting of the view; what stands in it comes with the first run. @param {string} name */
export function slot(name, kind = "nnp-toggle") {
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

/** @typedef {{buttons?: Object<string, string|undefined>, clock?: string[]}} Bar  see `bar` */

/** The buttons in their order: what they say, their icon, and a word beside it. @type {Object<string, string[]>} */
const BUTTONS = {
  reset: ["Reset to the same start", "reset", ""],
  "step-back": ["Back one frame", "back", ""],
  play: ["Play", "play", ""],
  "step-update": ["One update", "update", "+1 update"],
  "step-epoch": ["One epoch", "epoch", "+1 epoch"],
  restart: ["New random start", "start", ""],
};

/**
 * The line above the panels. `buttons` gives other words to some of them, as in `{"step-update": "+1 step"}`, and takes
 * away those to which it gives none; `clock` names the two numbers at its end, the first of which counts epochs.
 */
function bar(/** @type {Bar} */ {buttons = {}, clock = ["Epoch", "Update"]}) {
  const made = Object.entries(BUTTONS).filter(([name]) => buttons[name] !== "").map(([name, [label, icon, text]]) =>
    button(name, buttons[name]?.replace("+1", "One") ?? label, icon, text && (buttons[name] ?? text)));
  return `
<div class="nnp-bar">
  <div class="nnp-buttons" data-testid="buttons" role="toolbar" aria-label="Playback">${made.join("")}</div>
  ${slot("speed", "nnp-speed")}
  <label class="nnp-time"><span>Timeline</span><input type="range" data-testid="timeline" aria-label="Timeline" min="0" max="0" value="0" step="1"></label>
  <dl class="nnp-clock">
    <div><dt data-show="clock-first">${clock[0]}</dt><dd data-show="epoch">0</dd></div>
    ${clock[1] ? `<div><dt data-show="clock-second">${clock[1]}</dt><dd data-show="update">0</dd></div>` : ""}
  </dl>
  <span class="nnp-wait" role="status" hidden>preparing…</span>
</div>`;
}

const WORDS = `
<p class="nnp-words"><span data-show="words"></span> <span data-show="device"></span></p>
<p class="nnp-spoken" role="status" aria-live="polite"></p>`;

const NOTICE = `<p class="nnp-notice" role="alert" title="Click to hide" hidden></p>`;

/**
 * Build the player's element and return its parts.
 * @param {{bar?: Bar, panels: string, below?: string}} markup `below` stands under the words
 */
export function build(markup) {
  const root = document.createElement("div");
  root.className = "nnp";
  root.dataset.testid = "player";
  root.dataset.state = "idle";
  root.tabIndex = -1;
  root.innerHTML = bar(markup.bar ?? {}) + markup.panels + WORDS + (markup.below ?? "") + NOTICE;
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
