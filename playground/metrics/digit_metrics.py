"""Metrics of digits, in the shipped classifier's features. Of other data they are NaN."""

from collections.abc import Callable

from playground.metrics import features, neighbours
from playground.metrics.checks import numbers
from playground.metrics.look import Samples
from playground.metrics.metric import KYNKAANNIEMI, Metric, of_samples


def of_digits(value: Callable[[Samples], float]) -> Callable[[Samples], float]:
    """The same for digits; NaN for other data."""
    return lambda seen: value(seen) if seen.yardstick.digital else float("nan")


DIGIT_METRICS: dict[str, Metric] = {
    "confidence": of_samples(
        "Classifier's confidence",
        "mean of the shipped classifier's largest probability; digits only",
        "after Salimans et al. 2016, https://arxiv.org/abs/1606.03498",
        "probability",
        "higher",
        of_digits(lambda seen: float(numbers("confidence", seen.confidence).mean())),
    ),
    "as_asked": of_samples(
        "Digits as asked",
        "share of fakes in which the shipped classifier reads the digit asked for; conditional games only",
        "after Shmelkov et al. 2018 (GAN-test), https://arxiv.org/abs/1807.09499",
        "share",
        "higher",
        lambda seen: float(seen.as_asked.mean()) if len(seen.as_asked) else float("nan"),
    ),
    "frechet": of_samples(
        "Fréchet distance",
        r"$\lVert\mu-\mu'\rVert^2+\mathrm{tr}(\Sigma+\Sigma'-2(\Sigma\Sigma')^{1/2})$ of the shipped classifier's "
        "features, not comparable with Inception's; digits only",
        "Heusel et al. 2017, https://arxiv.org/abs/1706.08500",
        "squared feature units",
        "lower",
        of_digits(lambda seen: features.frechet(seen.yardstick.moments, features.moments(seen.places))),
        dear=True,
    ),
    "precision": of_samples(
        "Precision",
        r"share of fakes within the reals' balls of radius $\mathrm{NN}_3$, in the classifier's features; digits only",
        KYNKAANNIEMI,
        "share",
        "higher",
        of_digits(lambda seen: neighbours.precision(seen.yardstick.balls(3), seen.few)),
        dear=True,
    ),
    "recall": of_samples(
        "Recall",
        r"share of reals within the fakes' balls of radius $\mathrm{NN}_3$, in the classifier's features; digits only",
        KYNKAANNIEMI,
        "share",
        "higher",
        of_digits(lambda seen: neighbours.precision(neighbours.Balls("recall", seen.few, 3), seen.yardstick.reference)),
        dear=True,
    ),
    "memorised": of_samples(
        "Memorised",
        "share of fakes that are nearer to a training image than all but 1 % of held-out digits are, in the classifier's "
        "features; digits only",
        "after Meehan et al. 2020, https://arxiv.org/abs/2004.05675",
        "share",
        "lower",
        of_digits(lambda seen: neighbours.memorised(seen.few, seen.yardstick.training, seen.yardstick.nearness)),
        dear=True,
    ),
}
