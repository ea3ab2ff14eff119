"""The Dirac-GAN in hand: two numbers in a plane, the way that both are pushed, and the orbit of their steps."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.dirac import METHODS, UPDATES, Rules, step_jacobian, trajectory
from playground.lessons.bench import Bench, Control, Handle, Reading, Values, handles
from playground.plots.view import Axis, Layer, View

Array = NDArray[np.float64]
TITLES = {  # entries of METHODS, as the page calls them
    "minimax": "Minimax",
    "non-saturating": "Non-saturating",
    "wasserstein-clip": "WGAN, clipped",
    "wasserstein-penalty": "WGAN-GP",
    "r1": "R1",
    "instance-noise": "Instance noise",
    "consensus": "Consensus",
}
SHORT = ("Minimax", "Non-saturating", "WGAN clip", "WGAN-GP", "R1", "Noise", "Consensus")
NAMES, MOVES = tuple(TITLES), tuple(UPDATES)
WHY = {
    "minimax": "The force only turns, nothing pulls inward",
    "non-saturating": "In the middle the force only turns; farther out there is a weak pull inward",
    "wasserstein-clip": "The force only turns; the clip holds ψ between the dashed lines",
    "wasserstein-penalty": "The penalty wants slope 1 also in the middle, where 0 would be right",
    "r1": "The penalty is friction on ψ",
    "instance-noise": "Noise on both samples acts as friction on ψ",
    "consensus": "Both players also avoid places of strong force, which pulls them to the middle",
}
STEPS, SPAN = 500, 100  # of an orbit, and over which its mean radius is taken
SPEED, REST = 60.0, 2.5  # steps drawn a second, and seconds until the orbit starts again
REACH = 3.5  # of the plane
AT_REST = 1e-3  # radius of what has come to rest
FIELD, LONGEST = 13, 0.36  # arrows along each axis, and their greatest length in the plane
DRIFT = 0.01  # what the mean radius must change by, from one span of steps to the next, not to be a circle


def rules_of(values: Values) -> Rules:
    """The sliders as `playground.dirac` knows them; each method that has a penalty takes its weight from the same one."""
    weight = values["penalty"]
    return Rules(values["step"], gamma=weight, penalty=weight, consensus=weight, instance_noise=values["noise"])


def played(values: Values) -> tuple[str, str]:
    """The chosen entries of `METHODS` and of `UPDATES`."""
    return NAMES[int(values["method"])], MOVES[int(values["moves"])]


@lru_cache(maxsize=64)
def orbit(name: str, update: str, rules: Rules, theta: float, psi: float) -> Array:
    """(θ, ψ) at the start and after each step, (STEPS + 1, 2); NaN where it is beyond all numbers."""
    with np.errstate(all="ignore"):
        path = trajectory(name, rules, STEPS, (theta, psi), update)
    return np.where(np.isfinite(path), path, np.nan)


@lru_cache(maxsize=64)
def force(name: str, rules: Rules) -> dict[str, Array]:
    """Arrows of v on a grid: the stronger the longer, up to LONGEST."""
    axis = np.linspace(-REACH, REACH, FIELD + 2)[1:-1]
    theta, psi = (each.ravel() for each in np.meshgrid(axis, axis))
    u, v = METHODS[name].v(theta, psi, rules)
    strength = np.maximum(np.hypot(u, v), 1e-9)
    scale = LONGEST * np.sqrt(np.minimum(strength, 1)) / strength
    return {"x": theta, "y": psi, "u": u * scale, "v": v * scale}


@lru_cache(maxsize=64)
def factor(name: str, update: str, rules: Rules) -> float:
    """What a step multiplies the radius by near the equilibrium, in the long run; NaN at a kink."""
    if METHODS[name].eigenvalues is None:
        return np.nan
    return float(np.abs(np.linalg.eigvals(step_jacobian(name, rules, update))).max())


def numbers(values: Values) -> Values:
    """Eigenvalues at the equilibrium (NaN at a kink), a step's factor there, and how the orbit from this start ends."""
    (name, update), rules = played(values), rules_of(values)
    eigenvalues = METHODS[name].eigenvalues
    slow, fast = eigenvalues(rules) if eigenvalues else (complex(np.nan, np.nan),) * 2
    radius = np.hypot(*orbit(name, update, rules, values["theta"], values["psi"]).T)
    radius = np.where(np.isnan(radius), np.inf, radius)
    before, after = radius[-2 * SPAN : -SPAN].mean(), radius[-SPAN:].mean()
    return {
        "real": slow.real,
        "real2": fast.real,
        "imaginary": abs(slow.imag),
        "factor": factor(name, update, rules),
        "radius": float(radius[-1]),
        "drift": float(after / before) if 0 < before < np.inf else 1.0 if before == 0 else np.inf,
    }


