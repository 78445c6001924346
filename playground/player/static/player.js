/**
 * The player, as Streamlit calls it: reads what Python says and hands it on. `link.js` asks, `playback.js` keeps the
 * run and moves through it, `screen.js` shows it, `controls.js` hears what a person wants.
 */
import {Controls} from "./controls.js";
import {Inputs} from "./inputs.js";
import {Link} from "./link.js";
import {Playback} from "./playback.js";
import {SCREENS} from "./screens.js";
import {build} from "./view.js";
import {inflate, open} from "./wire.js";

const RESIZE_MS = 60;
const GRACE_MS = 3000; // after which a player that was taken out of the page is given up
const FAR = 50_000; // updates that take a while to catch up with
const PATIENCE_MS = 300; // without a word, until a setting shows
const RECOVERY_MS = 10_000; // a problem that is back before will not go away by beginning again

/** @typedef {import("./link.js").Message} Message */
/** @typedef {import("./link.js").Question} Question */

/** @type {Map<string, Player>} */
const players = new Map();

/**
 * Called by Streamlit whenever there is a new message or another theme. Now and then Streamlit takes the
 * component out of the page and puts it in again while a script reruns; the player then moves over as it is,
 * and nothing that was shown is lost.
 */
export function show(/** @type {any} */ component) {
  const {parentElement: parent, data} = component;
  const message = open(data);
  const key = message.header.token;
  const player = players.get(key) ?? new Player(key, message.header.screen);
  players.set(key, player);
  clearTimeout(player.leaving);
  for (const [token, other] of players) {
    if (token !== key && parent.contains(other.ui.root)) { // of a session that the server has forgotten
      other.close();
      players.delete(token);
    }
  }
  if (player.ui.root.parentElement !== parent) parent.append(player.ui.root);
  player.announce = () => component.setTriggerValue("settings", Date.now());
  player.receive(message);
  return () => {
    if (player.ui.root.parentElement !== parent) return;
    player.leaving = setTimeout(() => {
      player.close();
      if (players.get(key) === player) players.delete(key);
    }, GRACE_MS);
  };
}

export class Player {
  /** @param {string} token @param {string} screen a key of `SCREENS` */
  constructor(token, screen) {
    const Screen = SCREENS[screen];
    this.ui = build(Screen.markup);
    this.ui.root.dataset.screen = screen;
    this.screen = new Screen(this.ui);
    this.link = new Link(new URL(`../ask/${token}`, import.meta.url).href, {
      receive: (message, ask) => this.receive(message, ask),
      refused: reason => this.giveUp(reason),
      disturbed: text => this.disturb(text),
    });
    /** Ask something beside the frames, for which nothing waits; the screen hears the answer, or null. */
    this.screen.ask = (/** @type {Question} */ question) => {
      const hear = (/** @type {any} */ header) => this.queue(() => this.screen.hear(header));
      this.link.beside(question).then(message => hear(message.header), () => hear(null));
    };
    this.inputs = new Inputs(this.ui, (name, text) => this.set({[name]: text}));
    this.screen.set = (/** @type {Object<string, string>} */ settings, /** @type {""|"start"|"play"} */ from = "") => this.set(settings, from);
    this.screen.tell = (/** @type {string} */ text) => this.tell(text);
    this.playback = new Playback(this);
    this.screen.go = (/** @type {number} */ update) => this.playback.goToUpdate(update);
    this.controls = new Controls(this.ui, this);
    /** @type {any} */ this.leaving = null;
    this.announce = () => {};
    this.disturbance = "";
    this.told = {text: "", grave: false};
    this.recovered = -Infinity;
    this.inbox = Promise.resolve();
    this.observer = new ResizeObserver(() => {
      clearTimeout(this.sizing);
      this.sizing = setTimeout(() => this.queue(() => this.resize()), RESIZE_MS);
    });
    this.observer.observe(this.ui.root);
    this.onVisibility = () => this.playback.wake();
    document.addEventListener("visibilitychange", this.onVisibility);
  }

  /** Do things that touch the panels one after the other, until the player is closed. */
  queue(/** @type {() => Promise<void>} */ work) {
    this.inbox = this.inbox.then(() => (this.closed ? undefined : work())).catch(error => this.fail(error));
    return this.inbox;
  }

  /** Read a message. `ask` is the question that it answers; news, from Streamlit or the server, answers none. */
  receive(/** @type {Message} */ message, /** @type {Question|null} */ ask = null) {
    return this.queue(() => this.read(message, ask));
  }

  /** News come on several ways: what has been read before, or has been overtaken, changes nothing. */
  async read(/** @type {Message} */ {header, body}, /** @type {Question|null} */ ask) {
    const {link, playback, screen} = this;
    if (ask?.kind === "set") {
      this.inputs.complain(Object.keys(ask.settings), header.problems ?? {});
      screen.complain(Object.keys(ask.settings), header.problems ?? {});
    }
    if (header.serial >= link.serial) {
      const changed = header.serial > link.serial;
      link.serial = header.serial;
      const awaited = (/** @type {string} */ kind) => ask?.kind === kind && link.awaits(ask); // else: withdrawn
      if (header.kind === "scene" && (header.run !== link.run || awaited("scene"))) await this.begin(header, body);
      else if (header.kind === "problem" && awaited("scene")) this.giveUp(header.text);
      else if (header.run !== link.run) link.ask({kind: "scene"});
      else {
        if (changed) await playback.follow();
        if (ask?.kind !== "frames") {
          if (header.text) this.tell(header.text);
        } else if (awaited("frames")) {
          if (header.kind === "frames") await playback.take(header, body, ask);
          else if (header.kind === "problem") this.recover(header.text);
        }
      }
      if (ask?.begin && header.kind === "noted" && playback.shown > 0) playback.goTo(0); // all was as it should be already
      if (ask?.play && header.kind !== "problem") playback.playAgain();
      if (header.query && (ask || this.addressed !== header.serial)) this.address(header);
    }
    if (!ask && this.scene && screen.theme !== screen.look) await this.dress();
    if (ask?.kind === "restart") this.announce();
    if (ask?.kind === "set") {
      clearTimeout(this.slow);
      this.ui.wait.hidden = true;
    }
    // Only now: until its frames are stored, the loop would ask for them again.
    if (link.awaits(ask)) link.answered();
    playback.wake();
  }

