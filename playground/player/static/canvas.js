/** Canvases at the resolution of the screen. */

/** A pixel that a canvas can draw: lines to what lies millions away are drawn wrongly, or not at all. */
export function near(/** @type {number} */ pixel) {
  return Math.max(-1e5, Math.min(1e5, pixel));
}

/**
 * Make a canvas so large, in the page's pixels, and return its pen; the canvas is empty.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height @returns {CanvasRenderingContext2D}
 */
export function fit(canvas, width, height) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, {width: w, height: h});
  Object.assign(canvas.style, {width: `${width}px`, height: `${height}px`});
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}
