"""`METRICS`: all that is measured, by the name of its column in the history."""

from playground.metrics.digit_metrics import DIGIT_METRICS
from playground.metrics.metric import Metric
from playground.metrics.player_metrics import PLAYER_METRICS
from playground.metrics.sample_metrics import SAMPLE_METRICS

METRICS: dict[str, Metric] = SAMPLE_METRICS | PLAYER_METRICS | DIGIT_METRICS
