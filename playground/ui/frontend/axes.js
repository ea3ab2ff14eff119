// Ticks, grid and titles around the plot.

import { ticks } from "./camera.js";

const SIZE = 12; // px of the tick labels

// Room around the data for ticks and titles.
export function margins(view) {
  if (view.bare) return { left: 0, right: 0, top: 0, bottom: 0 };
  return { left: view.y[2] ? 54 : 34, right: view.right ? 52 : 10, top: 8, bottom: view.x[2] ? 40 : 24 };
}

// The rectangle inside a canvas of {width, height} that the data may use.
export function plotRect(view, { width, height }) {
  const { left, right, top, bottom } = margins(view);
  return { left, top, width: width - left - right, height: height - top - bottom };
}

export function drawAxes(context, view, fit, theme, shown) {
  const { rect } = fit;
  const right = rect.left + rect.width;
  const bottom = rect.top + rect.height;
  const heated = shown.some((layer) => layer.kind === "field");
  context.font = `${SIZE}px ${theme.font}`;
  context.lineWidth = 1;

  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { value, text } of ticks(fit.x(rect.left), fit.x(right), rect.width / 90)) {
    const x = Math.round(fit.px(value)) + 0.5;
    mark(context, x, bottom, x, bottom + 4, theme.muted);
    label(context, text, x, bottom + 6, theme.muted);
  }
  label(context, view.x[2], rect.left + rect.width / 2, bottom + 23, theme.muted);

  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, text } of ticks(Math.max(fit.y(bottom), floorOf(view)), fit.y(rect.top), rect.height / 70)) {
    const y = Math.round(fit.py(value)) + 0.5;
    if (!heated) mark(context, rect.left, y, right, y, theme.line);
    label(context, text, rect.left - 6, y, theme.muted);
  }
  upright(context, view.y[2], 12, rect, -Math.PI / 2, theme.muted);
  if (fit.right) drawRight(context, view, fit, theme, right);
  mark(context, rect.left, bottom + 0.5, right, bottom + 0.5, theme.muted);
}

function drawRight(context, view, fit, theme, edge) {
  const color = theme.color(view.layers.find((layer) => layer.right) ?? { color: [theme.muted, theme.muted] });
  context.textAlign = "left";
  for (const { value, text } of ticks(view.right[0], view.right[1], fit.rect.height / 70)) {
    label(context, text, edge + 7, fit.right.py(value), color);
  }
  upright(context, view.right[2], edge + 44, fit.rect, Math.PI / 2, color);
}

// A density has no negative values: no ticks below the line where they start.
function floorOf(view) {
  return view.right ? 0 : -Infinity;
}

function mark(context, x0, y0, x1, y1, color) {
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

function label(context, text, x, y, color) {
  context.fillStyle = color;
  context.fillText(text, x, y);
}

function upright(context, text, x, rect, angle, color) {
  context.save();
  context.translate(x, rect.top + rect.height / 2);
  context.rotate(angle);
  context.textAlign = "center";
  label(context, text, 0, 0, color);
  context.restore();
}
