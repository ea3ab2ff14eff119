"""How fast a game of the course plays, and how often it is measured: so that eyes can follow its story."""

from dataclasses import dataclass

from playground.meter import PACES

STORY = 8.0  # seconds for what is promised of a game
USUAL = 100.0  # iterations a second of one of which nothing is promised
GLIMPSE = 0.5  # seconds between two measurements, where they would be no closer than those of the largest games


@dataclass(frozen=True)
class Pace:
    """Of a game: iterations a second at most, and iterations between two measurements at most."""

    speed: float
    every: int


def pace(iterations: int) -> Pace:
    """At which so many iterations are a story; of none, a usual one."""
    speed = iterations / STORY or USUAL
    return Pace(speed, max((every for every in PACES if every <= GLIMPSE * speed), default=PACES[0]))
