// The picture as a file: what is seen, as PNG or SVG, with its words.

import { menu } from "./menu.js";
import { withWords } from "./png.js";
import { SvgContext } from "./svg.js";

const SHARP = 2; // pixels of a PNG to one of the page

// The menu for a stage with drawOn(context, size, theme), size, look and view.
export function saving(stage) {
  return menu("Save this picture", "Save", [
    ["PNG image", "Save this picture as PNG, twice as sharp as on the page", () => savePng(stage)],
    ["SVG drawing", "Save this picture as SVG, to scale and to edit", () => saveSvg(stage)],
  ]);
}

async function savePng(stage) {
  const { size, look, view } = stage;
  const [width, height] = [SHARP * size.width, SHARP * size.height];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.setTransform(SHARP, 0, 0, SHARP, 0, 0);
  paper(context, size, look);
  stage.drawOn(context, size, { ...look, ratio: SHARP });
  const words = wordsOf(view);
  const pixels = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const file = withWords(await pixels.arrayBuffer(), { Title: words.title, Description: words.description });
  download(file, `${nameOf(view)}.png`);
}

function saveSvg(stage) {
  const { size, look, view } = stage;
  const context = new SvgContext();
  paper(context, size, look);
  stage.drawOn(context, size, look);
  const text = context.document(size.width, size.height, wordsOf(view));
  download(new Blob([text], { type: "image/svg+xml" }), `${nameOf(view)}.svg`);
}

function paper(context, { width, height }, { paper: color }) {
  context.fillStyle = color;
  context.fillRect(0, 0, width, height);
}

function wordsOf(view) {
  return { title: `GAN at iteration ${view.iteration}`, description: view.alt };
}

function nameOf(view) {
  return `gan-iteration-${view.iteration}`;
}

function download(blob, name) {
  const address = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000); // once the browser has read it
}
