// How each kind of layer is drawn: DRAW[kind](context, layer, camera fit, theme).

export const DRAW = { points, field, arrows, line, area, bars, segments, images, words };

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
  context.beginPath();
  path(context, radius);
  context.globalAlpha = 0.72;
  context.fillStyle = color;
  context.fill();
  context.globalAlpha = 0.55;
  context.strokeStyle = paper;
  context.lineWidth = 0.6;
  context.stroke();
  return canvas;
}

function field(context, layer, fit, theme) {
  const [rows, columns] = layer.arrays.values.shape;
  const [x0, x1, y0, y1] = layer.options.extent;
  const half = { x: (x1 - x0) / (columns - 1) / 2, y: (y1 - y0) / (rows - 1) / 2 };
  const image = bitmap(columns, rows, (i) => theme.ramp(layer)[layer.arrays.values[flipped(i, rows, columns)]]);
  const left = fit.px(x0 - half.x);
  const top = fit.py(y1 + half.y);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "medium";
  context.drawImage(image, left, top, fit.px(x1 + half.x) - left, fit.py(y0 - half.y) - top);
  if (layer.options.contour) contour(context, layer, fit, theme);
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

const SIDES = [[0, 0, 1, 0], [1, 0, 1, 1], [1, 1, 0, 1], [0, 1, 0, 0]]; // of a cell: from (column, row) to (column, row)

// Where the field crosses its middle, by marching squares: each cell has at most two crossings to join (four at saddles).
function contour(context, layer, fit, theme) {
  const { values } = layer.arrays;
  const [rows, columns] = values.shape;
  const [x0, x1, y0, y1] = layer.options.extent;
  const cell = { x: (x1 - x0) / (columns - 1), y: (y1 - y0) / (rows - 1) };
  const place = (column, row) => [fit.px(x0 + column * cell.x), fit.py(y0 + row * cell.y)];
  const crossing = (c0, r0, c1, r1) => {
    const a = values[r0 * columns + c0] - 127.01;
    const b = values[r1 * columns + c1] - 127.01;
    if (a < 0 === b < 0) return null;
    const share = a / (a - b);
    return place(c0 + share * (c1 - c0), r0 + share * (r1 - r0));
  };
  context.beginPath();
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const sides = SIDES.map(([c0, r0, c1, r1]) => crossing(c + c0, r + r0, c + c1, r + r1));
      const ends = sides.filter(Boolean);
      for (let i = 0; i + 1 < ends.length; i += 2) {
        context.moveTo(...ends[i]);
        context.lineTo(...ends[i + 1]);
      }
    }
  }
  stroke(context, theme.color(layer), 1.3, 0.55);
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

// Tiles row by row from `at`: left, top and side in data units, by default the top left of the picture; paper where 0 and ink where 255.
function images(context, layer, fit, theme) {
  const { tiles } = layer.arrays;
  const [count, height, width] = tiles.shape;
  const { columns, at: [x0, y0, side] = [0, Math.ceil(count / layer.options.columns), 1] } = layer.options;
  if (!count) return;
  const atlas = bitmap(width, height * count, (i) => theme.inks[tiles[i]]);
  const step = side * fit.scale.x;
  const size = step - Math.min(3, step / 16);
  context.imageSmoothingEnabled = step < 2 * width; // enlarged pixels stay pixels
  for (let i = 0; i < count; i++) {
    const left = fit.px(x0 + side * (i % columns));
    const top = fit.py(y0 - side * Math.floor(i / columns));
    context.drawImage(atlas, 0, i * height, width, height, left, top, size, size);
  }
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

function stroke(context, color, width, alpha) {
  context.globalAlpha = alpha;
  context.strokeStyle = color;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.stroke();
  context.globalAlpha = 1;
}
