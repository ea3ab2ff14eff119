// How each kind of layer is drawn: DRAW[kind](context, layer, camera fit, theme).

import { contour, levelOf } from "./contour.js";

export const DRAW = {
  points, field, contours, region, arrows, line, area, gap, bars, segments, mesh, trails, images, words, handles,
};

const ALPHA = { contours: 0.4, middle: 0.8, region: 0.3, mesh: [0.06, 0.6], trails: [0.08, 0.6] };

const sprites = new Map();

function points(context, layer, fit, theme) {
  const { x, y } = layer.arrays;
  const radius = Math.min(3.4, Math.max(2, fit.rect.width / 210));
  const sprite = spriteOf(layer.options.marker ?? "dot", theme.color(layer), theme.paper, radius, theme.ratio);
  const half = sprite.width / theme.ratio / 2;
  for (let i = 0; i < x.length; i++) {
    if (x[i] !== x[i] || y[i] !== y[i]) continue; // NaN
    context.drawImage(sprite, fit.px(x[i]) - half, fit.py(y[i]) - half, 2 * half, 2 * half);
  }
}

// A marker drawn once and stamped: overlapping stamps darken, so that density shows.
function spriteOf(marker, color, paper, radius, ratio) {
  const name = [marker, color, paper, radius, ratio].join();
  if (!sprites.has(name)) sprites.set(name, MARKERS[marker](color, paper, radius, ratio));
  return sprites.get(name);
}

const MARKERS = {
  dot: (color, paper, radius, ratio) =>
    stamp(color, paper, radius, ratio, (c, r) => {
      c.arc(0, 0, r, 0, 2 * Math.PI);
    }),
  diamond: (color, paper, radius, ratio) =>
    stamp(color, paper, radius, ratio, (c, r) => {
      c.moveTo(0, -1.35 * r);
      c.lineTo(1.35 * r, 0);
      c.lineTo(0, 1.35 * r);
      c.lineTo(-1.35 * r, 0);
      c.closePath();
    }),
};

function stamp(color, paper, radius, ratio, path) {
  const size = Math.ceil((2.8 * radius + 2) * ratio);
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, size / 2, size / 2);
  const draw = (context) => {
    context.beginPath();
    path(context, radius);
    context.globalAlpha = 0.72;
    context.fillStyle = color;
    context.fill();
    context.globalAlpha = 0.55;
    context.strokeStyle = paper;
    context.lineWidth = 0.6;
    context.stroke();
  };
  draw(context);
  return Object.assign(canvas, { draw }); // for files that hold drawings, not pixels: svg.js
}

function field(context, layer, fit, theme) {
  const [rows, columns] = layer.arrays.values.shape;
  const ramp = theme.ramp(layer);
  spread(context, bitmap(columns, rows, (i) => ramp[layer.arrays.values[flipped(i, rows, columns)]]), layer, fit);
}

// An image of one pixel a value over the field's extent.
function spread(context, image, layer, fit) {
  const [rows, columns] = layer.arrays.values.shape;
  const [x0, x1, y0, y1] = layer.options.extent;
  const half = { x: (x1 - x0) / (columns - 1) / 2, y: (y1 - y0) / (rows - 1) / 2 };
  const left = fit.px(x0 - half.x);
  const top = fit.py(y1 + half.y);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "medium";
  context.drawImage(image, left, top, fit.px(x1 + half.x) - left, fit.py(y0 - half.y) - top);
}

function flipped(i, rows, columns) {
  return (rows - 1 - Math.floor(i / columns)) * columns + (i % columns);
}

// Pixels from packed colours, one a cell.
function bitmap(width, height, colorAt) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colorAt(i);
  context.putImageData(image, 0, 0);
  return canvas;
}

// Lines of equal value; the one in the middle of the range is bold.
function contours(context, layer, fit, theme) {
  const { levels, range, dash } = layer.options;
  const middle = (range[0] + range[1]) / 2;
  context.setLineDash(dash ? [5, 4] : []);
  for (const level of levels) {
    const bold = Math.abs(level - middle) < 1e-6 * (range[1] - range[0]);
    context.beginPath();
    contour(context, layer, fit, levelOf(layer, level));
    stroke(context, theme.color(layer), bold ? 1.6 : 0.9, bold ? ALPHA.middle : ALPHA.contours);
  }
  context.setLineDash([]);
}

// Where a field is above the middle of its range: tinted, with its border.
function region(context, layer, fit, theme) {
  const [rows, columns] = layer.arrays.values.shape;
  const tint = theme.packed(layer, ALPHA.region);
  const image = bitmap(columns, rows, (i) => {
    const code = layer.arrays.values[flipped(i, rows, columns)];
    return code > 127 && code < 255 ? tint : 0;
  });
  spread(context, image, layer, fit);
  context.beginPath();
  contour(context, layer, fit, 127);
  stroke(context, theme.color(layer), 1.4, 0.9);
}

