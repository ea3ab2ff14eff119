"""Earth mover's distance: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

EARTH_MOVERS_DISTANCE = Lesson(
    title="Earth mover's distance",
    lead="",
    sections=(Section("Earth mover's distance", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
