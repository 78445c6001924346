/** The player's buttons, timeline, inputs and keys: what a person does becomes a call of the player. */
import {rove} from "./keys.js";
import {face, input} from "./view.js";

/** What Space means something to itself. */
const TAKEN = "input, select, textarea, button, a, summary, [role=button], [role=slider], [role=combobox], [role=tab], [contenteditable=true]";

export class Controls {
  /** @param {ReturnType<import("./view.js").build>} ui @param {import("./player.js").Player} player */
  constructor(ui, player) {
    this.ui = ui;
    this.player = player;
    const {playback} = player;
    const press = (/** @type {string} */ name, /** @type {() => void} */ action) => {
      const key = ui.part(name);
      if (key) key.onclick = action;
    };
    press("play", () => playback.toggle());
    press("step-update", () => playback.stepTo(update => update + 1));
    press("step-epoch", () => playback.stepTo((update, perEpoch) => (Math.floor(update / perEpoch) + 1) * perEpoch));
    press("step-back", () => playback.goTo(playback.shown - 1));
    press("reset", () => player.restart("reset"));
    press("restart", () => player.restart("restart"));
    this.timeline = ui.part("timeline");
    this.timeline.oninput = () => playback.goTo(+this.timeline.value);
    const group = ui.part("buttons");
    rove(group).stop([...group.children].indexOf(ui.part("play")));
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
  }

  /** Follow a new run. */
  fill(/** @type {any} */ scene, /** @type {any} */ view) {
    const {ui, player} = this;
    for (const slot of ui.slots) {
      const name = slot.dataset.view;
      const row = scene.viewSettings[name];
      if (slot.dataset.made !== JSON.stringify(row)) { // what an epoch is depends on the clock
        slot.dataset.made = JSON.stringify(row);
        slot.replaceChildren(...input(name, row));
        slot.onchange = ({target}) => player.setView(name, target.type === "checkbox" ? target.checked : target.value);
      }
      const field = slot.querySelector("input, select");
      if (field.type === "checkbox") field.checked = view[name];
      else field.value = view[name];
    }
    player.screen.fillControls(scene);
    for (const key of ui.root.querySelectorAll(".nnp-buttons button")) key.disabled = false;
  }

  /** Say which frame is shown, of those from `begin` to `seen`. */
  setTime(/** @type {number} */ shown, /** @type {number} */ begin, /** @type {number} */ seen) {
    const {timeline} = this;
    if (+timeline.max !== seen) timeline.max = String(seen);
    if (+timeline.min !== begin) timeline.min = String(begin);
    timeline.value = String(shown);
  }

  setPlaying(/** @type {boolean} */ playing) {
    face(this.ui.part("play"), playing);
  }

  /** Space plays and pauses, unless it means something to what has the focus; Escape hides a tip. */
  key(/** @type {KeyboardEvent} */ event) {
    if (!this.ui.root.isConnected) return; // another page's
    if (event.key === "Escape") this.player.screen.dismiss();
    const target = /** @type {HTMLElement} */ (event.target);
    const idle = target.matches?.(".nnp-neuron, .nnp input[type=range]"); // Space means nothing to these
    if (event.code !== "Space" || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!idle && target.closest?.(TAKEN)) return;
    event.preventDefault();
    this.player.playback.toggle();
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
  }
}
