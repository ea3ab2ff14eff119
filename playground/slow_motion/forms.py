"""How numbers are written: short, with a true minus, in LaTeX."""

from playground.slow_motion.update import Array

COORDINATES = 2  # of a latent, at most


def point(x: Array) -> str:
    """A sample's coordinates."""
    return short(float(x[0])) if len(x) == 1 else f"({', '.join(map(fixed, x))})"


def vector(z: Array) -> str:
    """The first coordinates of a latent."""
    told = ", ".join(fixed(value) for value in z[:COORDINATES])
    return told + (", …" if len(z) > COORDINATES else "")


def fixed(value: float) -> str:
    """Two places, with a true minus."""
    return f"{value:.2f}".replace("-", "−")


def short(value: float) -> str:
    """Three digits, with a true minus."""
    return f"{value:.3g}".replace("-", "−")


def percent(share: float) -> str:
    """A share; what is nearly all is never called all."""
    places = 1 if 0.99 < share < 1 or 0 < share < 0.01 else 0
    return f"{100 * share:.{places}f} %" if not 0.999 < share < 1 else "over 99.9 %"


def tex(value: float) -> str:
    """Three digits in LaTeX."""
    digits, _, power = f"{value:.3g}".partition("e")
    return rf"{digits}\cdot 10^{{{int(power)}}}" if power else digits
