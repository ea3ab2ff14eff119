// The stage: one View on a canvas that can be zoomed, hovered and read aloud.

import { Camera } from "./camera.js";
import { drawAxes, margins, plotRect } from "./axes.js";
import { decodeAll } from "./frame.js";
import { listen } from "./gestures.js";
import { Handles } from "./handles.js";
import { DRAW } from "./layers.js";
import { Legend } from "./legend.js";
import { mounts } from "./mounts.js";
import { readout } from "./readout.js";
import { Rewind } from "./rewind.js";
import { saving } from "./save.js";
import { themeOf } from "./theme.js";
import { CHOOSING, Picker, pickable } from "./tiles.js";

const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");
const CALM_PAUSE = 1000; // ms between frames for those who asked for less motion
const MOST_PAUSE = 400; // ms that the frames of one arrival are spread over, at most
const ONCE = new Set(["fork", "tile", "moved"]); // what a hand does; the rest is how things stand then
const stageIn = mounts((parent) => new Stage(parent));

// Called by Streamlit with every frame and at every change of theme; the element stays.
export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  const { object: stage, cleanUp } = stageIn(parentElement);
  stage.tell = (event, value) => (ONCE.has(event) ? setTriggerValue : setStateValue)(event, value);
  if (data?.length) stage.receive(data);
  return cleanUp;
}

