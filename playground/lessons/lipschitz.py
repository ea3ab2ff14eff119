"""The 1-Lipschitz condition: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

LIPSCHITZ = Lesson(
    title="The 1-Lipschitz condition",
    lead="",
    sections=(Section("The 1-Lipschitz condition", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
