"""Balance of skill: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

BALANCE_OF_SKILL = Lesson(
    title="Balance of skill",
    lead="",
    sections=(Section("Balance of skill", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