  /** Let the address bar lead to what is on the screen. A player out of the page may have left it to another one. */
  address(/** @type {any} */ {query, serial}) {
    if (!this.ui.root.isConnected) return;
    history.replaceState(history.state, "", `?${new URLSearchParams(query)}`);
    this.addressed = serial;
  }

  /** A new run: draw its untrained network. */
  async begin(/** @type {any} */ header, /** @type {Uint8Array} */ body) {
    const fields = await inflate(header, body);
    this.scene = header.scene;
    if (!this.view || this.scene.inputs) this.view = {...header.scene.view}; // an example of a lesson may bring its own speed
    this.link.run = header.run;
    this.link.withdraw("frames", "scene", "rest");
    this.screen.setScene(this.scene, header.run);
    this.playback.begin(this.scene, header, body, fields);
    this.controls.fill(this.scene, this.view);
    this.inputs.fill(this.scene.inputs ?? {});
    const goal = header.resume;
    this.tell(header.text ? header.text : goal > FAR ? `Going on to update ${goal.toLocaleString("en")}, where the link leads; press play to go on from here instead.` : "");
    await this.dress();
    if (!this.playback.playing) this.playback.state(this.playback.stance);
    this.link.follow();
  }

  /** Redraw everything from the figures, for a new run or another theme. */
  async dress() {
    const {playback} = this;
    const frame = Math.max(0, playback.shown);
    await this.screen.dress(this.view, playback.reel.frame(frame));
    // Before training there is no line that Plotly would have to draw, which takes it 0.1 s.
    const moving = playback.playing || frame === 0;
    if (!moving || !playback.draw(frame)) await playback.jump(frame);
    await this.resize();
  }

  async resize() {
    if (!this.ui.root.isConnected || !(await this.screen.resize())) return;
    if (this.playback.shown >= 0) this.playback.draw(this.playback.shown, true);
  }

  /** Begin again: `reset` from the same start, `restart` from another one. */
  restart(/** @type {"reset"|"restart"} */ kind) {
    if (kind === "reset") this.halt();
    this.link.ask({kind});
  }

  /** Stop playing what is about to begin again. */
  halt() {
    if (!this.playback.playing) return;
    this.playback.playing = false;
    this.playback.state("paused");
  }

  /**
   * Set settings of a lesson, as texts. What is set while a question is under way goes together with the next one.
   * @param {Object<string, string>} settings @param {""|"start"|"play"} from the start on instead of where the player
   *   is; with "play" it plays then
   */
  set(settings, from) {
    const {link, playback} = this;
    const waiting = this.setting && link.outbox.includes(this.setting) ? this.setting : null;
    const ask = waiting ?? {kind: "set", settings: {}};
    Object.assign(ask.settings, settings);
    Object.assign(ask, {update: from ? 0 : playback.update, begin: from === "start", play: Boolean(waiting?.play) || from === "play"});
    this.setting = ask;
    if (!waiting) link.ask(ask);
    clearTimeout(this.slow);
    this.slow = setTimeout(() => { this.ui.wait.hidden = false; }, PATIENCE_MS); // a first race on a surface is compiled
    if (from === "start") this.halt();
  }

  async setView(/** @type {string} */ name, /** @type {any} */ value) {
    this.view[name] = value;
    this.link.ask({kind: "view", settings: {[name]: value}});
    if (name === this.playback.pace) return this.playback.setSpeed();
    await this.queue(() => this.screen.setView(name, this.view));
    await this.playback.jump(this.playback.shown);
  }

  tell(/** @type {string} */ text, grave = false) {
    this.told = {text, grave};
    this.notify();
  }

  /** Say, over everything else, what is wrong with the line to the server; with no text, that nothing is. */
  disturb(/** @type {string} */ text) {
    this.disturbance = text;
    this.notify();
  }

  notify() {
    const {text, grave} = this.disturbance ? {text: this.disturbance, grave: true} : this.told;
    this.ui.notice.hidden = !text;
    this.ui.notice.textContent = text;
    this.ui.notice.classList.toggle("nnp-grave", grave);
  }

  /** The server cannot go on from where we are: begin again from what it has, and come back to here. */
  recover(/** @type {string} */ reason) {
    const now = performance.now();
    if (now - this.recovered < RECOVERY_MS) {
      this.giveUp(reason);
      return;
    }
    this.recovered = now;
    this.playback.rest();
    this.link.ask({kind: "scene"});
  }

  /** Stop asking, and say why. */
  giveUp(/** @type {string} */ reason) {
    this.link.forget();
    this.playback.giveUp();
    this.tell(reason, true);
  }

  fail(/** @type {any} */ error) {
    console.error(error);
    this.tell("The player met a fault and may show old pictures; reload the page to go on from the same place.", true);
  }

  close() {
    this.closed = true;
    this.playback.playing = false;
    this.link.close();
    this.controls.close();
    document.removeEventListener("visibilitychange", this.onVisibility);
    this.observer.disconnect();
    clearTimeout(this.sizing);
    this.screen.close();
    this.ui.root.remove();
  }
}
