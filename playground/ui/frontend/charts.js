// A grid of plotly figures that are updated in place: zoom and hidden traces outlive new data.

import { mounts } from "./mounts.js";

const boardIn = mounts((parent) => new Board(parent));
const TOUCH = window.matchMedia("(hover: none)").matches; // a finger on a chart scrolls the page
const SHARP = 2; // pixels of a saved PNG to one of the page
const ROOM = { t: 26 }; // px above the plot: the legend, for the title stands outside
const AHEAD = "200px"; // charts about to scroll into sight are drawn too

// Called by Streamlit with each payload of playground/ui/components.py and at every change of theme.
export default function ({ parentElement, data, setTriggerValue }) {
  const { object: board, cleanUp } = boardIn(parentElement);
  if (data?.length) board.receive(JSON.parse(new TextDecoder().decode(data)));
  if (board.misses()) setTriggerValue("missing", true);
  board.paint();
  return cleanUp;
}

// plotly comes from the installed python package, once for the page.
function plotly() {
  window.gpPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../playground.plotly/plotly.min.js", import.meta.url).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("plotly.min.js could not be loaded"));
    document.head.append(script);
  });
  return window.gpPlotly;
}
plotly(); // fetched and compiled aside, while the browser draws the widgets

class Board {
  constructor(parent) {
    this.root = Object.assign(document.createElement("div"), { className: "gp-charts" });
    parent.append(this.root);
    this.charts = new Map();
    this.seen = 0;
    this.asked = -Infinity;
    this.eye = new IntersectionObserver((entries) => entries.forEach((entry) => this.sight(entry)), { rootMargin: AHEAD });
    this.ruler = new ResizeObserver((entries) => entries.forEach((entry) => this.measure(entry)));
  }

  receive({ sequence, names, height, dark, figures }) {
    if (sequence === this.seen) return; // the same payload again: it is repeated in case one was lost
    this.seen = sequence;
    this.dark = dark;
    this.root.style.setProperty("--height", `${height}px`);
    if (names.join() !== [...this.charts.keys()].join()) this.arrange(names);
    for (const [name, figure] of Object.entries(figures)) Object.assign(this.charts.get(name), { figure, stale: true });
  }

  // Whether to ask for everything, once a second: this element is younger than what the server remembers sending.
  misses() {
    const charts = [...this.charts.values()];
    if ((charts.length && charts.every((chart) => chart.figure)) || performance.now() - this.asked < 1000) return false;
    this.asked = performance.now();
    return true;
  }

  arrange(names) {
    const before = this.charts;
    this.charts = new Map(names.map((name) => [name, before.get(name) ?? this.chart(name)]));
    for (const [name, chart] of before) if (!this.charts.has(name)) this.discard(chart);
    this.root.replaceChildren(...[...this.charts.values()].map((chart) => chart.node));
  }

  chart(name) {
    const [node, title, plot] = ["figure", "figcaption", "div"].map((tag) => document.createElement(tag));
    node.className = "gp-chart";
    node.dataset.name = name;
    plot.setAttribute("role", "group"); // not an image: it has buttons inside
    node.append(title, plot);
    const chart = { node, title, plot, name, stale: false, visible: false, draws: 0 };
    node.chart = chart;
    this.eye.observe(node);
    this.ruler.observe(node);
    return chart;
  }

  sight({ target, isIntersecting }) {
    target.chart.visible = isIntersecting;
    if (isIntersecting) this.paint();
  }

  measure({ target, contentRect }) {
    if (!target.chart.draws || !contentRect.width || target.chart.width === Math.round(contentRect.width)) return;
    target.chart.stale = true;
    this.paint();
  }

  // Redraws what is both out of date and on the screen, one chart a turn so that the stage keeps its pace.
  async paint() {
    const look = this.look();
    const changed = look.signature !== this.signature;
    this.signature = look.signature;
    if (changed) for (const chart of this.charts.values()) chart.stale = Boolean(chart.figure);
    if (this.busy) return;
    this.busy = true;
    try {
      for (let chart; (chart = this.next()); ) await this.draw(chart);
    } finally {
      this.busy = false;
    }
  }

  next() {
    return [...this.charts.values()].find((chart) => chart.stale && chart.visible && chart.node.clientWidth);
  }

  async draw(chart) {
    chart.stale = false;
    const Plotly = await plotly();
    const { data, layout } = dressed(chart.figure, this.look(), this.dark);
    chart.width = Math.round(chart.node.clientWidth);
    chart.title.textContent = layout.title.text; // in HTML, where a long title wraps
    const size = { width: chart.width, height: chart.plot.clientHeight };
    const place = { uirevision: chart.name, ...layout, ...size, title: "", margin: { ...layout.margin, ...ROOM } };
    chart.config ??= config(Plotly, (format) => this.save(chart, format)); // the same at every drawing
    await Plotly.react(chart.plot, data, place, chart.config);
    Object.assign(chart, { data, layout });
    chart.draws += 1;
    chart.node.dataset.draws = chart.draws;
    chart.plot.setAttribute("aria-label", `${chart.name}: ${layout.title.text}`);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }

  // The chart as a file: with its title and on paper, which on the page are not plotly's.
  save({ name, data, layout, node }, format) {
    const room = { title: { ...layout.title, x: 0.02 }, margin: { ...layout.template.layout.margin, ...layout.margin, t: 88 } };
    const whole = { ...layout, ...room, paper_bgcolor: this.look().paper };
    const size = { width: Math.max(480, node.clientWidth), height: 320, scale: format === "png" ? SHARP : 1 };
    return window.Plotly.downloadImage({ data, layout: whole }, { format, filename: `gan-${name}`, ...size });
  }

  look() {
    const style = getComputedStyle(this.root);
    const read = (name) => style.getPropertyValue(name).trim();
    const look = { ink: read("--st-text-color"), font: read("--st-font"), paper: read("--st-background-color") };
    return { ...look, signature: Object.values(look).join() };
  }

  discard(chart) {
    this.eye.unobserve(chart.node);
    this.ruler.unobserve(chart.node);
    window.Plotly?.purge(chart.plot);
  }

  close() {
    for (const chart of this.charts.values()) this.discard(chart);
    this.eye.disconnect();
    this.ruler.disconnect();
    this.root.remove();
  }
}

// Buttons that save, and one that zooms out; plotly shows them to a pointer and to the keyboard's focus.
function config(Plotly, save) {
  const button = (format, icon) => {
    const title = `Save this chart as ${format.toUpperCase()}`;
    return { name: format, title, icon, click: () => save(format) };
  };
  const buttons = [[button("png", Plotly.Icons.camera), button("svg", Plotly.Icons.disk), "resetScale2d"]];
  return { displaylogo: false, displayModeBar: "hover", modeBarButtons: buttons };
}

// A figure in the theme's colours: figures are made for a light page, `dark` maps each colour to its twin.
function dressed(figure, look, dark) {
  const text = JSON.stringify(figure);
  const twin = isDark(look.paper) ? text.replace(/#[0-9a-f]{6}\b/g, (color) => dark[color] ?? color) : text;
  const { data, layout } = JSON.parse(twin);
  if (TOUCH) layout.dragmode = false;
  layout.font = { ...layout.font, color: look.ink, family: look.font };
  return { data, layout };
}

function isDark(color) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = color;
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(context.fillStyle.slice(i, i + 2), 16));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 128;
}
