"""Named experiments: one table, filled by page."""

from playground.experiments.critic import CRITIC
from playground.experiments.digits import DIGITS
from playground.experiments.experiment import CURE, START, Check, Experiment
from playground.experiments.line import LINE
from playground.experiments.plane import PLANE

__all__ = ["CURE", "EXPERIMENTS", "START", "Check", "Experiment"]

EXPERIMENTS: dict[str, Experiment] = LINE | PLANE | CRITIC | DIGITS
