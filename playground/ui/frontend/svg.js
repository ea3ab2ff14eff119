// What a canvas context does, as SVG: the code that draws a picture writes one that can be scaled and edited.

const STATE = ["fillStyle", "strokeStyle", "lineWidth", "lineJoin", "lineCap", "globalAlpha", "font", "textAlign"];
const MORE = ["textBaseline", "imageSmoothingEnabled", "dashes", "matrix", "groups"];
const ANCHORS = { center: "middle", right: "end", end: "end" };
const RISE = { top: 0.82, hanging: 0.8, middle: 0.34, bottom: -0.2 }; // of the font's size, down to the baseline
const palette = document.createElement("canvas").getContext("2d"); // knows every way to write a colour

export class SvgContext {
  constructor() {
    Object.assign(this, { fillStyle: "#000000", strokeStyle: "#000000", lineWidth: 1, lineJoin: "miter", lineCap: "butt" });
    Object.assign(this, { globalAlpha: 1, font: "10px sans-serif", textAlign: "start", textBaseline: "alphabetic" });
    Object.assign(this, { imageSmoothingEnabled: true, imageSmoothingQuality: "low", dashes: [], matrix: new DOMMatrix() });
    Object.assign(this, { groups: 0, body: [], definitions: [], known: new Map(), saved: [], path: "" });
  }

