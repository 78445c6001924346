/**
 * The player: asks Python for frames, keeps them, and shows them. Each panel draws a frame; one loop, on the
 * browser's own clock, decides which frame that is.
 */
import {Boundary} from "./boundary.js";
import {Chart, number} from "./chart.js";
import {Matrices} from "./matrices.js";
import {Network} from "./network.js";
import {Reel} from "./reel.js";
import {build, face} from "./view.js";
import {inflate, open} from "./wire.js";

const AHEAD = 36; // ask for more when fewer frames than this are waiting
const CHUNK = 48;
const FIRST = 8; // a short first answer comes sooner
const RETRY_MS = 1500; // after a question that could not be sent
const WORDS_MS = 120; // words and legends change no oftener

const MOST_STEPS = 3; // presses kept while a step is under way
const REST_MS = 2000; // how often the link follows a run that plays
const GRACE_MS = 3000;

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
  const player = players.get(key) ?? new Player(key);
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

class Player {
  constructor(/** @type {string} */ token) {
    this.address = new URL(`../ask/${token}`, import.meta.url).href;
    this.ui = build();
    /** @type {any} */ this.leaving = null;
    this.reel = new Reel();
    this.shown = -1;
    this.seen = -1; // frames beyond it were never shown: a change may discard them
    this.playing = false;
    this.ended = null;
    this.goal = 0; // a link's update that is being caught up with
    this.step = 0; // the update that a single step waits for
    /** @type {(() => void)[]} */ this.steps = []; // steps asked for meanwhile
    /** @type {any[]} */ this.outbox = [];
    /** @type {any} */ this.waiting = null;
    this.announce = () => {};
    this.inbox = this.prepare();
    this.listen();
  }

  async prepare() {
    const {default: load} = await import("./plotly.js");
    const Plotly = await load();
    const {ui} = this;
    this.boundary = new Boundary(ui.body("boundary"), Plotly);
    this.network = new Network(ui.body("network"), neuron => this.hover(neuron));
    this.weights = new Chart(ui.body("weights"), Plotly);
    this.matrices = new Matrices(ui.body("weights"), this.weights.plot);
    this.loss = new Chart(ui.body("loss"), Plotly);
  }

  // ---- messages ------------------------------------------------------------------------------------------

  /** Read messages one after the other. `ask` is the question that a message answers. */
  receive(/** @type {{header: any, body: Uint8Array}} */ message, /** @type {any} */ ask = null) {
    this.inbox = this.inbox.then(() => this.read(message, ask)).catch(error => this.fail(error));
  }

  async read(/** @type {{header: any, body: Uint8Array}} */ {header, body}, /** @type {any} */ ask) {
    const theme = this.theme();
    const known = header.run === this.run && header.serial === this.serial;
    if (!ask && known) {
      if (this.scene && theme !== this.look) await this.dress();
      return;
    }
    this.serial = header.serial;
    const wanted = !known || ["scene", "reset", "restart"].includes(ask.kind);
    if (header.kind === "scene") await (wanted && this.begin(header, body));
    else if (header.run !== this.run) this.ask({kind: "scene"});
    else if (header.kind === "frames" && ask === this.waiting) await this.take(header, body); // else: withdrawn
    else if (header.kind === "changed") this.cutAfter(this.shown);
    else if (header.kind === "problem" && ask?.kind === "frames") this.giveUp(header.text);
    else if (header.text) this.tell(header.text);
    if (header.query) history.replaceState(history.state, "", `?${new URLSearchParams(header.query)}`);
    if (ask?.kind === "restart") this.announce();
    // Only now: until its frames are stored, the loop would ask for them again.
    if (ask && ask === this.waiting) this.answered();
    this.wake();
  }

  /** A new run: draw its untrained network. */
  async begin(/** @type {any} */ header, /** @type {Uint8Array} */ body) {
    const first = await inflate(header, body);
    this.dressing = true; // the panels still belong to the old run: nothing is drawn until they are dressed
    this.scene = header.scene;
    this.run = header.run;
    this.view ??= {...header.scene.view};
    this.reel = new Reel();
    this.reel.append(header, body, first);
    this.shown = this.seen = -1;
    this.ended = null;
    this.goal = header.resume;
    this.step = 0;
    this.steps = [];
    this.madeFor = undefined;
    this.hovered = null;
    this.outbox = [];
    this.answered();
    this.tell(this.goal > 50_000 ? `Going on to update ${this.goal.toLocaleString("en")}, where the link leads; press play to stop here.` : "");
    this.fillControls();
    await this.dress();
    if (!this.playing) this.state("idle");
  }

