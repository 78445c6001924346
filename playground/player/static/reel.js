/**
 * All frames of a run, by number. Numbers (losses, norms, …) are kept for every frame; pictures stay packed as
 * they came and are unpacked when somebody scrubs to them, so that a long run fits into a tab's memory.
 */
import {inflate} from "./wire.js";

const UNPACKED_CHUNKS = 10;
const PACKED_BYTES = 96e6; // beyond this the oldest pictures are forgotten, and the timeline begins later
const HEAVY = new Set(["surface", "maps", "weights", "map_scale", "stairs", "slide", "sides"]);

/** @typedef {{first: number, header: any, body: Uint8Array, fields: any, used: number}} Chunk */
/** @typedef {Object<string, Float32Array|Int32Array|Uint8Array>} Frame */

export class Reel {
  constructor() {
    /** @type {Chunk[]} */ this.chunks = [];
    /** @type {Object<string, {data: Float64Array, size: number}>} */ this.series = {};
    this.length = 0;
    this.cuts = 0; // how often frames were dropped
    this.kept = Infinity; // the update up to which nothing was dropped since somebody looked
    /** @type {number[]} */ this.marks = []; // updates from which other settings held
    this.clock = 0;
  }

  /** The first frame whose pictures are still there. */
  get begin() {
    return this.chunks.length ? this.chunks[0].first : 0;
  }

  /** Add the frames of a message behind those that are there. */
  append(/** @type {any} */ header, /** @type {Uint8Array} */ body, /** @type {any} */ fields) {
    if (!header.count) return;
    for (const [name, field] of Object.entries(fields)) {
      if (HEAVY.has(name.slice(name.lastIndexOf(".") + 1))) continue;
      const series = (this.series[name] ??= {data: new Float64Array(256 * field.size), size: field.size});
      const at = this.length * field.size;
      while (series.data.length < at + field.data.length) {
        const grown = new Float64Array(series.data.length * 2);
        grown.set(series.data);
        series.data = grown;
      }
      series.data.set(field.data, at);
    }
    this.chunks.push({first: this.length, header, body, fields, used: this.clock++});
    this.length += header.count;
    this.forget();
  }

  /** Drop every frame from number `length` on. */
  truncate(/** @type {number} */ length) {
    if (length < this.length) {
      this.cuts++;
      this.kept = Math.min(this.kept, length ? this.update(length - 1) : 0);
    }
    this.length = Math.min(this.length, length);
    while (this.chunks.length && this.chunks[this.chunks.length - 1].first >= length) this.chunks.pop();
    if (this.length) this.marks = this.marks.filter(update => update <= this.update(this.length - 1));
  }

  /** The update number of frame `index`. */
  update(/** @type {number} */ index) {
    return this.series.update.data[index];
  }

  /** What Python has to say of frame `index`, if anything. @returns {any} */
  note(/** @type {number} */ index) {
    const chunk = this.find(index);
    return chunk?.header.notes?.[index - chunk.first];
  }

  /** The frame up to `end` whose update is nearest to `update`. */
  nearest(/** @type {number} */ update, /** @type {number} */ end) {
    const {data} = this.series.update;
    let [low, high] = [0, end];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (data[middle] < update) low = middle + 1;
      else high = middle;
    }
    return low > 0 && update - data[low - 1] < data[low] - update ? low - 1 : low;
  }

  /** The frame's fields, or null while its pictures are packed (then `load` them). @returns {Frame|null} */
  frame(/** @type {number} */ index) {
    const chunk = this.find(index);
    if (!chunk || !chunk.fields) return null;
    chunk.used = this.clock++;
    /** @type {Frame} */ const frame = {};
    const row = index - chunk.first;
    for (const [name, field] of Object.entries(chunk.fields)) {
      frame[name] = field.data.subarray(row * field.size, (row + 1) * field.size);
    }
    return frame;
  }

  /** Unpack the pictures around frame `index`. */
  async load(/** @type {number} */ index) {
    const chunk = this.find(index);
    if (chunk && !chunk.fields) {
      chunk.fields = await inflate(chunk.header, chunk.body);
      chunk.used = this.clock++;
      this.forget();
    }
  }

  find(/** @type {number} */ index) {
    if (index < 0 || index >= this.length) return null;
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.chunks[middle].first <= index) low = middle;
      else high = middle - 1;
    }
    const chunk = this.chunks[low];
    return chunk && chunk.first <= index ? chunk : null;
  }

  forget() {
    const open = this.chunks.filter(chunk => chunk.fields).sort((a, b) => a.used - b.used);
    for (const chunk of open.slice(0, Math.max(0, open.length - UNPACKED_CHUNKS))) chunk.fields = null;
    let bytes = this.chunks.reduce((total, chunk) => total + chunk.body.length, 0);
    while (bytes > PACKED_BYTES && this.chunks.length > 2) bytes -= /** @type {Chunk} */ (this.chunks.shift()).body.length;
  }
}
