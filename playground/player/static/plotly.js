/** Plotly, as the installed package brings it: a script that sets a global, loaded once. */
export default async function load() {
  const scope = /** @type {any} */ (window);
  if (!scope.Plotly) await import(new URL("../vendor/plotly.min.js", import.meta.url).href);
  return scope.Plotly;
}