  /** Store frames that follow the ones that are there. */
  async take(/** @type {any} */ header, /** @type {Uint8Array} */ body) {
    const fields = await inflate(header, body);
    if (header.origin !== this.reel.update(this.reel.length - 1)) return;
    this.reel.append(header, body, fields);
    if (header.ended) this.ended = {...header.ended, frame: this.reel.length - 1};
    const last = this.reel.length - 1;
    const newest = this.reel.update(last);
    if (this.goal) {
      await this.jump(last);
      if (newest >= this.goal || this.ended) {
        this.goal = 0;
        this.state("paused");
        if (!this.ended) this.tell("");
      }
    } else if (this.step && newest >= this.step) {
      this.step = 0;
      await this.jump(last);
      const next = this.steps.shift();
      if (next) next();
      else this.rest();
    }
    if (this.ended && this.shown === this.ended.frame) this.finish();
  }

  /** Send a question now, or when the one before is answered. */
  ask(/** @type {any} */ ask) {
    this.outbox.push(ask);
    this.flush();
  }

  flush() {
    if (this.waiting || !this.outbox.length || this.closed) return;
    const ask = (this.waiting = {...this.outbox.shift(), run: this.run ?? 0, serial: this.serial ?? 0});
    this.post(ask).then(
      bytes => this.receive(open(bytes), ask),
      error => this.unsent(ask, error),
    );
  }

  async post(/** @type {any} */ ask) {
    const answer = await fetch(this.address, {method: "POST", body: JSON.stringify(ask)});
    if (!answer.ok) throw new Error(await answer.text(), {cause: answer.status});
    return new Uint8Array(await answer.arrayBuffer());
  }

  /** No answer: the server said why, or the line is broken and will be tried again. */
  unsent(/** @type {any} */ ask, /** @type {Error} */ error) {
    if (this.waiting !== ask) return;
    if (error.cause) {
      this.waiting = null;
      this.giveUp(error.message);
      return;
    }
    this.tell("The server does not answer; trying again.", true);
    this.timer = setTimeout(() => {
      this.tell("");
      this.outbox.unshift(ask);
      this.answered();
    }, RETRY_MS);
  }

  /** Stop asking, and say why. */
  giveUp(/** @type {string} */ reason) {
    this.outbox = [];
    this.goal = this.step = 0;
    this.playing = false;
    this.state("paused");
    this.tell(reason, true);
  }

  answered() {
    clearTimeout(this.timer);
    this.waiting = null;
    this.flush();
  }

  /** Ask for the frames behind the last one, if none are under way. */
  more() {
    if (!this.scene || this.dressing || this.ended || this.waiting || this.outbox.length) return;
    const last = this.reel.length - 1;
    const waiting = last - this.shown;
    const from = this.reel.update(last);
    const {stride} = this;
    this.madeFor ??= stride;
    if (this.goal) {
      const far = this.goal - from;
      const leap = Math.min(far, Math.ceil(this.goal / CHUNK));
      this.ask({kind: "frames", from, stride: leap, count: Math.min(CHUNK, Math.floor(far / leap)), replay: true});
    } else if (this.step) {
      this.ask({kind: "frames", from, stride: this.step - from, count: 1});
    } else if (this.playing && waiting < AHEAD) {
      this.ask({kind: "frames", from, stride, count: waiting < 2 ? FIRST : CHUNK});
    } else if (!this.playing && waiting < 1 && last === 0) {
      this.ask({kind: "frames", from, stride, count: FIRST});
    }
  }

  /** Updates from one frame to the next at the chosen speed. */
  get stride() {
    const {updates, epochs} = this.speed;
    return updates + epochs * this.scene.perEpoch;
  }

  get speed() {
    return this.scene.speeds.find((/** @type {any} */ speed) => speed.name === this.view.speed);
  }