class Stage {
  constructor(parent) {
    this.root = element("div", "gp-stage");
    this.canvas = element("canvas", "gp-canvas");
    this.tip = element("div", "gp-tip");
    this.tip.hidden = true;
    this.plot = element("div", "gp-plot");
    this.plot.append(this.canvas, this.tip);
    this.legend = new Legend((choices) => this.choose(choices));
    this.rewind = new Rewind((event, value) => this.tell(event, value));
    this.tools = element("div", "gp-tools");
    this.resetButton = tool("Show everything again", "⤢", () => this.reset());
    this.tools.append(this.resetButton, saving(this));
    this.bar = element("div", "gp-bar");
    this.bar.append(this.legend.root, this.tools);
    this.root.append(this.bar, this.plot, this.rewind.root);
    parent.append(this.root);

    this.camera = new Camera();
    this.frames = 0;
    this.pending = 0;
    this.lastDrawn = -Infinity;
    this.arrived = -Infinity;
    this.pointer = null;
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.root);
    this.silence = listen(this.canvas, this);
    this.picker = new Picker(this, (tile) => this.tell("tile", tile));
    this.handles = new Handles(this, (values) => this.tell("moved", values));
  }

  // Frames arrive several at a time; they are shown evenly until the next ones are due.
  receive(data) {
    if (data === this.received) return this.draw(); // a change of theme brings the same again
    this.received = data;
    clearTimeout(this.later);
    const now = performance.now();
    const views = decodeAll(data);
    const pause = Math.min(now - this.arrived, MOST_PAUSE) / views.length;
    this.arrived = now;
    this.showAll(views, pause);
  }

  showAll([view, ...rest], pause) {
    this.show(view);
    if (rest.length) this.later = setTimeout(() => this.showAll(rest, pause), pause);
  }

  show(view) {
    if (view.revision !== this.view?.revision) {
      this.camera.home();
      if (this.legend.forget()) this.tell("shown", {});
    }
    this.view = this.root.view = view; // for whoever looks at the page from outside: a test, a console
    this.legend.update(view, this.theme());
    this.rewind.update(view.tape);
    const set = (name, value) => this.canvas.getAttribute(name) === value || this.canvas.setAttribute(name, value);
    set("role", "img");
    set("tabindex", "0");
    set("aria-label", view.alt);
    set("aria-description", pickable(view) ? CHOOSING : "Zoom with + and −, move with the arrow keys, 0 shows everything.");
    this.canvas.style.cursor = pickable(view) ? "pointer" : "";
    this.draw(CALM.matches ? this.lastDrawn + CALM_PAUSE - performance.now() : 0);
  }

  // Draws once before the next repaint, however often it was asked; `wait` is in ms.
  draw(wait = 0) {
    if (this.pending || !this.view) return;
    this.pending = 1;
    const paint = () => requestAnimationFrame(() => this.paint());
    wait > 0 ? setTimeout(paint, wait) : paint();
  }

  paint() {
    this.pending = 0;
    const theme = this.theme();
    const size = this.resize(theme.ratio);
    if (!size.width || !this.root.isConnected) return;
    this.size = size;
    const context = this.canvas.getContext("2d");
    context.setTransform(theme.ratio, 0, 0, theme.ratio, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    this.fit = this.root.fit = this.camera.fit(this.view, plotRect(this.view, size));
    this.drawOn(context, size, theme);
    this.picker.draw(context, this.view, this.fit, theme);
    this.handles.draw(this.view, this.fit);
    this.lastDrawn = performance.now();
    this.frames += 1;
    this.report();
    if (this.view.greet && !this.greeted) this.tell("drawn", (this.greeted = true)); // once: each wakes the server
    this.hover(this.pointer);
  }

  // Everything that is seen, on a canvas or on what writes a file; the latter may keep layers apart.
  drawOn(context, size, theme) {
    const fit = this.camera.fit(this.view, plotRect(this.view, size));
    const shown = this.shown();
    if (!this.view.bare) drawAxes(context, this.view, fit, theme, shown);
    context.save();
    clip(context, fit.rect);
    for (const layer of shown) {
      context.enter?.(layer);
      DRAW[layer.kind](context, layer, fit, theme);
      context.leave?.();
    }
    context.restore();
  }

  // What is switched on and has come: the server sends nothing else, and learns of a choice a moment later.
  shown() {
    return this.view.layers.filter((layer) => layer.arrays && this.legend.isOn(layer));
  }

  choose(choices) {
    this.tell("shown", choices);
    this.draw();
  }

  // Fits the canvas to its column; a plane with equal units keeps its shape.
  resize(ratio) {
    const column = this.root.clientWidth;
    const most = this.view.height ?? 520;
    const { width, height } = (this.view.equal ? planeSize : freeSize)(this.view, column, most);
    const canvas = this.canvas;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      this.bar.style.maxWidth = this.rewind.root.style.maxWidth = `${Math.max(width, 320)}px`;
    }
    return { width, height };
  }

  // What a browser test can wait for.
  report() {
    Object.assign(this.root.dataset, {
      game: this.view.game,
      iteration: this.view.iteration,
      revision: this.view.revision,
      frames: this.frames,
      zoom: this.camera.zoom.toFixed(2),
    });
    this.resetButton.hidden = this.camera.isHome;
    this.canvas.style.touchAction = this.camera.isHome ? "pan-y" : "none";
  }

  theme() {
    const style = getComputedStyle(this.root);
    const names = ["--st-background-color", "--st-text-color", "--st-font"];
    const signature = [window.devicePixelRatio, ...names.map((name) => style.getPropertyValue(name))].join();
    if (signature !== this.signature) Object.assign(this, { signature, look: themeOf(this.root) });
    return this.look;
  }

  // Gestures, called by listen().
  zoom(pixel, factor) {
    if (!this.fit) return;
    this.camera.zoomAt(this.view, this.fit, pixel ?? this.fit.middle, factor);
    this.fit = this.camera.fit(this.view, this.fit.rect);
    this.draw();
  }

  pan(dx, dy) {
    if (!this.fit) return;
    this.camera.panBy(this.view, this.fit, dx, dy);
    this.fit = this.camera.fit(this.view, this.fit.rect);
    this.draw();
  }

  reset() {
    this.camera.home();
    this.draw();
  }

  hover(pointer) {
    this.pointer = pointer;
    if (this.view) readout(this.tip, pointer, this.view, this.fit, this.shown(), this.look);
  }

  close() {
    clearTimeout(this.later);
    this.observer.disconnect();
    this.silence();
    this.root.remove();
  }
}

function freeSize(view, column, most) {
  return { width: column, height: Math.round(Math.min(most, Math.max(240, column * (column < 700 ? 0.85 : 0.6)))) };
}

// The largest canvas whose plot has the shape of the plane, in a column so wide and at most so high.
function planeSize(view, column, most) {
  const { left, right, top, bottom } = margins(view);
  const shape = (view.y[1] - view.y[0]) / (view.x[1] - view.x[0]);
  const across = Math.min(column - left - right, (most - top - bottom) / shape);
  return { width: Math.round(across + left + right), height: Math.round(across * shape + top + bottom) };
}

function clip(context, rect) {
  context.beginPath();
  context.rect(rect.left, rect.top, rect.width, rect.height);
  context.clip();
}

function tool(label, text, action) {
  const button = element("button", "gp-tool");
  Object.assign(button, { type: "button", title: label, textContent: text, onclick: action });
  button.setAttribute("aria-label", label);
  return button;
}

function element(tag, name) {
  return Object.assign(document.createElement(tag), { className: name });
}