  // The whole document; title and description are its words for who cannot see it.
  document(width, height, { title, description }) {
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
      ` role="img" aria-labelledby="title description"><title id="title">${escaped(title)}</title>`,
      `<desc id="description">${escaped(description)}</desc>`,
      `<defs>${this.definitions.join("")}</defs>${this.body.join("\n")}</svg>\n`,
    ].join("");
  }

  // A layer as a group of its own, named as in the legend; a canvas has no such thing.
  enter(layer) {
    this.put(`<g data-layer="${escaped(layer.name)}" data-kind="${layer.kind}"><title>${escaped(layer.name)}</title>`);
  }

  leave() {
    this.put("</g>");
  }

  save() {
    this.saved.push(Object.fromEntries([...STATE, ...MORE].map((name) => [name, this[name]])));
    this.matrix = DOMMatrix.fromMatrix(this.matrix);
    this.groups = 0;
  }

  restore() {
    this.put("</g>".repeat(this.groups));
    Object.assign(this, this.saved.pop());
  }

  setTransform(...numbers) {
    this.matrix = new DOMMatrix(numbers);
  }

  translate(x, y) {
    this.matrix.translateSelf(x, y);
  }

  rotate(angle) {
    this.matrix.rotateSelf((angle * 180) / Math.PI);
  }

  scale(x, y) {
    this.matrix.scaleSelf(x, y);
  }

  setLineDash(dashes) {
    this.dashes = dashes;
  }

  beginPath() {
    this.path = "";
  }

  moveTo(x, y) {
    this.path += `M${n(x)} ${n(y)}`;
  }

  lineTo(x, y) {
    this.path += `${this.path ? "L" : "M"}${n(x)} ${n(y)}`;
  }

  quadraticCurveTo(...numbers) {
    this.path += `Q${numbers.map(n).join(" ")}`;
  }

  bezierCurveTo(...numbers) {
    this.path += `C${numbers.map(n).join(" ")}`;
  }

  closePath() {
    this.path += "Z";
  }

  rect(x, y, width, height) {
    this.path += `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}Z`;
  }

  // In halves, for an arc from a point to itself is nothing.
  arc(x, y, radius, from, to, back = false) {
    const turn = back ? -1 : 1;
    const sweep = Math.min(2 * Math.PI, Math.abs(to - from));
    const at = (share) => `${n(x + radius * Math.cos(from + turn * share * sweep))} ${n(y + radius * Math.sin(from + turn * share * sweep))}`;
    const half = `A${n(radius)} ${n(radius)} 0 0 ${back ? 0 : 1} `;
    this.path += `${this.path && !this.path.endsWith("Z") ? "L" : "M"}${at(0)}${half}${at(0.5)}${half}${at(1)}`;
  }

  clip() {
    const name = `clip${this.definitions.length}`;
    this.definitions.push(`<clipPath id="${name}"><path d="${this.path}"${this.place()}/></clipPath>`);
    this.put(`<g clip-path="url(#${name})">`);
    this.groups += 1;
  }

  fill() {
    if (this.path) this.put(`<path d="${this.path}"${this.paint("fill", this.fillStyle)}${this.place()}/>`);
  }

  stroke() {
    if (this.path) this.put(`<path d="${this.path}" fill="none"${this.pen()}${this.place()}/>`);
  }

  clearRect() {}

  fillRect(x, y, width, height) {
    this.put(`<rect${box(x, y, width, height)}${this.paint("fill", this.fillStyle)}${this.place()}/>`);
  }

  strokeRect(x, y, width, height) {
    this.put(`<rect${box(x, y, width, height)} fill="none"${this.pen()}${this.place()}/>`);
  }

  fillText(text, x, y) {
    this.write(text, x, y, this.paint("fill", this.fillStyle));
  }

  strokeText(text, x, y) {
    this.write(text, x, y, ` fill="none"${this.pen()}`);
  }

  measureText(text) {
    palette.font = this.font;
    return palette.measureText(text);
  }

  // A picture that knows how it is drawn stays a drawing; any other becomes pixels.
  drawImage(image, ...numbers) {
    const [sx, sy, sw, sh] = numbers.length === 8 ? numbers : [0, 0, image.width, image.height];
    const [x, y, width = sw, height = sh] = numbers.slice(numbers.length === 8 ? 4 : 0);
    if (image.draw) return this.put(`<use href="#${this.symbol(image)}" x="${n(x + width / 2)}" y="${n(y + height / 2)}"${this.place()}/>`);
    const alpha = this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : "";
    const grain = this.imageSmoothingEnabled ? "" : ' style="image-rendering:pixelated"';
    const pixels = pixelsOf(image, sx, sy, sw, sh);
    this.put(`<image${box(x, y, width, height)} preserveAspectRatio="none" href="${pixels}"${alpha}${grain}${this.place()}/>`);
  }

  symbol(image) {
    if (!this.known.has(image)) {
      const name = `mark${this.known.size}`;
      const inside = new SvgContext();
      image.draw(inside);
      this.definitions.push(`<g id="${name}">${inside.body.join("")}</g>`);
      this.known.set(image, name);
    }
    return this.known.get(image);
  }

  write(text, x, y, paint) {
    const size = parseFloat(this.font.match(/([\d.]+)px/)?.[1] ?? 10);
    const family = this.font.replace(/^.*?px\s*/, "");
    const weight = /\b(bold|[5-9]00)\b/.exec(this.font)?.[1];
    const font = ` font-family="${escaped(family)}" font-size="${size}"${weight ? ` font-weight="${weight}"` : ""}`;
    const place = ` x="${n(x)}" y="${n(y + size * (RISE[this.textBaseline] ?? 0))}" text-anchor="${ANCHORS[this.textAlign] ?? "start"}"`;
    this.put(`<text${place}${font}${paint}${this.place()}>${escaped(text)}</text>`);
  }

  pen() {
    const dashes = this.dashes.length ? ` stroke-dasharray="${this.dashes.join(" ")}"` : "";
    const ends = ` stroke-linejoin="${this.lineJoin}" stroke-linecap="${this.lineCap}"`;
    return `${this.paint("stroke", this.strokeStyle)} stroke-width="${n(this.lineWidth)}"${ends}${dashes}`;
  }

  paint(what, style) {
    const [color, alpha] = opaque(style);
    const seen = alpha * this.globalAlpha;
    return ` ${what}="${color}"${seen < 1 ? ` ${what}-opacity="${n(seen)}"` : ""}`;
  }

  place() {
    const { a, b, c, d, e, f, isIdentity } = this.matrix;
    return isIdentity ? "" : ` transform="matrix(${[a, b, c, d, e, f].map((number) => +number.toFixed(4)).join(" ")})"`;
  }

  put(text) {
    if (text) this.body.push(text);
  }
}

function box(x, y, width, height) {
  return ` x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"`;
}

// A hundredth of a pixel is enough.
function n(number) {
  return String(+number.toFixed(2));
}

// A colour as #rrggbb and its opacity: what every reader of SVG knows.
function opaque(style) {
  palette.fillStyle = style;
  const parts = palette.fillStyle.match(/^rgba\((\d+), (\d+), (\d+), ([\d.]+)\)$/);
  if (!parts) return [palette.fillStyle, 1];
  return [`#${parts.slice(1, 4).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`, Number(parts[4])];
}

function pixelsOf(image, x, y, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d").drawImage(image, x, y, width, height, 0, 0, width, height);
  return canvas.toDataURL("image/png");
}

function escaped(text) {
  const codes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(text).replace(/[&<>"]/g, (sign) => codes[sign]);
}