  /** Drop the frames behind `frame`: what comes next is made for other settings, or at other distances. */
  cutAfter(/** @type {number} */ frame) {
    frame = Math.max(0, frame);
    this.reel.truncate(frame + 1);
    this.seen = Math.min(this.seen, frame);
    if (this.ended) {
      this.ended = null;
      this.tell("");
      if (!this.playing) this.state("paused");
    }
    this.outbox = this.outbox.filter(ask => ask.kind !== "frames");
    if (this.waiting?.kind === "frames") this.answered();
  }

  // ---- showing -------------------------------------------------------------------------------------------

  /** Draw all panels for frame `index`, then say so. Returns false while its pictures are packed. */
  draw(/** @type {number} */ index, settled = false) {
    const frame = this.dressing ? null : this.reel.frame(index);
    if (!frame) return false;
    const {reel, scene} = this;
    this.shown = index;
    this.seen = Math.max(this.seen, index);
    this.network.draw(frame);
    this.drawBoundary(frame);
    this.matrices.draw(frame);
    this.weights.draw(reel, index, scene.perEpoch, {settled, mayGrow: index % 2 === 0});
    this.loss.draw(reel, index, scene.perEpoch, {settled, mayGrow: index % 2 === 1});
    const now = (/** @type {string} */ name) => reel.series[name].data[index];
    const update = now("update");
    const epoch = update / scene.perEpoch;
    Object.assign(this.ui.root.dataset, {
      frame: index, update, epoch: decimal(epoch), trainLoss: decimal(now("train_loss")), testLoss: decimal(now("test_loss")),
    });
    this.ui.show("epoch").textContent = epoch.toLocaleString("en", {maximumFractionDigits: epoch % 1 ? 2 : 0});
    this.ui.show("update").textContent = update.toLocaleString("en");
    this.showTime();
    this.showNumbers(settled);
    return true;
  }

  drawBoundary(/** @type {any} */ frame) {
    const {scene} = this;
    const neuron = this.hovered;
    const last = scene.network.sizes.length - 1;
    let title = scene.problem === "regression" ? "Output" : "Decision boundary";
    if (neuron?.layer === last && scene.network.sizes[last] > 1) {
      const area = scene.grid ** 2;
      const picture = frame.surface.subarray(neuron.index * area, (neuron.index + 1) * area);
      this.boundary.draw(picture, scene.grid, true, this.network.short(neuron));
      title = this.network.name(neuron);
    } else if (!neuron || neuron.layer === last) {
      this.boundary.draw(frame.surface, scene.grid, scene.network.sizes[last] === 1);
    } else {
      const area = this.network.side ** 2;
      const before = scene.network.sizes.slice(1, neuron.layer).reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
      const bytes = neuron.layer === 0
        ? Uint8Array.from(scene.network.inputMaps[neuron.index])
        : frame.maps.subarray((before + neuron.index) * area, (before + neuron.index + 1) * area);
      const scale = neuron.layer === 0 ? scene.network.inputScales[neuron.index] : frame.map_scale[before + neuron.index];
      this.boundary.draw(bytes, this.network.side, true, this.network.short(neuron), scale);
      title = this.network.name(neuron);
    }
    const heading = this.ui.title("boundary");
    if (heading.textContent !== title) heading.textContent = title;
  }

  /** Show frame `index` at rest, unpacking it if need be. */
  async jump(/** @type {number} */ index) {
    const frame = Math.max(this.reel.begin, Math.min(index, this.reel.length - 1));
    this.wanted = frame;
    if (!this.draw(frame, true)) {
      await this.reel.load(frame);
      if (this.wanted === frame) this.draw(frame, true);
    }
  }

  /** Redraw everything from the figures, for a new run or another theme. */
  async dress() {
    const {scene, view} = this;
    const {sizes} = scene.network;
    this.dressing = true;
    this.look = this.theme();
    this.ui.root.dataset.theme = this.look;
    const figures = scene.figures[this.look];
    this.network.setScene(scene, this.look);
    const colours = scene.layerColours[this.look];
    this.ui.show("layers").innerHTML = this.layerNames.map((name, l) => legend(colours[l], sizes.length > 6 && l < sizes.length - 2 ? String(l + 1) : name)).join("");
    for (const figure of [figures.loss, figures.weights]) figure.layout.meta.axis = view.axis;
    for (const name of ["xaxis"]) figures.loss.layout[name].title.text = view.axis;
    for (const name of ["xaxis", "xaxis2"]) figures.weights.layout[name].title.text = view.axis;
    Object.assign(figures.loss.layout.yaxis, view.log_loss ? {type: "log", range: [-2, 0], dtick: 1} : {type: "linear", range: [0, 1], dtick: null});
    await Promise.all([
      this.boundary.setScene(scene, this.look, view), this.weights.setFigure(figures.weights), this.loss.setFigure(figures.loss),
    ]);
    this.matrices.setScene(scene, this.look, this.network);
    this.dressing = false;
    await this.jump(Math.max(0, this.shown));
    await this.resize();
  }

