/** The screen of a race downhill: the surface from above and in space, who goes down on it, and what each step is made of. */
import {Chart} from "./chart.js";
import {DescentMap} from "./downhill_map.js";
import {Runners} from "./runners.js";
import {HEAVY_MS, Solid} from "./solid.js";
import {painted, Stage} from "./stage.js";
import {panel, slot} from "./view.js";
import {coordinates, count, decimal, escaped, figures} from "./words.js";

const WORDS_MS = 120; // words change no oftener
const TERMS_MS = 300; // and a step's numbers while a race plays
const OWN = "A race of your own: choose a surface, click on the map where all begin, give each optimizer a rate, and press play.";
const CALM_MS = 180; // after the last change, before what takes Plotly long is drawn

const PANELS = `
<div class="nnp-examples" role="group" aria-label="Races worth watching"><b>Downhill</b><span data-show="examples"></span></div>
<p class="nnp-look" data-show="look"></p>
<div class="nnp-hills">
  ${panel("map", "From above", "The cost of every pair of weights: darker is lower, lines join equal costs, crosses are known minima. Click, or drag, to choose where all begin. At rest the dashed arrow points straight downhill, and the solid one is the step that comes next; where single rows are drawn, the dark one is straight downhill for all rows. A ring at the edge is one who has left.",
    `<span class="nnp-key" data-show="heights"></span><span class="nnp-hint">click for another start</span>`)}
  ${panel("solid", "In space", "The same surface with the cost as height. Drag to turn it.", `<span class="nnp-hint" data-show="turn">drag to turn it</span>`)}
  ${panel("cost", "Cost above the lowest place", "How far each is above the lowest place known. On a logarithmic axis a straight line means the same share of the way at every step; a line ends where it goes below the lowest place of the window, or where its optimizer has left.", slot("log_cost"))}
  ${panel("runners", "The race", "What there is to go down on, and who goes down. Each optimizer has its own learning rate, which fits the surface until you set one. Pick one to see its steps in numbers.")}
</div>`;

const BELOW = `
<div class="nnp-deep">
  ${panel("onestep", "One step in numbers", "What the next step of the chosen optimizer is made of: its rule, and every number in it, as it was computed.", `<span class="nnp-key" data-show="who"></span>`)}
  ${panel("border", "What is promised here", "Whether the surface is convex, and how large a rate may be. Where the cost is a bowl, one number decides the latter: the curvature λ. Elsewhere it decides near a minimum.")}
  ${panel("search", "Trying everything instead", "Without slopes: compute the cost at every point of a grid, and take the lowest. For two weights that is nothing. Each further weight multiplies it.")}
</div>`;

export class DownhillScreen extends Stage {
  static markup = {bar: {buttons: {"step-update": "+1 step", "step-epoch": "+10 steps", restart: ""}, clock: ["Step", ""]}, panels: PANELS, below: BELOW};

  constructor(/** @type {ReturnType<import("./view.js").build>} */ ui) {
    super(ui);
    this.map = new DescentMap(ui.body("map"), (settings, from) => this.set(settings, from));
    this.solid = new Solid(ui.body("solid"));
    this.cost = new Chart(ui.body("cost"), (this.time = {}));
    ui.body("runners").innerHTML = `<div class="nnp-scroll"><div class="nnp-inputs nnp-column" data-inputs="surface formula curve reach curvatures angle start steps batch seed"></div>`
      + `<h3>Who goes down</h3><div data-show="runners"></div>`
      + `<div class="nnp-inputs nnp-column" data-inputs="momentum decay beta1 beta2 average_after"></div></div>`;
    this.runners = new Runners(ui.show("runners"), {
      set: settings => this.set(settings),
      choose: number => this.choose(number),
    });
    this.chosen = 0;
    ui.body("border").innerHTML = `<p class="nnp-prose" data-show="about"></p><p class="nnp-prose" data-show="rule"></p><ul class="nnp-verdicts" data-show="verdicts"></ul>`;
    ui.body("search").innerHTML = `<div class="nnp-inputs" data-inputs="grid_weights grid_values" data-look="numbers"></div>`
      + `<p class="nnp-prose" data-show="combinations"></p><p class="nnp-prose" data-show="own"></p>`
      + `<button type="button" class="nnp-plain" data-testid="search">Try every point of this surface</button><p class="nnp-prose" data-show="found" role="status"></p>`;
    ui.part("search").onclick = () => {
      ui.part("search").disabled = true;
      ui.show("found").textContent = "Trying every point…";
      this.ask({kind: "search"});
    };
  }

