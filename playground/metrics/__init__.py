"""Metrics: arrays in, numbers out, and `METRICS`, the table of all that is measured."""

from playground.metrics.checks import Array
from playground.metrics.look import Look, Samples
from playground.metrics.metric import Metric
from playground.metrics.modes import CAPTURED, HIGH_QUALITY, Modes, captured, half_gap
from playground.metrics.players import saturation
from playground.metrics.table import METRICS
from playground.metrics.transport import emd

__all__ = [
    "CAPTURED",
    "HIGH_QUALITY",
    "METRICS",
    "Array",
    "Look",
    "Metric",
    "Modes",
    "Samples",
    "captured",
    "emd",
    "half_gap",
    "saturation",
]
