// The flow of data through one iteration: z → G → fake → D ← real, losses, and gradients on their way back.

import { mounts } from "./mounts.js";
import { themeOf } from "./theme.js";

const flowIn = mounts((parent) => new Flow(parent));

// Called by Streamlit with what is active now, and at every change of theme.
export default function ({ parentElement, data }) {
  const { object: flow, cleanUp } = flowIn(parentElement);
  if (data?.length) flow.show(JSON.parse(new TextDecoder().decode(data)));
  return cleanUp;
}

// Boxes: name → kind, centre, half size, what is written in it and under that.
const BOXES = {
  z: ["circle", 30, 84, 22, 22, "z", "", "muted"],
  G: ["rect", 115, 84, 38, 27, "G", "generator", "fake"],
  fake: ["pill", 209, 84, 31, 20, "G(z)", "", "fake"],
  real: ["pill", 209, 188, 31, 20, "x", "", "real"],
  D: ["rect", 304, 136, 43, 29, "D", "discriminator", "discriminator"],
  LG: ["circle", 394, 84, 22, 22, "L_G", "", "fake"],
  LD: ["circle", 394, 188, 22, 22, "L_D", "", "discriminator"],
};
const WAYS = {
  "z-G": "M52 84 H74",
  "G-fake": "M153 84 H175",
  "fake-D": "M240 90 L259 112",
  "real-D": "M240 182 L259 162",
  "D-LG": "M347 122 L372 101",
  "D-LD": "M347 150 L372 171",
};
const BACK = {
  "LD-D": "M378 205 C360 230 326 222 325 169",
  "LG-D": "M378 67 C352 44 312 56 306 103",
  "D-fake": "M290 106 C282 60 256 52 236 64",
  "fake-G": "M200 63 C184 38 144 36 126 53",
};
// Where the numbers of a batch stand.
const NOTES = {
  z: [30, 124],
  G: [115, 128],
  fake: [209, 122],
  real: [209, 226],
  D: [284, 184],
  LG: [394, 124],
  LD: [394, 228],
};

class Flow {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "gp-flow";
    parent.append(this.root);
  }

  show({ active, notes, alt, colors }) {
    const theme = themeOf(this.root);
    for (const [role, shades] of Object.entries(colors)) this.root.style.setProperty(`--${role}`, shades[theme.dark ? 1 : 0]);
    const on = (name) => (active.includes(name) ? "on" : "off");
    const svg = shape("svg", { viewBox: "0 0 424 240", role: "img", "aria-label": alt });
    svg.append(heads());
    for (const [name, d] of Object.entries(WAYS)) svg.append(shape("path", { d, class: `way ${on(name)}` }));
    for (const [name, d] of Object.entries(BACK)) svg.append(shape("path", { d, class: `way back ${on(name)}` }));
    for (const [name, box] of Object.entries(BOXES)) svg.append(boxOf(box, on(name)));
    for (const [name, text] of Object.entries(notes)) svg.append(words(text, ...NOTES[name], `note ${on(name)}`));
    this.root.replaceChildren(svg);
    this.root.dataset.active = active.join(" ");
  }

  close() {
    this.root.remove();
  }
}

function boxOf([kind, x, y, wide, high, title, under, role], state) {
  const group = shape("g", { class: `box ${state}`, style: `--tint: var(--${role})` });
  const corner = { rect: 8, pill: high, circle: high }[kind];
  group.append(shape("rect", { x: x - wide, y: y - high, width: 2 * wide, height: 2 * high, rx: corner }));
  const [letter, index] = title.split("_");
  const name = words(letter, x, y + (under ? -1 : 6), "name");
  if (index) name.append(Object.assign(shape("tspan", { dy: 4, class: "index" }), { textContent: index }));
  group.append(name);
  if (under) group.append(words(under, x, y + 16, "under"));
  return group;
}

// Arrow heads in the colour of their line.
function heads() {
  const defs = shape("defs", {});
  for (const [id, name] of [["gp-head-on", "head on"], ["gp-head-off", "head off"]]) {
    const marker = shape("marker", { id, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 8, markerHeight: 8,
      markerUnits: "userSpaceOnUse", orient: "auto" });
    marker.append(shape("path", { d: "M0 0 L8 4 L0 8 Z", class: name }));
    defs.append(marker);
  }
  return defs;
}

function words(text, x, y, name) {
  return Object.assign(shape("text", { x, y, class: name }), { textContent: text });
}

function shape(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
