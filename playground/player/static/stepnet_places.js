/**
 * Where the neurons of the worked example stand.
 *
 * @typedef {{x: number, y: number, r: number, label: string}} Node  a circle's middle and radius, and what it is called
 */

export const NARROW = 480; // below it, weights go without their names

/**
 * Return the places of all neurons, and of the target, in a panel of this size.
 * @param {number} width @param {number} height @param {{bias: boolean, stepping: boolean}} shown what needs room: biases
 *   above the neurons, and, where it goes step by step, δ below them
 * @returns {Object<string, Node>}
 */
export function places(width, height, {bias, stepping}) {
  const [top, bottom] = [bias ? 34 : 10, stepping ? 30 : 10];
  const between = (bias ? 26 : 6) + (stepping ? 26 : 6);
  const r = Math.max(19, Math.min(42, width * 0.066, ((height - top - bottom) / 2 - between) / 3));
  const edge = width < NARROW ? 4 : 22;
  const columns = [edge + r * 0.8, width * 0.43, width * 0.74, width - edge - r * 0.95];
  const middle = (top + height - bottom) / 2;
  const spread = (height - bottom - top) / 2 - r;
  return {
    x1: {x: columns[0], y: middle - spread * 0.52, r: r * 0.8, label: "x₁"},
    x2: {x: columns[0], y: middle + spread * 0.52, r: r * 0.8, label: "x₂"},
    h1: {x: columns[1], y: middle - spread, r, label: "1"},
    h2: {x: columns[1], y: middle, r, label: "2"},
    h3: {x: columns[1], y: middle + spread, r, label: "3"},
    out: {x: columns[2], y: middle, r: r * 1.12, label: "out"},
    goal: {x: columns[3], y: middle, r: r * 0.95, label: "t"},
  };
}