  theme() {
    const probe = getComputedStyle(this.ui.root).getPropertyValue("--st-background-color").trim() || "#ffffff";
    const channels = probe.match(/[\da-f]{2}/gi)?.map(hex => parseInt(hex, 16)) ?? [255];
    return channels.slice(0, 3).reduce((sum, value) => sum + value, 0) < 380 ? "dark" : "light";
  }

  hover(/** @type {any} */ neuron) {
    this.hovered = neuron;
    const frame = this.dressing ? null : this.reel.frame(this.shown);
    if (frame) this.drawBoundary(frame);
  }

  showTime() {
    const {timeline} = this;
    if (+timeline.max !== this.seen) timeline.max = String(this.seen);
    if (+timeline.min !== this.reel.begin) timeline.min = String(this.reel.begin);
    timeline.value = String(this.shown);
    const full = this.seen > this.reel.begin ? (100 * (this.shown - this.reel.begin)) / (this.seen - this.reel.begin) : 0;
    timeline.style.setProperty("--full", `${full}%`);
  }

  /** The numbers in words and legends: not every frame, so that they can be read. */
  showNumbers(/** @type {boolean} */ settled) {
    const {reel, scene, shown} = this;
    const now = (/** @type {string} */ name) => reel.series[name].data[shown];
    const when = performance.now();
    if (!settled && when - (this.worded ?? 0) < WORDS_MS) return;
    this.worded = when;
    const palette = scene.palettes[this.look];
    const score = (/** @type {number} */ value) => scene.problem === "regression" ? number(value, 2) : `${(100 * value).toFixed(1)} %`;
    this.ui.show("losses").innerHTML = legend(palette.train, "training", number(now("train_loss")))
      + legend(palette.test, "test", number(now("test_loss")), true)
      + (scene.rows < scene.trainRows ? legend(palette.batch, "batch", "") : "")
      + (now("penalty") > 0 ? legend(palette.extra, "penalty", number(now("penalty"))) : "");
    const before = reel.series.train_loss.data[Math.max(0, shown - 30)];
    const change = (now("train_loss") - before) / Math.max(Math.abs(before), 1e-12);
    const trend = shown === 0 ? "before training" : change < -0.002 ? "falling" : change > 0.002 ? "rising" : "level";
    const update = now("update");
    const name = scene.score.toLowerCase();
    const words = `Epoch ${(update / scene.perEpoch).toLocaleString("en", {maximumFractionDigits: 2})}, update ${update.toLocaleString("en")}: `
      + `training loss ${number(now("train_loss"))}, ${trend}; test loss ${number(now("test_loss"))}; `
      + `${scene.score === "R²" ? "R²" : name} ${score(now("train_score"))} in training, ${score(now("test_score"))} in test.`;
    this.ui.show("words").textContent = shown === 0 && !this.playing ? `Press play, or Space, and watch. ${words}` : words;
    if (settled && !this.playing) this.ui.spoken.textContent = words;
  }

  // ---- the loop ------------------------------------------------------------------------------------------

  wake() {
    this.more();
    if (this.playing && !this.looping) {
      this.looping = true;
      this.turned = 0;
      this.rested = performance.now();
      requestAnimationFrame(() => this.tick());
    }
  }

  tick() {
    if (!this.playing || this.closed) {
      this.looping = false;
      return;
    }
    requestAnimationFrame(() => this.tick());
    // A screen may refresh oftener than 60 times a second; the run is no faster for it.
    const now = performance.now();
    if (now - this.turned > (this.calm ? 500 : (this.speed.hold * 1000) / 60 - 5)) {
      if (this.shown + 1 < this.reel.length && !this.dressing) {
        this.turned = now;
        if (!this.draw(this.shown + 1) && !this.dressing) this.reel.load(this.shown + 1);
      }
      if (this.ended && this.shown >= this.ended.frame) this.finish();
    }
    if (this.playing && now - this.rested > REST_MS) this.rest();
    this.more();
  }

