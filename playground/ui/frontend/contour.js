// Lines along which a field has one value, by marching squares.

const SIDES = [[0, 0, 1, 0], [1, 0, 1, 1], [1, 1, 0, 1], [0, 1, 0, 0]]; // of a cell: from (column, row) to (column, row)
const NOTHING = 255; // the code where a field has no value

// A value of a field as a code; a little off the whole codes, so that no line runs along a plateau.
export function levelOf({ options: { range } }, value) {
  return (254 * (value - range[0])) / (range[1] - range[0]) + 0.01;
}

// Adds the lines to the context's path: each cell has two crossings to join, four at saddles.
export function contour(context, layer, fit, level) {
  const { values } = layer.arrays;
  const [rows, columns] = values.shape;
  const [x0, x1, y0, y1] = layer.options.extent;
  const cell = { x: (x1 - x0) / (columns - 1), y: (y1 - y0) / (rows - 1) };
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const i = r * columns + c;
      const [a, b, d, e] = [values[i], values[i + 1], values[i + columns], values[i + columns + 1]];
      const above = (a > level) + (b > level) + (d > level) + (e > level);
      if (above === 0 || above === 4 || Math.max(a, b, d, e) === NOTHING) continue;
      const ends = [];
      for (const [c0, r0, c1, r1] of SIDES) {
        const from = values[(r + r0) * columns + c + c0] - level;
        const to = values[(r + r1) * columns + c + c1] - level;
        if (from > 0 === to > 0) continue;
        const share = from / (from - to);
        ends.push([fit.px(x0 + (c + c0 + share * (c1 - c0)) * cell.x), fit.py(y0 + (r + r0 + share * (r1 - r0)) * cell.y)]);
      }
      for (let k = 0; k + 1 < ends.length; k += 2) {
        context.moveTo(...ends[k]);
        context.lineTo(...ends[k + 1]);
      }
    }
  }
}
