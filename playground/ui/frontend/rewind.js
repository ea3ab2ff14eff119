// The slider beneath the stage: back to moments that are kept, and on from one of them.

const PAUSE = 40; // ms between two moments asked for, at least: a hand is quicker than a picture

export class Rewind {
  // `tell(event, value)`: "moment" with the place of the one wanted (null: now), "fork" with that of the one to go on from.
  constructor(tell) {
    this.tell = tell;
    this.root = Object.assign(document.createElement("div"), { className: "gp-rewind", hidden: true });
    this.slider = Object.assign(document.createElement("input"), { type: "range", min: 0, step: 1 });
    this.slider.setAttribute("aria-label", "Rewind");
    this.slider.title = "Look back: every figure shows that moment, and the run rests";
    this.slider.oninput = () => this.ask();
    this.label = Object.assign(document.createElement("output"), { className: "gp-moment" });
    this.now = button("Now", "Back to the newest moment", () => this.ask(null));
    this.fork = button("Fork from here", "Train on from this moment: its weights and optimiser, the knobs of now", () =>
      this.tell("fork", this.place()));
    this.root.append(this.slider, this.label, this.now, this.fork);
    this.asked = -Infinity;
  }

  place() {
    return Number(this.slider.value);
  }

  ask(place = this.place()) {
    clearTimeout(this.later);
    this.touched = performance.now();
    const wait = this.asked + PAUSE - performance.now();
    if (wait > 0 && place !== null) {
      this.later = setTimeout(() => this.ask(), wait);
      return;
    }
    this.asked = performance.now();
    this.tell("moment", place);
  }

  // `tape` comes with every picture; a slider under a hand is left to it.
  update(tape) {
    this.root.hidden = !tape;
    if (!tape) return;
    const { count, place, seen, now } = tape;
    const back = place !== null;
    const last = count - 1;
    if (this.slider.max !== String(last)) this.slider.max = last;
    const held = back && performance.now() - (this.touched ?? -Infinity) < 500;
    if (!held) this.slider.value = back ? place : last;
    const words = back ? `${seen.toLocaleString("en")} of ${now.toLocaleString("en")}` : "now";
    this.label.textContent = words;
    this.slider.setAttribute("aria-valuetext", back ? `iteration ${words}` : "now");
    this.now.hidden = this.fork.hidden = !back;
  }
}

function button(text, title, onclick) {
  return Object.assign(document.createElement("button"), { type: "button", className: "gp-chip", textContent: text, title, onclick });
}