// Cells of a grid of latents where the generator puts them; each holds the same share, so opacity goes with 1 / area.
function mesh(context, layer, fit, theme) {
  const { x, y } = layer.arrays;
  const [rows, columns] = x.shape;
  const cells = [];
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const i = r * columns + c;
      const corners = [i, i + 1, i + columns + 1, i + columns];
      if (corners.every((k) => x[k] === x[k] && y[k] === y[k])) cells.push({ corners, area: areaOf(corners, x, y) });
    }
  }
  const dense = 1 / (cells.map((cell) => cell.area).sort((a, b) => a - b)[Math.floor(cells.length / 4)] || 1e-9);
  const [least, most] = ALPHA.mesh;
  context.fillStyle = context.strokeStyle = theme.color(layer);
  context.lineWidth = 0.6;
  for (const { corners, area } of cells) {
    context.beginPath();
    corners.forEach((k, n) => context[n ? "lineTo" : "moveTo"](fit.px(x[k]), fit.py(y[k])));
    context.closePath();
    context.globalAlpha = Math.max(least, Math.min(most, (most / dense) / Math.max(area, 1e-12)));
    context.fill();
    context.globalAlpha = 0.35;
    context.stroke();
  }
  context.globalAlpha = 1;
}

function areaOf(corners, x, y) {
  const twice = corners.reduce((sum, k, n) => {
    const next = corners[(n + 1) % corners.length];
    return sum + x[k] * y[next] - x[next] * y[k];
  }, 0);
  return Math.abs(twice) / 2;
}

// Each sample's way through the last pictures, the older the fainter.
function trails(context, layer, fit, theme) {
  const { x, y } = layer.arrays;
  const [moments, count] = x.shape;
  const [least, most] = ALPHA.trails;
  for (let t = 1; t < moments; t++) {
    context.beginPath();
    for (let i = 0; i < count; i++) {
      const [from, to] = [(t - 1) * count + i, t * count + i];
      context.moveTo(fit.px(x[from]), fit.py(y[from]));
      context.lineTo(fit.px(x[to]), fit.py(y[to]));
    }
    stroke(context, theme.color(layer), 1.2, least + ((most - least) * t) / (moments - 1));
  }
}

// The area between two curves, each edge in its own colour.
function gap(context, layer, fit, theme) {
  const { x, y0, y1 } = layer.arrays;
  context.beginPath();
  for (let i = 0; i < x.length; i++) context[i ? "lineTo" : "moveTo"](fit.px(x[i]), fit.py(y1[i]));
  for (let i = x.length - 1; i >= 0; i--) context.lineTo(fit.px(x[i]), fit.py(y0[i]));
  context.closePath();
  context.globalAlpha = 0.3;
  context.fillStyle = theme.color(layer);
  context.fill();
  [y0, y1].forEach((y, edge) => {
    context.beginPath();
    path(context, x, y, fit.px, fit.py);
    stroke(context, theme.pick(layer.options.edges[edge]), 1.8, 1);
  });
}

function arrows(context, layer, fit, theme) {
  const { x, y, u, v } = layer.arrays;
  context.beginPath();
  for (let i = 0; i < x.length; i++) arrow(context, fit.px(x[i]), fit.py(y[i]), u[i] * fit.scale.x, -v[i] * fit.scale.y);
  stroke(context, theme.color(layer), 1.2, 0.7);
}

function arrow(context, x, y, dx, dy) {
  const length = Math.hypot(dx, dy);
  if (!(length > 0.6)) return; // a vanished gradient is nothing, not a dot
  const head = Math.min(4.5, 0.45 * length) / length;
  context.moveTo(x, y);
  context.lineTo(x + dx, y + dy);
  context.moveTo(x + dx - head * (dx - 0.55 * dy), y + dy - head * (dy + 0.55 * dx));
  context.lineTo(x + dx, y + dy);
  context.lineTo(x + dx - head * (dx + 0.55 * dy), y + dy - head * (dy - 0.55 * dx));
}

function line(context, layer, fit, theme) {
  const { x, y } = layer.arrays;
  context.beginPath();
  path(context, x, y, fit.px, heights(layer, fit));
  context.setLineDash(layer.options.dash ? [7, 5] : []);
  stroke(context, theme.color(layer), layer.options.dash ? 1.8 : 2.4, 1);
  context.setLineDash([]);
}

function heights(layer, fit) {
  return layer.right && fit.right ? fit.right.py : fit.py;
}