  /** Draw everything that does not move; see `Screen.dress`. @param {any} view @param {any} frame */
  async dress(view, frame) {
    const {scene, ui} = this;
    this.dressing = true;
    const look = this.theme;
    const {surface} = scene;
    const flat = surface.dimension === 1;
    ui.root.dataset.theme = this.look = look;
    ui.root.dataset.surface = surface.label;
    this.size ??= this.extent;
    this.view = {...view, axis: "updates"};
    this.chosen = Math.min(this.chosen, scene.walkers.length - 1);
    /** @type {any} */ (this.time).span = scene.steps;
    ui.part("panel-solid").hidden = flat;
    ui.part("panel-map").parentElement.classList.toggle("nnp-flat", flat);
    ui.title("map").textContent = flat ? "From the side" : "From above";
    this.runners.setScene(scene, look, this.chosen);
    this.map.setScene(scene, look);
    this.label();
    if (frame && !this.cost.Plotly) await painted();
    const Plotly = await this.charts;
    for (const part of [this.map, this.solid, this.cost]) part.Plotly = Plotly;
    const figure = scene.figures[look];
    const drawn = `${surface.key} ${look} ${this.extent}`;
    if (drawn !== this.drawn) { // who goes down on it changes more often than the surface
      await this.map.show();
      this.drawn = drawn;
    }
    this.solid.raised = -1; // the ways are others
    clearTimeout(this.raising);
    if (flat) {
      this.solid.purge();
      this.raised = "";
    } else if (`${drawn} ${scene.walkers.length}` !== this.raised) this.raising = setTimeout(() => this.raise(figure, drawn), this.raised ? CALM_MS : 0);
    this.begun = performance.now();
    await this.cost.setFigure(figure.cost, this.view);
    if (flat !== this.flat) await this.cost.resize();
    this.flat = flat;
    this.dressing = false;
  }

  /** Draw the surface in space, which takes Plotly longer than all the rest. @param {any} figure @param {string} drawn what it is drawn for */
  async raise(figure, drawn) {
    const {scene, solid} = this;
    const {surface} = scene;
    const [ground, ...lines] = structuredClone(figure.solid.data);
    this.raised = `${drawn} ${scene.walkers.length}`;
    await solid.show([{...ground, x: surface.axes[0], y: surface.axes[1], z: surface.heights}, ...lines], solidLayout(figure.solid.layout, surface));
    solid.lift();
  }

