// The list of keyboard shortcuts: a button, and a dialog that the button and "?" open.

import { mounts } from "./mounts.js";

const panelIn = mounts((parent) => new Panel(parent));

// Called by Streamlit with the list of playground/ui/keys.py.
export default function ({ parentElement, data }) {
  const { object: panel, cleanUp } = panelIn(parentElement);
  if (data?.length) panel.list(JSON.parse(new TextDecoder().decode(data)));
  return cleanUp;
}

class Panel {
  constructor(parent) {
    this.button = element("button", { className: "gp-button", type: "button", title: "Keyboard shortcuts", textContent: "?" });
    this.dialog = element("dialog", { className: "gp-dialog" });
    for (const [name, value] of [["label", "Keyboard shortcuts"], ["haspopup", "dialog"], ["keyshortcuts", "?"]]) {
      this.button.setAttribute(`aria-${name}`, value);
    }
    this.dialog.setAttribute("aria-labelledby", "gp-keys-title");
    this.button.onclick = () => this.dialog.showModal();
    this.dialog.onclick = ({ target }) => target === this.dialog && this.dialog.close(); // beside the list
    this.dialog.onkeydown = (event) => {
      event.stopPropagation(); // no key of this list acts while it is read
      if (event.key === "?") this.dialog.close();
    };
    parent.append(this.button, this.dialog);
    this.over = new AbortController();
    document.addEventListener("keydown", (event) => this.hear(event), { signal: this.over.signal });
  }

  hear(event) {
    const typing = event.target.closest?.("input:not([type=range]), textarea, select, [contenteditable=true]");
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || typing || this.dialog.open) return;
    event.preventDefault();
    this.dialog.showModal();
  }

  list(groups) {
    const text = JSON.stringify(groups);
    if (text === this.listed) return;
    this.listed = text;
    const title = element("h2", { id: "gp-keys-title", textContent: "Keyboard shortcuts" });
    const close = element("button", { className: "gp-button", type: "button", textContent: "Close" });
    close.onclick = () => this.dialog.close();
    const inside = element("div", {}, title, ...Object.entries(groups).map(group), close);
    this.dialog.replaceChildren(inside);
  }

  close() {
    this.over.abort();
    this.button.remove();
    this.dialog.remove();
  }
}

function group([place, rows]) {
  return element("section", {}, element("h3", { textContent: place }), element("dl", {}, ...rows.map(row)));
}

function row([keys, does]) {
  const caps = element("dt", {}, ...keys.map((key) => element("kbd", { textContent: key })));
  return element("div", {}, caps, element("dd", { textContent: does }));
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
