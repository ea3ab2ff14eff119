// The legend: one toggle button a layer, with the layer's help as its tooltip.

import { number } from "./camera.js";

export class Legend {
  constructor(changed) {
    this.root = Object.assign(document.createElement("div"), { className: "gp-legend" });
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Layers");
    this.changed = changed;
    this.buttons = new Map();
    this.forget();
  }

  // Whether there was anything to forget.
  forget() {
    const chosen = this.choices?.size > 0;
    this.choices = new Map(); // name → on or off, where the viewer chose
    return chosen;
  }

  isOn(layer) {
    return !layer.name || (this.choices.get(layer.name) ?? layer.visible);
  }

  update(view, theme) {
    const named = view.layers.filter((layer) => layer.name);
    const wanted = named.map((layer) => layer.name).join("\n");
    if (wanted !== this.drawn) this.rebuild(named);
    this.drawn = wanted;
    for (const layer of named) this.refresh(layer, theme);
  }

  rebuild(layers) {
    this.buttons = new Map(layers.map((layer) => [layer.name, this.button(layer)]));
    this.root.replaceChildren(...this.buttons.values());
  }

  button(layer) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "gp-chip" });
    button.append(swatch(layer), document.createTextNode(layer.name), document.createElement("small"));
    button.onclick = () => {
      this.choices.set(layer.name, !this.isOn(button.layer));
      this.mark(button);
      this.changed(Object.fromEntries(this.choices));
    };
    return button;
  }

  refresh(layer, theme) {
    const button = this.buttons.get(layer.name);
    button.layer = layer;
    const ends = layer.kind === "field" ? theme.ends(layer).join(", ") : "";
    const tint = ends ? `linear-gradient(90deg, ${ends})` : theme.color(layer);
    const scale = ends ? layer.options.range.map(short).join(" … ") : "";
    if (button.tint !== tint) button.style.setProperty("--tint", (button.tint = tint));
    if (button.lastChild.textContent !== scale) button.lastChild.textContent = scale;
    if (button.title !== layer.help) button.title = layer.help;
    this.mark(button);
  }

  mark(button) {
    const on = String(this.isOn(button.layer));
    if (button.getAttribute("aria-pressed") !== on) button.setAttribute("aria-pressed", on);
  }
}

function short(value) {
  return number(value).replace(/\.0+$|(\.\d*[1-9])0+$/, "$1");
}

function swatch({ kind, options }) {
  const style = options.dash ? "gp-dash" : `gp-${options.marker ?? kind}`;
  const mark = Object.assign(document.createElement("i"), { className: `gp-swatch ${style}` });
  mark.setAttribute("aria-hidden", "true");
  return mark;
}
