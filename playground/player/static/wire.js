/**
 * Reading a message from Python; its format is described in playground/frames.py.
 *
 * @typedef {Object<string, any>} Header
 * @typedef {{data: Float32Array|Int32Array|Uint8Array, size: number}} Field  values of all frames; `size` per frame
 */

const VIEWS = {f4: Float32Array, i4: Int32Array, u1: Uint8Array};

/** @param {Uint8Array} message @returns {{header: Header, body: Uint8Array}} */
export function open(message) {
  const length = new DataView(message.buffer, message.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(message.subarray(4, 4 + length)));
  return {header, body: message.slice(4 + length)};
}

/** @param {Header} header @param {Uint8Array} body @returns {Promise<Object<string, Field>>} */
export async function inflate(header, body) {
  const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  /** @type {Object<string, Field>} */
  const fields = {};
  let at = 0;
  for (const [name, kind, shape] of header.fields) {
    const View = VIEWS[kind];
    const size = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
    const bytes = header.count * size * View.BYTES_PER_ELEMENT;
    const data = new View(buffer.slice(at, at + bytes));
    if (data instanceof Uint8Array) sum(data, size);
    fields[name] = {data, size};
    at += bytes;
  }
  return fields;
}

/** Undo the differences, in place: first along each frame, then from frame to frame. */
function sum(/** @type {Uint8Array} */ data, /** @type {number} */ size) {
  for (let start = 0; start < data.length; start += size) {
    for (let i = start + 1; i < start + size; i++) data[i] += data[i - 1];
    if (start) for (let i = start; i < start + size; i++) data[i] += data[i - size];
  }
}
