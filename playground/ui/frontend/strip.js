// The strip: small multiples, one button for each seed, in groups of one verdict each.

import { decodeAll } from "./frame.js";
import { mounts } from "./mounts.js";
import { themeOf } from "./theme.js";

const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");
const MOVE = { duration: 600, easing: "cubic-bezier(0.4, 0, 0.2, 1)" };
const CLICKED = 2000; // ms for which a click counts more than frames that may have been on their way
const USUAL = 116; // px of a tile whose dots have the sizes below; smaller tiles have smaller ones
const SHAPE = { points: 1, area: 0.66 }; // height of a picture over its width, by what it shows
const stripIn = mounts((parent) => new Strip(parent));

// Called by Streamlit with every frame and at every change of theme; the element stays.
export default function ({ parentElement, data, setTriggerValue }) {
  const { object: strip, cleanUp } = stripIn(parentElement);
  strip.choose = (seed) => setTriggerValue("chosen", seed);
  if (data?.length && data !== strip.received) strip.receive(data);
  else strip.paint();
  return cleanUp;
}

class Strip {
  constructor(parent) {
    this.root = element("div", "gp-strip");
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-description", "Arrow keys go from seed to seed, Enter shows one large.");
    this.root.onkeydown = (event) => this.walk(event);
    parent.append(this.root);
    this.tiles = new Map(); // seed → its button
    this.groups = new Map(); // verdict → its section
    this.clicked = -Infinity;
    this.draws = 0;
  }

  receive(data) {
    this.received = data;
    const [view] = decodeAll(data);
    this.view = this.root.view = view; // for whoever looks at the page from outside: a test, a console
    this.root.setAttribute("aria-label", view.alt);
    this.root.style.setProperty("--wanted", `${view.size}px`);
    this.root.style.setProperty("--across", view.across);
    this.root.style.setProperty("--shape", SHAPE[view.layers[0].kind]);
    const order = view.groups.map(({ name, tiles }) => [name, ...tiles.map(({ seed }) => seed)].join()).join(";");
    if (order !== this.order) this.arrange(view.groups);
    this.order = order;
    for (const group of view.groups) for (const tile of group.tiles) this.dress(tile, group);
    if (performance.now() - this.clicked > CLICKED || view.chosen === this.chosen) this.mark(view.chosen);
    this.paint();
  }

  // New places for the tiles: each glides from where it was, and the keyboard's focus stays on its tile.
  arrange(groups) {
    const held = this.root.contains(document.activeElement) ? document.activeElement : null;
    const before = new Map([...this.tiles].map(([seed, tile]) => [seed, tile.getBoundingClientRect()]));
    const seeds = new Set(groups.flatMap(({ tiles }) => tiles.map(({ seed }) => seed)));
    for (const seed of this.tiles.keys()) if (!seeds.has(seed)) this.tiles.delete(seed);
    const sections = groups.map((group) => this.section(group));
    this.groups = new Map(groups.map(({ name }, i) => [name, sections[i]]));
    this.root.replaceChildren(...sections);
    if (held?.isConnected) held.focus({ preventScroll: true });
    if (!CALM.matches) for (const [seed, place] of before) this.glide(this.tiles.get(seed), place);
  }

  glide(tile, from) {
    if (!tile) return;
    const to = tile.getBoundingClientRect();
    const [x, y] = [from.left - to.left, from.top - to.top];
    if (x || y) tile.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], MOVE);
  }

  section({ name, tone, tiles }) {
    const section = this.groups.get(name) ?? group(name);
    section.dataset.tone = tone;
    section.setAttribute("aria-label", `${name}: ${tiles.length} ${tiles.length === 1 ? "seed" : "seeds"}`);
    section.querySelector("b").textContent = tiles.length;
    section.lastChild.replaceChildren(...tiles.map(({ seed }) => this.tile(seed)));
    return section;
  }

  tile(seed) {
    if (!this.tiles.has(seed)) {
      const tile = Object.assign(element("button", "gp-tile"), { type: "button", tabIndex: -1 });
      const [name, found] = [element("span", "gp-seed"), element("span", "gp-found")];
      tile.append(element("canvas", "gp-small"), name, found);
      name.textContent = seed;
      tile.dataset.seed = seed;
      tile.onclick = () => this.click(seed);
      this.tiles.set(seed, tile);
    }
    return this.tiles.get(seed);
  }

  dress({ seed, layer, found, label, help }, { name }) {
    const tile = this.tiles.get(seed);
    tile.layer = this.view.layers[layer];
    tile.dataset.verdict = name;
    tile.lastChild.textContent = found;
    tile.setAttribute("aria-label", label);
    tile.title = `${label}. ${help}`;
  }

  click(seed) {
    this.clicked = performance.now();
    this.mark(seed);
    this.choose(seed);
  }

  mark(chosen) {
    this.chosen = chosen;
    const focused = this.root.contains(document.activeElement);
    for (const [seed, tile] of this.tiles) {
      tile.setAttribute("aria-pressed", seed === chosen);
      if (!focused) tile.tabIndex = seed === chosen ? 0 : -1;
    }
  }

  // The tab key stops once, at the chosen seed; arrows go on from there, up and down to the nearest tile of another row.
  walk(event) {
    const tiles = [...this.root.querySelectorAll(".gp-tile")];
    const at = tiles.indexOf(document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tiles.length - 1 }[event.key];
    const row = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target = row ? beyond(tiles, tiles[at], row) : tiles[next];
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey || (next === undefined && !row)) return;
    event.preventDefault();
    if (!target) return;
    for (const tile of tiles) tile.tabIndex = tile === target ? 0 : -1;
    target.focus();
  }

  paint() {
    if (!this.view || !this.root.isConnected) return;
    const theme = this.theme();
    const backdrop = this.backdrop(theme);
    for (const tile of this.tiles.values()) draw(tile.firstChild, backdrop, tile.layer, this.view, theme);
    this.draws += 1;
    Object.assign(this.root.dataset, { at: this.view.iteration, draws: this.draws, dark: theme.dark });
  }

  // What is real, the same behind every tile: drawn once.
  backdrop(theme) {
    const canvas = element("canvas");
    canvas.width = Math.round(this.view.size * theme.ratio);
    canvas.height = Math.round(canvas.width * SHAPE[this.view.layers[0].kind]);
    DRAW[this.view.layers[0].kind](canvas, this.view.layers[0], this.view, theme, REAL);
    return canvas;
  }

  theme() {
    const style = getComputedStyle(this.root);
    const names = ["--st-background-color", "--st-text-color"];
    const signature = [window.devicePixelRatio, ...names.map((name) => style.getPropertyValue(name))].join();
    if (signature !== this.signature) Object.assign(this, { signature, look: themeOf(this.root) });
    return this.look;
  }

  close() {
    this.root.remove();
  }
}

