/** Colours as numbers, ready for ImageData (which is little-endian ABGR on every machine browsers run on). */

/** @returns {[number, number, number]} */
export function rgb(/** @type {string} */ hex) {
  return [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
}

export function mix(/** @type {number[]} */ a, /** @type {number[]} */ b, /** @type {number} */ share) {
  return a.map((value, i) => Math.round(value + (b[i] - value) * share));
}

export function packed(/** @type {number[]} */ [r, g, b]) {
  return (255 << 24) | (b << 16) | (g << 8) | r;
}

export function css(/** @type {number[]} */ [r, g, b], alpha = 1) {
  return `rgba(${r},${g},${b},${alpha})`;
}

/**
 * A table from a picture's byte to its colour on the diverging scale.
 * @param {any} palette @param {number} levels bytes run from 0 to 2·levels @param {number} strength of the ends
 */
export function divergingTable(palette, levels, strength) {
  const [low, middle, high] = [palette.negative, palette.neutral, palette.positive].map(rgb);
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const value = Math.min(byte, 2 * levels) / levels - 1;
    table[byte] = packed(mix(middle, value > 0 ? high : low, Math.abs(value) * strength));
  }
  return table;
}

/** Only the sign counts. */
export function signTable(/** @type {any} */ palette, /** @type {number} */ levels, /** @type {number} */ strength) {
  const [low, middle, high] = [palette.negative, palette.neutral, palette.positive].map(rgb);
  return Uint32Array.from({length: 256}, (_, byte) => packed(mix(middle, byte >= levels ? high : low, strength)));
}