  play() {
    if (this.playing || !this.scene || this.shown < 0) return;
    this.goal = this.step = 0;
    this.steps = [];
    if (this.madeFor !== this.stride) this.cutAfter(this.seen);
    this.madeFor = this.stride;
    if (this.ended && this.shown >= this.ended.frame) this.cutAfter(this.shown);
    this.playing = true;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.state("playing");
    this.wake();
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.state("paused");
    this.jump(this.shown);
    this.rest();
  }

  finish() {
    this.playing = false;
    this.state(this.ended.state);
    this.tell(this.ended.reason, this.ended.state === "diverged");
    this.jump(this.shown);
    this.rest();
  }

  /** Tell Python where we stand, so that a link or a reload leads back here. */
  rest() {
    if (this.shown < 0) return;
    this.rested = performance.now();
    this.outbox = this.outbox.filter(ask => ask.kind !== "rest");
    this.ask({kind: "rest", update: this.reel.update(this.shown)});
  }

  /** Make exactly the updates up to the number that `target` makes of the present one, and show the result. */
  stepTo(/** @type {(update: number) => number} */ choose) {
    if (!this.scene || this.dressing || this.goal || this.shown < 0) return;
    if (this.step) {
      if (this.steps.length < MOST_STEPS) this.steps.push(() => this.stepTo(choose));
      return;
    }
    if (this.playing) this.pause();
    const target = choose(this.reel.update(this.shown));
    if (this.shown + 1 <= this.seen && this.reel.update(this.shown + 1) === target) {
      this.jump(this.shown + 1).then(() => this.rest());
      return;
    }
    this.cutAfter(this.shown);
    this.madeFor = 0; // no speed's distance
    this.state("paused");
    this.step = target;
    this.more();
  }

  state(/** @type {string} */ state) {
    this.ui.root.dataset.state = state;
    face(this.ui.part("play"), state === "playing");
  }

  tell(/** @type {string} */ text, grave = false) {
    this.ui.notice.hidden = !text;
    this.ui.notice.textContent = text;
    this.ui.notice.classList.toggle("nnp-grave", grave);
  }

  fail(/** @type {any} */ error) {
    console.error(error);
    this.tell("The player met a fault and may show old pictures; reload the page to go on from the same place.", true);
  }

  // ---- controls ------------------------------------------------------------------------------------------

  get timeline() {
    return this.ui.part("timeline");
  }

  fillControls() {
    const select = this.ui.part("speed");
    if (!select.options.length) {
      for (const speed of this.scene.speeds) select.add(new Option(speed.label, speed.name));
    }
    select.value = this.view.speed;
    for (const input of this.ui.views) {
      if (input.type === "checkbox") input.checked = this.view[input.dataset.view];
      else input.value = this.view[input.dataset.view];
    }
    const regression = this.scene.problem === "regression";
    this.ui.views.find(input => input.dataset.view === "discretize").parentElement.hidden = regression;
    const {sizes} = this.scene.network;
    const palette = this.scene.palettes[this.theme()];
    const colours = this.scene.problem === "two_classes" ? [palette.negative, palette.positive] : palette.classes.slice(0, sizes[sizes.length - 1]);
    this.ui.show("classes").innerHTML = (regression ? legend(palette.negative, "−1") + legend(palette.positive, "1")
      : colours.map((/** @type {string} */ colour, /** @type {number} */ c) => legend(colour, `class ${c}`)).join("")) + "<span>hollow: test</span>";
    this.layerNames = sizes.slice(1).map((/** @type {any} */ _, /** @type {number} */ l) => (l + 2 === sizes.length ? "output" : `hidden ${l + 1}`));
    this.ui.show("device").textContent =
      `${this.scene.trainRows} training rows, ${this.scene.rows < this.scene.trainRows ? (this.scene.rows === 1 ? "one row an update" : `${this.scene.rows} rows an update`) : this.scene.batch > this.scene.trainRows ? `fewer than the batch of ${this.scene.batch} asked for, so all in each update` : "all in each update"}; computed on the ${this.scene.device}.`;
    this.ui.title("loss").textContent = this.scene.loss;
    for (const name of ["play", "reset", "step-back", "step-update", "step-epoch", "restart"]) this.ui.part(name).disabled = false;
  }

