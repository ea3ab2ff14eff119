"""Two players: not written yet."""

from playground.lessons.lesson import Answer, Game, Lesson, Question, Section

TWO_PLAYERS = Lesson(
    title="Two players",
    lead="",
    sections=(Section("Two players", "", Game("two-gaussians-1d")),),
    question=Question("?", (Answer("yes", "", right=True), Answer("no", ""))),
    sources=(),
    notes="",
)
