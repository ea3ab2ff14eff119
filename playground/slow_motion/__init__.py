"""Slow motion: one iteration of the running game, stage by stage, with the numbers of its own batches.

`film` plays and watches it, `report` asks autograd what each update did, `stages` tells it: in `captions`, `formulas` and
`tables`.
"""

from playground.slow_motion.film import SlowMotion, play, watch
from playground.slow_motion.stages import STAGES, Stage
from playground.slow_motion.update import Update

__all__ = ["STAGES", "SlowMotion", "Stage", "Update", "play", "watch"]
