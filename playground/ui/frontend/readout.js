// What lies under the pointer, in words: the position and the value of each visible layer there.

import { number } from "./camera.js";
import { cellAt, fieldValue, lineValue } from "./frame.js";
import { pickable, tileAt } from "./tiles.js";

// Value of a layer at a place, for the kinds that have one: a number or words.
const VALUE = {
  region: (layer, x, y) => fieldValue(layer, x, y),
  mesh: (layer, x, y) => latentOf(layer, cellAt(layer, x, y)),
  gap: (layer, x) => heightsOf(layer, x),
  field: (layer, x, y) => fieldValue(layer, x, y),
  line: (layer, x) => lineValue(layer.arrays.x, layer.arrays.y, x),
  area: (layer, x) => lineValue(layer.arrays.x, layer.arrays.y1, x),
  bars: (layer, x) => layer.arrays.heights[layer.arrays.edges.findLastIndex((edge) => edge <= x)] ?? NaN,
};

const TITLE = { region: "‖∇D‖" };

// The middle of a mesh's cell in the latent space; what is not seen of it is 0.
function latentOf({ options: { across, up, rest } }, cell) {
  if (!cell) return NaN;
  const [row, column] = cell;
  const middle = (places, i) => number((places[i] + places[i + 1]) / 2);
  return `z = (${middle(across, column)}, ${middle(up, row)}${rest > 0 ? ", 0 …" : ""})`;
}

// Both distribution functions.
function heightsOf({ arrays: { x, y0, y1 }, options: { unit } }, at) {
  const [real, fake] = [y0, y1].map((y) => lineValue(x, y, at) / unit);
  return real === real ? `${number(real)} of the reals, ${number(fake)} of the fakes lie below` : NaN;
}

export function readout(tip, pointer, view, fit, shown, theme) {
  const inside = pointer && fit && contains(fit.rect, pointer);
  const lines = !inside ? [] : view.bare ? tile(view, fit, pointer) : values(view, fit, shown, pointer, theme);
  tip.hidden = !lines.length;
  if (tip.hidden) return;
  tip.replaceChildren(...lines);
  const width = tip.offsetWidth;
  const left = pointer.x + 16 + width > fit.rect.left + fit.rect.width ? pointer.x - 12 - width : pointer.x + 16;
  tip.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, pointer.y - tip.offsetHeight - 8)}px)`;
}

function values(view, fit, shown, pointer, theme) {
  const x = fit.x(pointer.x);
  const y = fit.y(pointer.y);
  const place = view.equal ? `x ${number(x)}, y ${number(y)}` : `x ${number(x)}`;
  const rows = [row(place)];
  for (const layer of shown) {
    const value = layer.name && VALUE[layer.kind] ? VALUE[layer.kind](layer, x, y) : NaN;
    if (typeof value === "string") rows.push(row(layer.name, value, theme.color(layer)));
    else if (value === value) rows.push(row(TITLE[layer.kind] ?? layer.name, number(value), theme.color(layer)));
  }
  return rows;
}

function tile(view, fit, pointer) {
  const layer = pickable(view);
  const found = layer ? tileAt(layer, fit.x(pointer.x), fit.y(pointer.y)) : null;
  if (found === null) return [];
  const { columns } = layer.options;
  return [row(`row ${Math.floor(found / columns) + 1}, column ${(found % columns) + 1}`), row("click: nearest training image")];
}

function row(name, value = "", color = "") {
  const line = document.createElement("div");
  line.append(Object.assign(document.createElement("span"), { textContent: name }));
  if (value) line.append(Object.assign(document.createElement("b"), { textContent: value }));
  line.style.color = color;
  return line;
}

function contains(rect, { x, y }) {
  return x >= rect.left && y >= rect.top && x <= rect.left + rect.width && y <= rect.top + rect.height;
}
