/** The run that is played: its frames, which one is shown, what is asked for next, and the loop that moves on. */
import {Reel} from "./reel.js";
import {inflate} from "./wire.js";

const AHEAD = 36; // ask for more when fewer frames than this are waiting
const CHUNK = 48;
const FIRST = 8; // a short first answer comes sooner
const MOST_STEPS = 3; // presses kept while a step is under way
const REST_MS = 2000; // how often the link follows a run that plays
const SETTLE_MS = 400; // and how soon a timeline that is dragged
const PATIENCE_MS = 300; // without a word, until the first trained frames of a new network come
const CALM_MS = 500; // from frame to frame, for who wants little motion

/** @typedef {(update: number, perEpoch: number) => number} Choice  a step's end, from where it begins */

export class Playback {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.reel = new Reel();
    this.clear();
    this.playing = false;
  }

  clear() {
    this.shown = -1;
    this.seen = -1; // frames beyond it were never shown: a change may discard them
    /** @type {any} */ this.ended = null;
    this.goal = 0; // a link's update that is being caught up with
    this.madeFor = undefined; // the stride of the frames that wait
    this.stuck = false; // the server makes no more frames: until a person tries again, none are asked for
    this.dropSteps();
  }

  dropSteps() {
    this.step = 0; // the update that a single step waits for
    /** @type {Choice[]} */ this.steps = []; // steps asked for meanwhile
  }

  /** Take another run, that of `scene`: its first frames, and the update that the link leads to. */
  begin(/** @type {any} */ scene, /** @type {any} */ header, /** @type {Uint8Array} */ body, /** @type {any} */ fields) {
    this.scene = scene;
    this.reel = new Reel();
    this.reel.append(header, body, fields);
    this.reel.marks = [...scene.changes];
    this.clear();
    const last = this.reel.length - 1;
    this.whole = Boolean(header.ended); // nothing comes behind these frames
    if (this.whole) {
      this.seen = last;
      this.ended = {...header.ended, frame: last};
    }
    if (header.resume > this.reel.update(last)) this.goal = header.resume;
    else if (header.resume) {
      this.shown = this.reel.nearest(header.resume, last);
      this.seen = Math.max(this.seen, this.shown);
    }
    this.prepared();
    if (last === 0 && !this.whole) this.preparing = setTimeout(() => { this.player.ui.wait.hidden = false; }, PATIENCE_MS);
  }

  /** The first frames that a new run has trained are there, or will not come. */
  prepared() {
    clearTimeout(this.preparing);
    this.player.ui.wait.hidden = true;
  }

  /** Store frames that follow the ones that are there, unless nobody wants the answer to `ask` any more. */
  async take(/** @type {any} */ header, /** @type {Uint8Array} */ body, /** @type {import("./link.js").Question} */ ask) {
    const fields = await inflate(header, body);
    if (!this.player.link.awaits(ask) || header.origin !== this.reel.update(this.reel.length - 1)) return;
    this.reel.append(header, body, fields);
    this.prepared();
    const last = this.reel.length - 1;
    if (header.ended) this.ended = {...header.ended, frame: last};
    const newest = this.reel.update(last);
    if (this.goal) {
      await this.jump(last);
      if (newest >= this.goal || this.ended) {
        this.goal = 0;
        this.state(this.playing ? "playing" : "paused");
        if (!this.ended) this.player.tell("");
      }
    } else if (this.step && (newest >= this.step || this.ended)) {
      this.step = 0;
      await this.jump(last);
      if (!this.steps.length) this.rest();
    }
    if (this.ended && this.shown === this.ended.frame) this.finish();
  }

  /** Ask for the frames behind the last one, if none are under way and the page is seen. */
  more() {
    const {link, screen} = this.player;
    if (!this.scene || screen.dressing || this.ended || this.stuck || !link.idle || document.hidden) return;
    const last = this.reel.length - 1;
    const waiting = last - this.shown;
    const from = this.reel.update(last);
    const {stride} = this;
    const ask = (/** @type {object} */ detail) => link.ask({kind: "frames", from, ...detail});
    this.madeFor ??= stride;
    if (this.goal) {
      const far = this.goal - from;
      const leap = this.scene.dense ? 1 : Math.min(far, Math.ceil(this.goal / CHUNK));
      ask({stride: leap, count: Math.min(CHUNK, Math.floor(far / leap)), replay: true});
    } else if (this.step) {
      const far = this.step - from;
      ask(this.scene.dense ? {stride: 1, count: Math.min(CHUNK, far)} : {stride: far, count: 1});
    } else if (this.playing && waiting < AHEAD) {
      ask({stride, count: waiting < 2 ? FIRST : CHUNK});
    } else if (!this.playing && waiting < 1 && (last === 0 || this.scene.dense)) {
      ask({stride, count: FIRST});
    }
  }

  /** Updates from one frame to the next at the chosen speed. */
  get stride() {
    const {updates, epochs} = this.speed;
    return updates + epochs * this.scene.perEpoch;
  }

  get speed() {
    return this.scene.speeds.find((/** @type {any} */ speed) => speed.name === this.player.view[this.pace]);
  }

  /** The setting that names the speed. */
  get pace() {
    return this.scene.pace ?? "speed";
  }

  /** The update that is shown. */
  get update() {
    return this.shown > 0 ? this.reel.update(this.shown) : 0;
  }

  /** How a run stands that does not play. */
  get stance() {
    return this.whole && this.shown >= this.ended.frame ? this.ended.state : this.shown > 0 ? "paused" : "idle";
  }

  /** Frames from one picture to the next: a run that is there as a whole has a frame for each update. */
  get leap() {
    return this.whole ? Math.max(1, this.stride) : 1;
  }

  /** Follow a change of the speed. */
  setSpeed() {
    if (!this.playing) return; // `play` looks for itself
    this.cutAfter(this.seen);
    this.madeFor = this.stride;
    this.wake();
  }

  /** Follow a change of settings that keeps the weights: it applies from the frame on that is shown. */
  async follow() {
    this.stuck = false;
    this.cutAfter(this.shown);
    const {reel} = this;
    const update = this.shown > 0 ? reel.update(this.shown) : 0;
    if (update && !reel.marks.includes(update)) reel.marks.push(update);
    if (!this.playing && this.shown >= 0) await this.jump(this.shown); // the curves beyond it are no more
  }

  /** Drop the frames behind `frame`: what comes next is made for other settings, or at other distances. */
  cutAfter(/** @type {number} */ frame) {
    if (this.whole) return;
    frame = Math.max(0, frame);
    this.reel.truncate(frame + 1);
    this.seen = Math.min(this.seen, frame);
    if (this.ended) {
      this.ended = null;
      this.player.tell("");
      if (!this.playing) this.state("paused");
    }
    this.player.link.withdraw("frames");
  }

  // ---- showing -------------------------------------------------------------------------------------------

  /** Show frame `index`. Returns false while its pictures are packed. */
  draw(/** @type {number} */ index, settled = false) {
    const end = Math.max(this.seen, index);
    if (!this.player.screen.draw(this.reel, index, {settled, playing: this.playing, end})) return false;
    this.shown = index;
    this.seen = end;
    this.player.controls.setTime(index, this.reel.begin, this.seen);
    return true;
  }

  /** Show frame `index` at rest, unpacking it if need be. */
  async jump(/** @type {number} */ index) {
    const frame = Math.max(this.reel.begin, Math.min(index, this.reel.length - 1));
    const {reel} = this;
    this.wanted = frame;
    if (!this.draw(frame, true)) {
      await reel.load(frame);
      if (this.wanted === frame && this.reel === reel) this.draw(frame, true);
    }
  }

  state(/** @type {string} */ state) {
    this.player.ui.root.dataset.state = state;
    this.player.controls.setPlaying(state === "playing");
  }

  /** Take the next step, ask for what is missing, and move while playing. */
  wake() {
    if (!this.step && this.steps.length && !this.player.screen.dressing) {
      this.stepTo(/** @type {Choice} */ (this.steps.shift()));
    }
    this.more();
    if (this.playing && !this.looping) {
      this.looping = true;
      this.turned = 0;
      this.rested = performance.now();
      requestAnimationFrame(() => this.tick());
    }
  }

  tick() {
    if (!this.playing) {
      this.looping = false;
      return;
    }
    requestAnimationFrame(() => this.tick());
    const {screen} = this.player;
    // A screen may refresh oftener than 60 times a second; the run is no faster for it.
    const now = performance.now();
    if (now - this.turned > (this.calm ? CALM_MS : (this.speed.hold * 1000) / 60 - 5)) {
      if (this.shown + 1 < this.reel.length && !screen.dressing) {
        this.turned = now;
        const next = Math.min(this.shown + this.leap, this.reel.length - 1);
        if (!this.draw(next) && !screen.dressing) this.reel.load(next);
      }
      if (this.ended && this.shown >= this.ended.frame && !screen.turning) this.finish();
    }
    if (this.playing && !this.goal && now - this.rested > REST_MS) this.rest();
    this.more();
  }

  // ---- what a person asks for ----------------------------------------------------------------------------

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.playing || !this.scene) return; // pressed before the panels are dressed, it moves when they are
    this.stuck = false;
    this.stay();
    this.dropSteps();
    if (this.madeFor !== this.stride) this.cutAfter(this.seen);
    this.madeFor = this.stride;
    if (this.ended && this.shown >= this.ended.frame) {
      if (this.whole) this.draw(0, true); // once more
      this.cutAfter(this.shown);
    }
    this.playing = true;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.state("playing");
    this.wake();
  }

  /** Play from the start of a run that is there as a whole. */
  playAgain() {
    if (this.shown > 0) this.draw(0, true);
    this.play();
  }

  pause() {
    if (!this.playing) return;
    this.stay();
    this.stop("paused");
  }

  /** Go no further to where a link leads. */
  stay() {
    if (!this.goal) return;
    this.goal = 0;
    this.cutAfter(this.seen); // the frames under way are great leaps
    this.player.tell("");
  }

  finish() {
    const {reason, state} = this.ended;
    this.player.tell(reason, state === "diverged");
    this.stop(state);
  }

  stop(/** @type {string} */ state) {
    this.playing = false;
    this.dropSteps();
    this.state(state);
    this.jump(this.shown);
    this.rest();
  }

  /** Stop where we are, and ask for nothing more. */
  giveUp() {
    this.prepared();
    this.goal = 0;
    this.stuck = true;
    this.dropSteps();
    this.playing = false;
    this.state("paused");
  }

  /** Tell Python where we stand, so that a link or a reload leads back here. */
  rest() {
    if (this.shown < 0) return;
    this.rested = performance.now();
    this.player.link.forget("rest");
    this.player.link.ask({kind: "rest", update: this.reel.update(this.shown)});
  }

  /** Make exactly the updates up to the number that `choose` makes of the present one, and show the result. */
  stepTo(/** @type {Choice} */ choose) {
    if (!this.scene || this.goal) return;
    this.pause();
    this.stuck = false;
    if (this.step || this.player.screen.dressing) {
      if (this.steps.length < MOST_STEPS) this.steps.push(choose);
      return;
    }
    const target = choose(this.reel.update(this.shown), this.scene.perEpoch);
    // Where every frame is an update, those that wait are what is stepped to.
    const near = this.reel.nearest(target, this.scene.dense ? this.reel.length - 1 : this.seen);
    if (this.whole || (near > this.shown && this.reel.update(near) === target)) {
      this.state(this.whole && near === this.seen ? this.ended.state : "paused");
      this.jump(near).then(() => {
        this.rest();
        this.wake();
      });
      return;
    }
    if (!this.scene.dense) {
      this.cutAfter(this.shown);
      this.madeFor = 0; // no speed's distance
    }
    this.state("paused");
    this.step = target;
    this.more();
  }

  /** Show the state after `update` updates, made exactly where it has not been yet. */
  goToUpdate(/** @type {number} */ update) {
    const {reel} = this;
    const frame = reel.nearest(update, reel.length - 1);
    if (reel.update(frame) === update) this.goTo(frame);
    else this.stepTo(() => update);
  }

  goTo(/** @type {number} */ frame) {
    this.pause();
    if (frame < this.reel.begin || !this.scene) return;
    this.stay();
    this.dropSteps();
    this.state(this.whole && frame === this.seen ? this.ended.state : "paused");
    this.player.tell("");
    this.wake();
    this.jump(frame).then(() => {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.rest(), SETTLE_MS);
    });
  }
}
