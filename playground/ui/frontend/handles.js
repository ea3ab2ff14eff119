// Handles: points of a picture to drag by hand or finger, or to move by the arrow keys. They lie over the canvas.

const EVERY = 120; // ms between two reports of a handle on its way
const SETTLE = 10000; // ms until the server's word counts again, whether it has heard of a move or not
const AGAIN = 1500; // ms after which a report that changed nothing is sent once more
const KEYS = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowDown: ["y", -1], ArrowUp: ["y", 1] };

export class Handles {
  // `told` is called with the values that hands have set, by name.
  constructor(stage, told) {
    Object.assign(this, { stage, told, set: new Map(), buttons: [], reported: 0 });
  }

  // Puts every handle in its place; one that a hand has just moved stays where the hand has it.
  draw(view, fit) {
    const layer = view.layers.find((each) => each.kind === "handles" && each.arrays);
    const specs = layer?.options.handles ?? [];
    if (specs.map((spec) => spec.label).join("\n") !== this.drawn) this.rebuild(specs);
    this.drawn = specs.map((spec) => spec.label).join("\n");
    this.buttons.forEach((button, i) => {
      const spec = (button.spec = specs[i]);
      button.told = { x: layer.arrays.x[i], y: layer.arrays.y[i] };
      button.at = { x: this.value(spec.x, layer.arrays.x[i]), y: this.value(spec.y, layer.arrays.y[i]) };
      this.place(button, fit);
    });
    const unheard = [...this.set.values()].some(({ reported }) => performance.now() - reported > AGAIN);
    if (unheard) this.report(true); // a busy server can lose what a tick overtook
  }

  // Where a handle is along an axis: where a hand has put it, until the server says so too or something of its own.
  value(axis, told) {
    const held = axis && this.set.get(axis.name);
    if (!held) return told;
    const near = (value) => Math.abs(value - told) <= axis.step / 2;
    const behind = [held.before, ...held.path.slice(0, -1)].some(near); // it has not heard of the last steps yet
    if (behind && !near(held.value) && performance.now() < held.until) return held.value;
    if (performance.now() > held.reported) this.set.delete(axis.name);
    return told;
  }

  place(button, fit) {
    const { x, y } = button.at;
    button.style.transform = `translate(${fit.px(x)}px, ${fit.py(y)}px)`;
    button.hidden = fit.px(x) < fit.rect.left - 1 || fit.px(x) > fit.rect.left + fit.rect.width + 1;
    const { spec } = button;
    const main = spec.x ?? spec.y;
    const now = main === spec.x ? x : y;
    const said = [spec.x && `${spec.x.label} ${x.toFixed(2)}`, spec.y && `${spec.y.label} ${y.toFixed(2)}`];
    const text = said.filter(Boolean).join(", ");
    const set = (name, value) => button.getAttribute(name) === String(value) || button.setAttribute(name, value);
    set("aria-valuemin", main.low);
    set("aria-valuemax", main.high);
    set("aria-valuenow", now.toFixed(3));
    set("aria-valuetext", text);
    if (button.title !== text) button.title = text;
  }

  rebuild(specs) {
    this.buttons.forEach((button) => button.remove());
    this.buttons = specs.map((spec) => this.button(spec));
    this.stage.plot.append(...this.buttons);
  }

  button(spec) {
    const button = Object.assign(document.createElement("div"), { className: "gp-handle", spec, tabIndex: 0 });
    button.dataset.role = spec.role;
    button.dataset.axes = (spec.x ? "x" : "") + (spec.y ? "y" : "");
    button.setAttribute("role", "slider");
    button.setAttribute("aria-label", spec.label);
    button.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      button.setPointerCapture(event.pointerId);
      button.focus({ preventScroll: true });
      button.grabbed = event.pointerId;
    });
    button.addEventListener("pointermove", (event) => button.grabbed === event.pointerId && this.drag(button, event));
    for (const type of ["pointerup", "pointercancel"]) {
      button.addEventListener(type, () => {
        if (button.grabbed !== undefined) this.report(true);
        button.grabbed = undefined;
      });
    }
    button.addEventListener("keydown", (event) => this.press(button, event));
    return button;
  }

  drag(button, event) {
    const { fit, canvas } = this.stage;
    const { left, top } = canvas.getBoundingClientRect();
    this.move(button, fit.x(event.clientX - left), fit.y(event.clientY - top));
    this.report(false);
  }

  press(button, event) {
    const key = KEYS[event.key];
    if (!key || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const axis = button.spec[key[0]];
    if (!axis) return;
    const by = key[1] * axis.step * (event.shiftKey ? 10 : 1);
    const next = { ...button.at, [key[0]]: button.at[key[0]] + by };
    this.move(button, next.x, next.y);
    this.report(false);
  }

  move(button, x, y) {
    for (const [name, wanted] of [["x", x], ["y", y]]) {
      const axis = button.spec[name];
      if (!axis) continue;
      const steps = Math.round((Math.min(axis.high, Math.max(axis.low, wanted)) - axis.low) / axis.step);
      const value = Math.min(axis.high, axis.low + steps * axis.step);
      button.at[name] = value;
      const { before, path = [] } = this.set.get(axis.name) ?? { before: button.told[name] };
      this.set.set(axis.name, { value, before, path: [...path, value], until: performance.now() + SETTLE, reported: Infinity });
    }
    this.place(button, this.stage.fit);
  }

  // Tells what hands have set, at once or as soon as the last report is old enough.
  report(now) {
    clearTimeout(this.later);
    const wait = now ? 0 : EVERY - (performance.now() - this.reported);
    if (wait > 0) return (this.later = setTimeout(() => this.report(true), wait));
    this.reported = performance.now();
    for (const held of this.set.values()) held.reported = this.reported;
    this.told(Object.fromEntries([...this.set].map(([name, { value }]) => [name, value])));
  }
}
