// Frames of playground/plots/view.py: their headers, with the arrays back in data units.

const NAN = -32768;

export function decodeAll(bytes) {
  const sizes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const views = [];
  for (let at = 4; views.length < sizes.getUint32(0, true); ) {
    const length = sizes.getUint32(at, true);
    views.push(decode(bytes.slice(at + 4, at + 4 + length).buffer)); // a copy starts at 0, as typed arrays need
    at += 4 + length;
  }
  return views;
}

function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const view = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  for (const layer of view.layers) {
    for (const [name, spec] of Object.entries(layer.arrays ?? {})) layer.arrays[name] = unpack(buffer, 4 + length, spec);
  }
  return view;
}

function unpack(buffer, data, [start, shape, kind, base, step]) {
  const count = shape.reduce((product, size) => product * size, 1);
  if (kind === "u") return Object.assign(new Uint8Array(buffer, data + start, count), { shape });
  const codes = new Int16Array(buffer, data + start, count);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = codes[i] === NAN ? NaN : base + step * codes[i];
  return Object.assign(values, { shape });
}

// Value of a field (codes 0 .. 254 between low and high, 255 = NaN) at a place in data units.
export function fieldValue(layer, x, y) {
  const { values } = layer.arrays;
  const [rows, columns] = values.shape;
  const [x0, x1, y0, y1] = layer.options.extent;
  const column = Math.round(((x - x0) / (x1 - x0)) * (columns - 1));
  const row = Math.round(((y - y0) / (y1 - y0)) * (rows - 1));
  if (column < 0 || row < 0 || column >= columns || row >= rows) return NaN;
  const code = values[row * columns + column];
  if (code === 255) return NaN;
  const [low, high] = layer.options.range;
  const value = low + (code / 254) * (high - low);
  return layer.options.log ? 10 ** value : value;
}

// Row and column of the last cell of a mesh that holds a place in data units, or null.
export function cellAt({ arrays: { x, y } }, px, py) {
  const [rows, columns] = x.shape;
  for (let r = rows - 2; r >= 0; r--) {
    for (let c = columns - 2; c >= 0; c--) {
      const corner = [r * columns + c, r * columns + c + 1, (r + 1) * columns + c + 1, (r + 1) * columns + c];
      if (inside(corner.map((i) => [x[i], y[i]]), px, py)) return [r, c];
    }
  }
  return null;
}

// Whether a polygon holds a place, by the parity of the sides to its right.
function inside(corners, px, py) {
  let within = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [corners[i], corners[j]];
    if (yi > py !== yj > py && px < ((xj - xi) * (py - yi)) / (yj - yi) + xi) within = !within;
  }
  return within;
}

// Value at x of a line through (xs, ys), whose xs ascend.
export function lineValue(xs, ys, x) {
  let low = 0;
  let high = xs.length - 1;
  if (!(x >= xs[low] && x <= xs[high])) return NaN;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle;
  }
  const share = (x - xs[low]) / (xs[high] - xs[low] || 1);
  return ys[low] + share * (ys[high] - ys[low]);
}
