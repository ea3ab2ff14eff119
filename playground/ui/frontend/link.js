// A link to what the page shows: in a field to be read and selected, and behind a button that copies it.

import { mounts } from "./mounts.js";

const CONFIRMED = 2500; // ms for which the button says that it has copied
const sharerIn = mounts((parent) => new Sharer(parent));

// Called by Streamlit with the query of playground/ui/state.py; the address is the browser's own.
export default function ({ parentElement, data }) {
  const { object: sharer, cleanUp } = sharerIn(parentElement);
  if (data?.length) sharer.show(JSON.parse(new TextDecoder().decode(data)));
  return cleanUp;
}

class Sharer {
  constructor(parent) {
    this.field = Object.assign(document.createElement("input"), { className: "gp-link", readOnly: true, type: "text" });
    this.field.setAttribute("aria-label", "Link to this experiment");
    this.field.onfocus = () => this.field.select();
    this.button = Object.assign(document.createElement("button"), { className: "gp-button", type: "button" });
    this.button.onclick = () => this.copy();
    this.said = document.createElement("span");
    this.said.className = "gp-said";
    this.said.setAttribute("role", "status"); // read aloud when it changes
    this.root = Object.assign(document.createElement("div"), { className: "gp-share" });
    this.root.append(this.field, this.button, this.said);
    parent.append(this.root);
    this.rest();
  }

  show(query) {
    const link = new URL(location.pathname, location.origin);
    link.search = new URLSearchParams(query);
    if (this.field.value !== link.href) this.field.value = link.href;
  }

  async copy() {
    const copied = await copy(this.field);
    this.button.textContent = copied ? "Copied" : "Copy link";
    this.said.textContent = copied ? "The link is in the clipboard." : "Press Ctrl+C or ⌘C: the link is selected.";
    clearTimeout(this.later);
    if (copied) this.later = setTimeout(() => this.rest(), CONFIRMED);
  }

  rest() {
    this.button.textContent = "Copy link";
    this.said.textContent = "";
  }

  close() {
    clearTimeout(this.later);
    this.root.remove();
  }
}

// Whether the field's text is in the clipboard now. Browsers give pages without HTTPS only the old way.
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}
