/** What a player can look like, by the name that Python's sessions give it. A new page is one line here. */
import {DownhillScreen} from "./downhill.js";
import {NeuronScreen} from "./neuron.js";
import {RaceScreen} from "./race.js";
import {Screen} from "./screen.js";
import {StepsScreen} from "./steps.js";

/** @type {Object<string, any>} */
export const SCREENS = {
  train: Screen,
  compare: RaceScreen,
  downhill: DownhillScreen,
  forward_back: StepsScreen,
  neuron: NeuronScreen,
};