const REAL = { radius: 1.1, alpha: 0.5, fill: 0.3, line: 1 };
const FAKE = { radius: 1.5, alpha: 0.85, fill: 0.3, line: 1.5 };
const DRAW = { points, area };

function draw(canvas, backdrop, layer, view, theme) {
  Object.assign(canvas, { width: backdrop.width, height: backdrop.height }); // which also clears it
  canvas.getContext("2d").drawImage(backdrop, 0, 0);
  DRAW[layer.kind](canvas, layer, view, theme, FAKE);
}

function points(canvas, layer, view, theme, { radius, alpha }) {
  const { context, px, py } = pen(canvas, view);
  const { x, y } = layer.arrays;
  const r = radius * theme.ratio * Math.sqrt(view.size / USUAL);
  context.fillStyle = theme.color(layer);
  context.globalAlpha = alpha;
  context.beginPath();
  for (let i = 0; i < x.length; i++) {
    if (x[i] !== x[i] || y[i] !== y[i]) continue; // NaN
    const [left, top] = [within(px(x[i]), r, canvas.width), within(py(y[i]), r, canvas.height)];
    context.moveTo(left + r, top);
    context.arc(left, top, r, 0, 2 * Math.PI);
  }
  context.fill();
}

function area(canvas, layer, view, theme, { fill, line }) {
  const { context, px, py } = pen(canvas, view);
  const { x, y1 } = layer.arrays;
  context.fillStyle = context.strokeStyle = theme.color(layer);
  context.lineWidth = line * theme.ratio;
  context.beginPath();
  for (let i = 0; i < x.length; i++) context.lineTo(px(x[i]), py(y1[i]));
  context.stroke();
  context.lineTo(px(x[x.length - 1]), py(0));
  context.lineTo(px(x[0]), py(0));
  context.globalAlpha = fill;
  context.fill();
}

function within(pixel, r, size) {
  return Math.min(size - r, Math.max(r, pixel));
}

function pen(canvas, { x: [x0, x1], y: [y0, y1] }) {
  const px = (x) => ((x - x0) / (x1 - x0)) * canvas.width;
  const py = (y) => (1 - (y - y0) / (y1 - y0)) * canvas.height;
  return { context: canvas.getContext("2d"), px, py };
}

// The nearest tile of the next row down (1) or up (-1).
function beyond(tiles, from, direction) {
  const here = from?.getBoundingClientRect();
  const far = (tile) => {
    const { left, top } = tile.getBoundingClientRect();
    const down = (top - here.top) * direction;
    return down > here.height / 2 ? 4 * down + Math.abs(left - here.left) : Infinity;
  };
  const nearest = here && tiles.reduce((best, tile) => (far(tile) < far(best) ? tile : best), from);
  return nearest === from ? null : nearest;
}

function group(name) {
  const [section, title, label, count] = ["section", "div", "span", "b"].map((tag) => document.createElement(tag));
  section.className = "gp-group";
  title.className = "gp-group-title";
  label.textContent = name;
  section.setAttribute("role", "group");
  title.setAttribute("aria-hidden", "true"); // the group's label says the same
  title.append(label, count);
  section.append(title, element("div", "gp-tiles"));
  return section;
}

function element(tag, name = "") {
  return Object.assign(document.createElement(tag), { className: name });
}