  listen() {
    const {ui} = this;
    ui.part("play").onclick = () => (this.playing ? this.pause() : this.play());
    ui.part("step-update").onclick = () => this.stepTo(update => update + 1);
    ui.part("step-epoch").onclick = () =>
      this.stepTo(update => (Math.floor(update / this.scene.perEpoch) + 1) * this.scene.perEpoch);
    ui.part("step-back").onclick = () => {
      if (this.playing) this.pause();
      this.goTo(this.shown - 1);
    };
    ui.part("reset").onclick = () => {
      this.playing = false;
      face(ui.part("play"), false);
      this.ask({kind: "reset"});
    };
    ui.part("restart").onclick = () => this.ask({kind: "restart"});
    this.timeline.oninput = () => {
      if (this.playing) this.pause();
      this.goTo(+this.timeline.value);
    };
    ui.part("speed").onchange = (/** @type {any} */ event) => {
      this.setView("speed", event.target.value);
      if (this.playing) {
        this.cutAfter(this.seen);
        this.madeFor = this.stride;
        this.wake();
      }
    };
    for (const input of ui.views) {
      input.onchange = () => this.setView(input.dataset.view, input.type === "checkbox" ? input.checked : input.value);
    }
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.observer = new ResizeObserver(() => {
      clearTimeout(this.sizing);
      this.sizing = setTimeout(() => this.resize(), 60);
    });
    this.observer.observe(ui.root);
  }

  goTo(/** @type {number} */ frame) {
    if (frame < this.reel.begin || !this.scene) return;
    this.step = 0;
    this.state("paused");
    this.tell("");
    this.jump(frame).then(() => {
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.rest(), 400);
    });
  }

  async setView(/** @type {string} */ name, /** @type {any} */ value) {
    this.view[name] = value;
    this.ask({kind: "view", settings: {[name]: value}});
    if (name === "speed") return;
    if (name === "discretize") this.boundary.setView(this.view);
    if (name === "show_test") await this.boundary.showTest(value);
    if (name === "log_loss" || name === "axis") this.inbox = this.inbox.then(() => this.dress());
    await this.inbox;
    await this.jump(this.shown);
  }

  /** Space plays and pauses, unless it means something to what has the focus. */
  key(/** @type {KeyboardEvent} */ event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const idle = target.matches?.(".nnp-neuron, .nnp input[type=range]"); // Space means nothing to these
    if (event.code !== "Space" || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!idle && target.closest?.("input, select, textarea, button, a, summary, [role=button], [role=slider], [role=combobox], [role=tab], [contenteditable=true]")) return;
    event.preventDefault();
    if (this.playing) this.pause();
    else this.play();
  }

  async resize() {
    const size = `${this.ui.root.clientWidth}×${window.innerHeight}`;
    if (!this.scene || this.dressing || this.closed || size === this.size) return; // `dress` comes back to it
    this.size = size;
    this.network.resize();
    await Promise.all([this.boundary.resize(), this.weights.resize(), this.loss.resize()]);
    this.matrices.place();
    if (this.shown >= 0) this.draw(this.shown, true);
  }

  close() {
    this.closed = true;
    this.playing = false;
    clearTimeout(this.timer);
    this.observer?.disconnect();
    document.removeEventListener("keydown", this.onKey);
    this.ui.root.remove();
  }
}

/** An entry of a panel's legend. */
function legend(/** @type {string} */ colour, /** @type {string} */ name, value = "", dashed = false) {
  return `<span><i ${dashed ? `class="nnp-dash" style="--line:${colour}"` : `style="background:${colour}"`}></i>${name}${value && ` <b>${value}</b>`}</span>`;
}

/** A plain decimal, whatever the size. */
function decimal(/** @type {number} */ value) {
  if (!Number.isFinite(value)) return "";
  const text = String(value);
  if (!text.includes("e")) return text;
  return Math.abs(value) < 1 ? value.toFixed(12) : BigInt(Math.round(value)).toString();
}
