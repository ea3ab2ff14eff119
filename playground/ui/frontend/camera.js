// Which part of the plane is seen: a zoom and a centre in data units, so that they outlive new data.

const ZOOM = { least: 0.5, most: 16 }; // beyond, the steps of the coordinates would show

export class Camera {
  constructor() {
    this.home();
  }

  home() {
    this.zoom = 1;
    this.x = null; // centre in data units; null = the middle of the view
    this.y = null;
  }

  get isHome() {
    return this.zoom === 1 && this.x === null && this.y === null;
  }

  // Scales for a view inside a rectangle of pixels {left, top, width, height}.
  fit(view, rect) {
    const [x0, x1] = view.x;
    const [y0, y1] = view.y;
    const across = rect.width / (x1 - x0);
    const up = rect.height / (y1 - y0);
    const even = Math.min(across, up) * this.zoom;
    // only a plane with equal units is zoomed both ways: the heights of densities stay comparable
    const scale = view.equal ? { x: even, y: even } : { x: across * this.zoom, y: up };
    const centre = { x: this.x ?? (x0 + x1) / 2, y: (view.equal ? this.y : null) ?? (y0 + y1) / 2 };
    const middle = { x: rect.left + rect.width / 2, y: rect.top + rect.height / 2 };
    const px = (x) => middle.x + (x - centre.x) * scale.x;
    const py = (y) => middle.y - (y - centre.y) * scale.y;
    const x = (pixel) => centre.x + (pixel - middle.x) / scale.x;
    const y = (pixel) => centre.y - (pixel - middle.y) / scale.y;
    return { px, py, x, y, scale, centre, middle, rect, right: rightAxis(view, py, y) };
  }

  // Zoom by a factor with the data under a pixel staying there.
  zoomAt(view, fitted, pixel, factor) {
    const zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, this.zoom * factor));
    const shrink = this.zoom / zoom;
    const at = { x: fitted.x(pixel.x), y: fitted.y(pixel.y) };
    this.zoom = zoom;
    this.moveTo(view, at.x + (fitted.centre.x - at.x) * shrink, at.y + (fitted.centre.y - at.y) * shrink);
  }

  panBy(view, fitted, dx, dy) {
    this.moveTo(view, fitted.centre.x - dx / fitted.scale.x, fitted.centre.y + dy / fitted.scale.y);
  }

  // The centre stays within half a width of the view: what lies farther away was not sent.
  moveTo(view, x, y) {
    this.x = clamp(x, view.x);
    this.y = view.equal ? clamp(y, view.y) : null;
  }
}

function clamp(value, [low, high]) {
  const slack = (high - low) / 2;
  return Math.min(high + slack, Math.max(low - slack, value));
}

// The right axis shares the pixels of the left one: [low, high] of the one lie on those of the other.
function rightAxis(view, py, y) {
  if (!view.right) return null;
  const [y0, y1] = view.y;
  const [low, high] = view.right;
  // zero of a density is the bottom of D(x), also when the axis starts a little lower
  const bottom = Math.max(y0, Math.min(0, y1));
  const factor = (y1 - bottom) / ((high - low) * 1.04);
  return { py: (value) => py(bottom + (value - low) * factor), y: (pixel) => low + (y(pixel) - bottom) / factor };
}

// Round numbers between low and high, about `wanted` of them.
export function ticks(low, high, wanted) {
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    found.push({ value: i * step, text: digits > 6 ? (i * step).toExponential(0) : minus((i * step).toFixed(digits)) });
  }
  return found;
}

export function number(value) {
  const size = Math.abs(value);
  if (size < 1e-9) return "0"; // what is left of a zero after quantisation
  if (size < 1e-3 || size >= 1e5) return minus(value.toExponential(1));
  return minus(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2));
}

function minus(text) {
  return text.replace(/^-(?=0(\.0*)?$)/, "").replace("-", "−");
}
