/** Plotly, as the installed package brings it: a script that sets a global, loaded once. */
/** How every chart here is set up. */
export const PLAIN = {displayModeBar: false, responsive: false, scrollZoom: false};

const address = new URL("../vendor/plotly.min.js", import.meta.url).href;

/** Fetch and parse it, beside whatever else is done. */
export function preload() {
  if (document.querySelector(`link[href="${address}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), {rel: "modulepreload", href: address}));
}

/** Run it, which holds up the page for up to a second the first time, and return it. */
export default async function load() {
  const scope = /** @type {any} */ (window);
  if (!scope.Plotly) await import(address);
  return scope.Plotly;
}