// NaN lifts the pen.
function path(context, x, y, px, py) {
  let down = false;
  for (let i = 0; i < x.length; i++) {
    const seen = x[i] === x[i] && y[i] === y[i];
    if (seen) context[down ? "lineTo" : "moveTo"](px(x[i]), py(y[i]));
    down = seen;
  }
}

function area(context, layer, fit, theme) {
  const { x, y0, y1 } = layer.arrays;
  const py = heights(layer, fit);
  context.beginPath();
  for (let i = 0; i < x.length; i++) context[i ? "lineTo" : "moveTo"](fit.px(x[i]), py(y1[i]));
  for (let i = x.length - 1; i >= 0; i--) context.lineTo(fit.px(x[i]), py(y0[i]));
  context.closePath();
  context.globalAlpha = 0.2;
  context.fillStyle = theme.color(layer);
  context.fill();
  context.beginPath();
  path(context, x, y1, fit.px, py);
  stroke(context, theme.color(layer), 2, 1);
}

function bars(context, layer, fit, theme) {
  const { edges, heights: tops } = layer.arrays;
  const py = heights(layer, fit);
  const base = py(0);
  context.globalAlpha = 0.34;
  context.fillStyle = theme.color(layer);
  for (let i = 0; i < tops.length; i++) {
    const left = fit.px(edges[i]);
    context.fillRect(left, py(tops[i]), Math.max(0.5, fit.px(edges[i + 1]) - left - 0.75), base - py(tops[i]));
  }
  context.globalAlpha = 1;
}

function segments(context, layer, fit, theme) {
  const { x0, y0, x1, y1 } = layer.arrays;
  context.beginPath();
  for (let i = 0; i < x0.length; i++) {
    context.moveTo(fit.px(x0[i]), fit.py(y0[i]));
    context.lineTo(fit.px(x1[i]), fit.py(y1[i]));
  }
  stroke(context, theme.color(layer), 1, 0.45);
}

// Tiles row by row from `at`: left, top and side in data units, by default the top left of the picture; paper where 0 and ink
// where 255. Labels stand on them, in their tints.
function images(context, layer, fit, theme) {
  const { tiles } = layer.arrays;
  const [count, height, width] = tiles.shape;
  const { columns, labels, tints, at: [x0, y0, side] = [0, Math.ceil(count / columns), 1] } = layer.options;
  if (!count) return;
  const atlas = bitmap(width, height * count, (i) => theme.inks[tiles[i]]);
  const step = side * fit.scale.x;
  const size = step - Math.min(3, step / 16);
  context.imageSmoothingEnabled = step < 2 * width; // enlarged pixels stay pixels
  for (let i = 0; i < count; i++) {
    const left = fit.px(x0 + side * (i % columns));
    const top = fit.py(y0 - side * Math.floor(i / columns));
    context.drawImage(atlas, 0, i * height, width, height, left, top, size, size);
    if (labels?.[i]) plate(context, labels[i], left, top, size, theme.color({ color: tints[i] }), theme);
  }
}

// Words along the lower edge of a tile, as large as they fit.
function plate(context, text, left, top, size, color, theme) {
  const high = Math.max(14, Math.min(20, size / 5));
  context.fillStyle = theme.paper;
  context.globalAlpha = 0.85;
  context.fillRect(left, top + size - high, size, high);
  context.globalAlpha = 1;
  context.font = `600 ${Math.round(0.72 * high)}px ${theme.font}`;
  context.fillStyle = color;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, left + size / 2, top + size - high / 2, size - 2);
}

// Words at places, as high as `size` in data units but always readable.
function words(context, layer, fit, theme) {
  const { x, y } = layer.arrays;
  const { texts, align, size } = layer.options;
  context.font = `${Math.min(17, Math.max(11, size * fit.scale.x))}px ${theme.font}`;
  context.fillStyle = theme.color(layer);
  context.textAlign = align;
  context.textBaseline = "middle";
  for (let i = 0; i < texts.length; i++) context.fillText(texts[i], fit.px(x[i]), fit.py(y[i]));
}

// Where handles stand; what is dragged lies over it.
function handles(context, layer, fit, theme) {
  const { x, y } = layer.arrays;
  context.beginPath();
  for (let i = 0; i < x.length; i++) {
    context.moveTo(fit.px(x[i]) + 7, fit.py(y[i]));
    context.arc(fit.px(x[i]), fit.py(y[i]), 7, 0, 2 * Math.PI);
  }
  stroke(context, theme.color(layer), 1.5, 0.9);
}

function stroke(context, color, width, alpha) {
  context.globalAlpha = alpha;
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.stroke();
  context.globalAlpha = 1;
}
