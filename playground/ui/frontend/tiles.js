// Choosing a tile of a picture of images: by a click, or by the arrow keys and Enter.

const STILL = 4; // px that a pointer may move between down and up and still mean a click
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export const CHOOSING = "Choose a tile with the arrow keys and Enter. Zoom with + and −, 0 shows everything.";

// The layer whose tiles can be chosen, if there is one.
export function pickable(view) {
  return view?.layers.find((layer) => layer.options.pick);
}

// Which tile, from 0, lies at a place in data units; null beside the tiles.
export function tileAt(layer, x, y) {
  const { columns } = layer.options;
  const [count] = layer.arrays.tiles.shape;
  const column = Math.floor(x);
  const tile = Math.floor(Math.ceil(count / columns) - y) * columns + column;
  return column >= 0 && column < columns && tile >= 0 && tile < count ? tile : null;
}

export class Picker {
  // `told` is called with the number of the tile that was chosen.
  constructor(stage, told) {
    Object.assign(this, { stage, told, cursor: null });
    const { canvas } = stage;
    const down = { x: 0, y: 0 };
    canvas.addEventListener("pointerdown", (event) => Object.assign(down, { x: event.offsetX, y: event.offsetY }));
    canvas.addEventListener("click", (event) => {
      if (Math.hypot(event.offsetX - down.x, event.offsetY - down.y) <= STILL) this.click(event.offsetX, event.offsetY);
    });
    canvas.addEventListener("keydown", (event) => this.press(event), { capture: true }); // before the arrow keys move all
    canvas.addEventListener("blur", () => this.move(null));
  }

  click(x, y) {
    const layer = pickable(this.stage.view);
    const { fit } = this.stage;
    const tile = layer && fit ? tileAt(layer, fit.x(x), fit.y(y)) : null;
    if (tile !== null) this.choose(tile);
  }

  press(event) {
    const layer = pickable(this.stage.view);
    const step = STEPS[event.key];
    if (!layer || event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) this.move(this.beside(layer, step));
    else if (event.key === "Enter" && this.cursor !== null) this.choose(this.cursor);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // The tile one step from the cursor; the first step shows where it is.
  beside(layer, [down, right]) {
    if (this.cursor === null) return this.stage.view.tile ?? 0;
    const { columns } = layer.options;
    const [count] = layer.arrays.tiles.shape;
    const column = this.cursor % columns + right;
    const tile = this.cursor + down * columns + right;
    return column >= 0 && column < columns && tile >= 0 && tile < count ? tile : this.cursor;
  }

  move(tile) {
    this.cursor = tile;
    this.stage.draw();
  }

  choose(tile) {
    this.stage.view.tile = tile;
    this.told(tile);
    this.stage.draw();
  }

  // A frame around the chosen tile, and a dashed one around the cursor's.
  draw(context, view, fit, theme) {
    const layer = pickable(view);
    if (!layer) return;
    if (view.tile !== null && view.tile !== undefined) outline(context, layer, view.tile, fit, theme, []);
    if (this.cursor !== null) outline(context, layer, this.cursor, fit, theme, [4, 3]);
  }
}

function outline(context, layer, tile, fit, theme, dash) {
  const { columns } = layer.options;
  const rows = Math.ceil(layer.arrays.tiles.shape[0] / columns);
  const size = fit.scale.x - Math.min(3, fit.scale.x / 16);
  context.strokeStyle = theme.color({ color: layer.options.mark });
  context.lineWidth = 2;
  context.setLineDash(dash);
  const inset = 1; // within the tile, or the edge of the picture would cut it
  context.strokeRect(
    fit.px(tile % columns) + inset,
    fit.py(rows - Math.floor(tile / columns)) + inset,
    size - 2 * inset,
    size - 2 * inset,
  );
  context.setLineDash([]);
}