def fate(reading: Reading) -> str:
    """How the orbit from here ends."""
    if reading["radius"] < AT_REST:
        return "comes to rest"
    if reading["drift"] > 1 + DRIFT:
        return "spirals outward"
    return "spirals inward" if reading["drift"] < 1 - DRIFT else "keeps circling"


def drawn(seconds: float) -> int:
    """How many steps of the orbit are seen: ever more, and after a rest again none."""
    return min(STEPS, int(SPEED * (seconds % (STEPS / SPEED + REST))))


def picture(reading: Reading, seconds: float) -> View:
    """The plane of both numbers, with the force as arrows and the orbit as far as it has come."""
    (name, update), rules = played(reading.values), rules_of(reading.values)
    path = orbit(name, update, rules, reading["theta"], reading["psi"])[: drawn(seconds) + 1]
    x, y = np.clip(path, -2 * REACH, 2 * REACH).T
    layers = [
        Layer(
            "arrows", "force", "muted", force(name, rules), "Where both players are pushed, v; long where it is strong."
        ),
        *(bounds(rules.clip) for _ in range(name == "wasserstein-clip")),
        Layer("line", "orbit", "fake", {"x": x, "y": y}, "Step by step from the start point."),
        Layer(
            "points", "both at rest", "real", point(0, 0), "The fake is on the data, and D is flat.", options=DIAMOND
        ),
        Layer(
            "words", "", "fake", {"x": x[-1:], "y": y[-1:]}, options={"texts": ["●"], "align": "center", "size": 0.35}
        ),
        handles(CONTROLS, reading, [Handle("start point", "theta", "psi", "ink")]),
    ]
    alt = (
        f"{TITLES[name]} from θ {reading['theta']:.2f}, ψ {reading['psi']:.2f}: it {fate(reading)}; after {STEPS} steps it is "
        f"{reading['radius']:.3g} from rest."
    )
    plane = Axis(-REACH, REACH, "θ: where the fake is"), Axis(-REACH, REACH, "ψ: slope of D")
    return View(tuple(layers), *plane, equal=True, alt=alt, revision="dirac")


DIAMOND = {"marker": "diamond"}


def point(x: float, y: float) -> dict[str, Array]:
    return {"x": np.array([float(x)]), "y": np.array([float(y)])}


def bounds(clip: float) -> Layer:
    """Two dashed lines, between which the clip holds ψ."""
    x = np.array([-REACH, REACH, np.nan, -REACH, REACH])
    y = clip * np.array([1, 1, np.nan, -1, -1])
    return Layer("line", "clip", "violation", {"x": x, "y": y}, "|ψ| ≤ c", options={"dash": True})


def spectrum(reading: Reading) -> str:
    """The eigenvalues in words."""
    if np.isnan(reading["real"]):
        return "the force jumps at ψ = 0, so there are no eigenvalues at rest"
    if reading["imaginary"] < 1e-9:
        return f"eigenvalues {signed(reading['real'])} and {signed(reading['real2'])}"
    return f"eigenvalues {signed(reading['real'])} ± {reading['imaginary']:.2f}i"


def signed(value: float) -> str:
    """With a true minus, and no minus on a 0."""
    return f"{0.0 if abs(value) < 5e-3 else value:.2f}".replace("-", "−")


def growth(reading: Reading) -> str:
    """What a step does near the equilibrium."""
    if np.isnan(reading["factor"]):
        return "No step size brings it in."
    at_once = "|1 + hλ| = " * (reading["moves"] == 0)  # in turns the second player answers the first one's step
    return f"Near rest each step multiplies the radius by {at_once}**{reading['factor']:.4f}**."


def says(reading: Reading) -> str:
    """What the orbit does, and why."""
    name, _ = played(reading.values)
    far = f"{reading['radius']:.2g}" if reading["radius"] < np.inf else "∞"
    return (
        f"**{TITLES[name]} {fate(reading)}**: radius {far} after {STEPS} steps.  \n"
        f"{WHY[name]}: {spectrum(reading)}.  \n{growth(reading)}"
    )


CONTROLS = {
    "method": Control("Method", 0, choices=SHORT),
    "moves": Control("The players move", 0, choices=("both at once", "in turns, D first")),
    "step": Control("Step size h", 0.2, 0.05, 1.0, 0.05, help="How far both players go along the force at each step."),
    "penalty": Control(
        "Penalty γ", 0.3, 0.05, 2.0, 0.05, help="Weight of the penalty of WGAN-GP (λ), R1 and consensus."
    ),
    "noise": Control("Noise σ", 1.0, 0.0, 2.0, 0.05, help="Standard deviation of the instance noise."),
    "theta": Control("θ", 1.0, -2.5, 2.5, 0.05, dragged=True),
    "psi": Control("ψ", 1.0, -2.5, 2.5, 0.05, dragged=True),
}
DIRAC_PLANE = Bench("dirac-plane", CONTROLS, numbers, picture, says, height=470)
