// A button that opens a short list of others: entries are [text, help, act].

export function menu(label, text, entries) {
  const root = Object.assign(document.createElement("div"), { className: "gp-menu" });
  const opener = button("gp-tool", text, label);
  const list = Object.assign(document.createElement("div"), { className: "gp-entries", hidden: true });
  const show = (open) => {
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) list.firstChild.focus();
  };
  opener.setAttribute("aria-haspopup", "menu");
  opener.onclick = () => show(list.hidden);
  list.setAttribute("role", "menu");
  list.setAttribute("aria-label", label);
  list.append(...entries.map(([name, help, act]) => entry(name, help, () => (show(false), opener.focus(), act()))));
  root.append(opener, list);
  root.onkeydown = (event) => move(event, list, () => (show(false), opener.focus()));
  root.addEventListener("focusout", ({ relatedTarget }) => root.contains(relatedTarget) || show(false));
  show(false);
  return root;
}

function entry(name, help, act) {
  const made = button("gp-entry", name, help);
  made.setAttribute("role", "menuitem");
  made.onclick = act;
  return made;
}

// Up and down go around the list, Escape closes it.
function move(event, list, close) {
  if (list.hidden) return;
  const entries = [...list.children];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") close();
  else if (step) entries.at((entries.indexOf(document.activeElement) + step) % entries.length).focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function button(style, text, title) {
  return Object.assign(document.createElement("button"), { className: style, type: "button", textContent: text, title });
}