  /** Write what stays as it is while a race plays. */
  label() {
    const {scene, ui} = this;
    const {surface} = scene;
    const place = ui.show("examples");
    if (!place.children.length) {
      place.append(...scene.examples.map((/** @type {any} */ example) => {
        const chip = Object.assign(document.createElement("button"), {type: "button", textContent: example.label, className: "nnp-chip"});
        chip.dataset.example = example.name;
        chip.onclick = () => this.set(example.settings, "play");
        return chip;
      }));
    }
    for (const chip of place.children) chip.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (chip).dataset.example === scene.example));
    const example = scene.examples.find((/** @type {any} */ each) => each.name === scene.example);
    ui.show("look").textContent = example?.look ?? OWN;
    ui.show("about").textContent = surface.about;
    ui.show("rule").textContent = scene.rule;
    ui.show("verdicts").innerHTML = scene.walkers.filter((/** @type {any} */ walker) => walker.verdict).map((/** @type {any} */ walker) =>
      `<li><i style="background:${walker.colours[this.look]}"></i><b>${escaped(walker.label)}</b> at ${escaped(String(walker.rate))}: ${escaped(walker.verdict)}</li>`).join("");
    ui.show("combinations").textContent = scene.search;
    ui.show("own").textContent = scene.own ?? "";
    ui.show("device").textContent = `Here the cost is ${surface.formula}.`;
    ui.show("found").textContent = "";
    ui.part("search").disabled = false;
    ui.body("onestep").textContent = ui.show("who").textContent = this.wanted = "";
    const colours = scene.figures[this.look].map.data[0].colorscale?.map((/** @type {[number, string]} */ [at, colour]) => `${colour} ${100 * at}%`);
    ui.show("heights").innerHTML = colours ? `<span>cost ${figures(surface.lowest)} <i class="nnp-scale" style="background:linear-gradient(90deg, ${colours.join()})"></i> ${figures(surface.highest)}</span>` : "";
  }

  /** Show a setting of the view that has changed. @param {string} name @param {any} view */
  async setView(name, view) {
    this.view = {...view, axis: "updates"};
    if (name === "log_cost") await this.cost.choose(this.view);
  }

  /** Draw all panels for frame `index`; see `Screen.draw`. @param {import("./reel.js").Reel} reel @param {number} index @param {{settled: boolean, playing: boolean, end: number}} how */
  draw(reel, index, {settled, playing, end}) {
    const frame = this.dressing ? null : reel.frame(index);
    if (!frame) return false;
    const {scene, ui} = this;
    Object.assign(this, {frame, reel, index, playing});
    this.map.paint(reel, index, this.chosen, playing);
    this.solid.follow(index, playing, reached => this.map.raised(reached));
    const span = {shown: index, end: playing ? index : end};
    const calm = performance.now() - (this.begun ?? 0) > CALM_MS;
    this.cost.draw(reel, span, scene.perEpoch, {settled: settled && calm, mayGrow: true});
    clearTimeout(this.calming);
    if (settled && !calm) this.calming = setTimeout(() => { if (!this.dressing && this.reel === reel) this.cost.draw(reel, span, scene.perEpoch, {settled: true}); }, CALM_MS);
    const now = (/** @type {string} */ name) => reel.series[name].data[index];
    const costs = scene.walkers.map((/** @type {any} */ _, /** @type {number} */ n) => now(`${n}.cost`));
    Object.assign(ui.root.dataset, {
      run: this.run, frame: index, update: index, epoch: index, trainLoss: decimal(Math.min(...costs)),
      costs: costs.map(decimal).join(" "),
    });
    ui.show("epoch").textContent = `${count(index)} / ${count(scene.steps)}`;
    if (settled || performance.now() - this.worded > WORDS_MS) this.say(costs, {settled, playing});
    return true;
  }

  /** Numbers in words: not every frame, so that they can be read. @param {number[]} costs @param {{settled: boolean, playing: boolean}} how */
  say(costs, {settled, playing}) {
    const {scene, ui, reel, index, run} = /** @type {any} */ (this);
    this.worded = performance.now();
    this.runners.say(reel, index);
    const low = scene.surface.minima.length ? `The lowest place is ${figures(scene.surface.minima[0].cost)} at (${coordinates(scene.surface.minima[0].place)}).` : "No lowest place is known.";
    const names = scene.walkers.map((/** @type {any} */ walker, /** @type {number} */ n) => {
      const gone = walker.left && index >= walker.left.step;
      return gone ? `${walker.label} ${lower(walker.left.sentence)}` : `${walker.label} ${figures(costs[n])}`;
    });
    const words = `Cost after ${index} step${index === 1 ? "" : "s"}: ${names.join("; ")}${names[names.length - 1].endsWith(".") ? "" : "."}`;
    ui.show("words").textContent = index === 0 && !playing ? `Press play, or Space, and watch. ${words} ${low}` : `${words} ${low}`;
    const wanted = `${run} ${index} ${this.chosen}`;
    if (wanted !== this.wanted && (!playing || this.worded - (this.termed ?? 0) > TERMS_MS)) this.inquire(wanted);
    ui.show("turn").textContent = playing && this.solid.cost > HEAVY_MS ? "the ways follow at rest" : "drag to turn it";
    if (settled && !playing) ui.spoken.textContent = words;
  }

  /** Ask what the step from here is made of. @param {string} wanted what will have been asked for */
  inquire(wanted) {
    this.wanted = wanted;
    this.termed = performance.now();
    this.ask({kind: "terms", walker: this.chosen, step: this.index});
  }

  /** @override @param {string[]} names @param {Object<string, string>} problems */
  complain(names, problems) {
    if (names.includes("rates")) this.runners.complain(problems.rates);
  }

  /** Show another walker's steps in numbers. */
  choose(/** @type {number} */ number) {
    this.chosen = number;
    this.runners.mark(number);
    if (this.frame && !this.dressing) {
      this.map.paint(this.reel, this.index, number, this.playing);
      this.inquire(`${this.run} ${this.index} ${number}`);
    }
  }

  /** @override */
  async hear(/** @type {any} */ header) {
    const {ui} = this;
    if (!header || header.kind === "problem") { // whatever it was that was asked
      this.wanted = "";
      if (ui.part("search").disabled) ui.show("found").textContent = "This could not be computed; press again to try once more.";
      ui.part("search").disabled = false;
    } else if (header.run !== this.run) {
      return;
    } else if (header.kind === "search") {
      ui.part("search").disabled = false;
      ui.show("found").textContent = `${header.found.words} ${header.found.time}`;
    } else if (header.kind === "terms" && header.walker === this.chosen) {
      this.terms(header);
    }
  }

  terms(/** @type {any} */ {terms, walker, step}) {
    const {scene, ui, look} = /** @type {any} */ (this);
    const {label, colours} = scene.walkers[walker];
    ui.show("who").innerHTML = `<span><i style="background:${colours[look]}"></i>${escaped(label)}${terms.end ? "" : `, step ${step + 1}`}</span>`;
    const rows = terms.rows.map((/** @type {any} */ [name, values]) =>
      `<tr${name === "step" ? ` class="nnp-sum"` : ""}><th>${escaped(name)}</th>${values.map((/** @type {number|null} */ value) => `<td>${figures(value ?? NaN)}</td>`).join("")}</tr>`);
    const names = scene.surface.names.map((/** @type {string} */ name) => `<td>${name}</td>`).join("");
    const head = scene.surface.dimension === 2 ? `<tr><th></th>${names}</tr>` : "";
    ui.body("onestep").innerHTML = `<p class="nnp-prose">${escaped(scene.walkers[walker].about)}</p><p class="nnp-rule">${terms.formula.split(";").map((/** @type {string} */ part) => escaped(part.trim())).join("<br>")}</p>`
      + (terms.end ? `<p class="nnp-prose">${escaped(terms.end)}</p>` : `<table class="nnp-numbers"><thead>${head}</thead><tbody><tr><th>learning rate η</th><td>${figures(terms.rate)}</td><td></td></tr>${rows.join("")}</tbody></table>`);
  }

  /** Hide what stands beside the pointer. */
  dismiss() {
    this.map.map.tip.hide();
    this.cost.tip.hide();
  }

  /** Fit the panels to the page. Returns whether anything has to be drawn again. */
  async resize() {
    if (!this.outgrown) return false;
    this.size = this.extent;
    await Promise.all([this.map.resize(), this.solid.resize(), this.cost.resize()]);
    return true;
  }

  close() {
    clearTimeout(this.raising);
    clearTimeout(this.calming);
    for (const part of [this.map, this.solid, this.cost]) part.close();
  }
}

function lower(/** @type {string} */ sentence) {
  return sentence.replace(/^It /, "").replace(/\.$/, "");
}

/** @param {any} layout @param {any} surface */
function solidLayout(layout, surface) {
  const made = structuredClone(layout);
  const [x, y] = surface.window;
  Object.assign(made.scene.xaxis, {range: x, title: {...made.scene.xaxis.title, text: surface.names[0]}});
  Object.assign(made.scene.yaxis, {range: y, title: {...made.scene.yaxis.title, text: surface.names[1]}});
  return made;
}
