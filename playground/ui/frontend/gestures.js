// Mouse, touch and keys on the canvas, told to a target with zoom(pixel, factor), pan(dx, dy), reset() and hover(pixel).

const SCROLLING = 350; // ms: a wheel turn that began as scrolling of the page passes over the canvas
const KEYS = {
  "+": (target) => target.zoom(null, 1.3),
  "=": (target) => target.zoom(null, 1.3),
  "-": (target) => target.zoom(null, 1 / 1.3),
  0: (target) => target.reset(),
  Escape: (target) => target.reset(),
  ArrowLeft: (target) => target.pan(40, 0),
  ArrowRight: (target) => target.pan(-40, 0),
  ArrowUp: (target) => target.pan(0, 40),
  ArrowDown: (target) => target.pan(0, -40),
};

// Starts listening; the answer stops it.
export function listen(canvas, target) {
  const over = new AbortController();
  const on = (type, handler, options = {}) => canvas.addEventListener(type, handler, { signal: over.signal, ...options });
  const touches = new Map(); // pointer id → last pixel
  let scrolled = -Infinity;
  const noted = { capture: true, passive: true, signal: over.signal };
  document.addEventListener("scroll", () => (scrolled = performance.now()), noted);

  on("wheel", (event) => {
    if (performance.now() - scrolled < SCROLLING && !event.ctrlKey) return;
    event.preventDefault();
    const turn = event.deltaMode === 1 ? 16 * event.deltaY : event.deltaY;
    target.zoom(pixelOf(event), Math.exp(-Math.max(-120, Math.min(120, turn)) * (event.ctrlKey ? 0.01 : 0.002)));
  }, { passive: false });

  on("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    touches.set(event.pointerId, pixelOf(event));
  });

  on("pointermove", (event) => {
    const now = pixelOf(event);
    const before = touches.get(event.pointerId);
    if (touches.size === 2) pinch(touches, event.pointerId, now, target);
    else if (before) target.pan(now.x - before.x, now.y - before.y);
    if (before) touches.set(event.pointerId, now);
    target.hover(now);
  });

  for (const type of ["pointerup", "pointercancel"]) on(type, (event) => touches.delete(event.pointerId));
  on("pointerleave", () => target.hover(null));
  on("dblclick", () => target.reset());
  on("keydown", (event) => {
    if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    KEYS[event.key](target);
  });
  return () => over.abort();
}

// Two fingers: zoom by how far they part, around their middle, and pan with it.
function pinch(touches, moved, now, target) {
  const [first, second] = touches.values();
  const still = touches.get(moved) === first ? second : first;
  const before = touches.get(moved);
  const factor = Math.hypot(now.x - still.x, now.y - still.y) / (Math.hypot(before.x - still.x, before.y - still.y) || 1);
  target.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
  target.zoom({ x: (now.x + still.x) / 2, y: (now.y + still.y) / 2 }, factor);
}

function pixelOf(event) {
  return { x: event.offsetX, y: event.offsetY };
}
