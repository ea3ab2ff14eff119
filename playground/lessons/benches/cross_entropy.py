"""Binary cross-entropy by hand: five examples, what each costs, and their mini-batch mean."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
N = 5
SURE = 0.99  # as far as a prediction can be dragged toward 0 or 1
START = ((0.9, 1), (0.7, 1), (0.4, 1), (0.2, 0), (0.6, 0))  # predictions and labels
PERIOD = 6.0  # seconds of the swing of the example that shows itself
COSTS = 5.0  # of the right axis, in nats


def cost(prediction: Array | float, label: Array | float) -> Array:
    """−y log p − (1 − y) log(1 − p) in nats, of a probability p and a label y between 0 and 1."""
    p, y = np.asarray(prediction, dtype=float), np.asarray(label, dtype=float)
    return -xlogy(y, p) - xlogy(1 - y, 1 - p)


def columns(values: Values) -> tuple[Array, Array]:
    """The five predictions and the five labels."""
    return tuple(np.array([values[f"{name}{i}"] for i in range(1, N + 1)]) for name in ("p", "y"))  # type: ignore[return-value]


def numbers(values: Values) -> Values:
    """The cost of each example, their mean, and the mean of the real and of the fake ones (0 where there are none)."""
    p, y = columns(values)
    costs = cost(p, y)
    of = {f"cost{i}": float(each) for i, each in enumerate(costs, 1)}
    parts = {"real": float(y @ costs) / N, "fake": float((1 - y) @ costs) / N}
    return of | parts | {"mean": float(costs.mean()), "worst": float(costs.max())}


def swing(seconds: float) -> float:
    """The prediction of the example that shows itself: to and fro between sure of fake and sure of real."""
    return 0.5 + (SURE - 0.5) * float(np.cos(2 * np.pi * seconds / PERIOD))


def bars(at: Array, heights: Array, name: str, role: str, help: str) -> Layer:
    """Bars of costs at these examples, as high as the right axis says."""
    edges = np.sort(np.concatenate([at - 0.3, at + 0.3]))
    tops = np.zeros(2 * len(at) - 1)
    tops[::2] = heights
    return Layer("bars", name, role, {"edges": edges, "heights": tops}, help, right=True)


def picture(reading: Reading, seconds: float) -> View:
    """Examples side by side: the label, the prediction on its way to it, and the cost as a bar."""
    p, y = columns(reading.values)
    at, zero, shown = np.arange(1.0, N + 1), np.zeros(1), swing(seconds)
    real, fake = y == 1, y == 0
    layers = [
        bars(
            np.array([0.0]),
            np.atleast_1d(cost(shown, 1)),
            "an example that moves",
            "muted",
            "A real one: its prediction swings.",
        ),
        *(bars(at[real], cost(p, y)[real], "cost of a real", "real", "−log p") for _ in range(bool(real.any()))),
        *(bars(at[fake], cost(p, y)[fake], "cost of a fake", "fake", "−log(1 − p)") for _ in range(bool(fake.any()))),
        Layer("segments", "", "muted", {"x0": at, "y0": p, "x1": at, "y1": y}),
        Layer("segments", "", "muted", {"x0": zero, "y0": zero + shown, "x1": zero, "y1": zero + 1}),
        Layer("points", "", "muted", {"x": np.zeros(2), "y": np.array([shown, 1.0])}),
        handles(CONTROLS, reading, HANDLES),
    ]
    alt = f"Five examples with predictions {', '.join(f'{each:.2f}' for each in p)}; mean cost {reading['mean']:.2f}."
    right = Axis(0.0, COSTS, "cost in nats")
    return View(
        tuple(layers), Axis(-0.6, N + 0.6, "example"), Axis(-0.08, 1.08, "D(x)"), right, alt=alt, revision="bce"
    )


def says(reading: Reading) -> str:
    """The sum that the mean is."""
    terms = " + ".join(f"{reading[f'cost{i}']:.2f}" for i in range(1, N + 1))
    return (
        f"Mini-batch mean: ({terms}) / {N} = **{reading['mean']:.3f}**  \nof it {reading['real']:.3f} from reals, "
        f"{reading['fake']:.3f} from fakes. Whoever always says ½ pays log 2 = {np.log(2):.3f}."
    )


CONTROLS = {
    f"{name}{i}": control
    for i, (p, y) in enumerate(START, 1)
    for name, control in (
        ("p", Control(f"prediction {i}", p, 1 - SURE, SURE, 0.01, dragged=True)),
        ("y", Control(f"label {i}", y, 0, 1, 1, dragged=True)),
    )
}
HANDLES = [
    handle
    for i, (_, y) in enumerate(START, 1)
    for handle in (
        Handle(f"label of example {i}", i, f"y{i}", "optimum"),
        Handle(f"prediction for example {i}", i, f"p{i}", "discriminator"),
    )
]
CROSS_ENTROPY = Bench("cross-entropy", CONTROLS, numbers, picture, says)
