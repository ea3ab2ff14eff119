// Colours and fonts from Streamlit's theme. A layer brings its colour for a light and for a dark background.

export function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const paper = read("--st-background-color", "#ffffff");
  const ink = read("--st-text-color", "#22262e");
  const dark = luminance(paper) < luminance(ink);
  const pick = (shades) => shades[dark ? 1 : 0];
  const ramps = new Map();
  return {
    dark,
    paper,
    ink,
    muted: read("--st-gray-text-color", ink),
    line: read("--st-border-color-light", "rgba(128,128,128,0.25)"),
    font: read("--st-font", "sans-serif"),
    ratio: Math.min(3, window.devicePixelRatio || 1),
    inks: blend([paper, ink]),
    pick,
    color: (layer) => pick(layer.color),
    packed: (layer, alpha) => packed(rgb(pick(layer.color)), alpha),
    ends: (layer) => layer.ramp.map(pick),
    ramp: (layer) => {
      const ends = layer.ramp.map(pick);
      if (!ramps.has(ends.join())) ramps.set(ends.join(), blend(ends, 255));
      return ramps.get(ends.join());
    },
  };
}

// Packed colours evenly between the given ones; code 255 of a field (no value) is see-through.
function blend(colors, count = 256) {
  const stops = colors.map(rgb);
  const table = new Uint32Array(256);
  for (let i = 0; i < count; i++) {
    const place = (i / (count - 1)) * (stops.length - 1);
    const first = Math.min(stops.length - 2, Math.floor(place));
    const mix = [0, 1, 2].map((k) => stops[first][k] + (place - first) * (stops[first + 1][k] - stops[first][k]));
    table[i] = packed(mix, 1);
  }
  return table;
}

// A colour as one pixel of a bitmap.
function packed([r, g, b], alpha) {
  return ((Math.round(255 * alpha) << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

function rgb(color) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

function luminance(color) {
  const [r, g, b] = rgb(color);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
