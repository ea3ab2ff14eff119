"""Taking turns: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

TAKING_TURNS = Lesson(
    title="Taking turns",
    lead="",
    sections=(Section("Taking turns", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
