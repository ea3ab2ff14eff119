"""The catalogue: everything there is to choose from, for programs, and each entry in a line for people."""

import math
from typing import Any

from playground.config import DATA, KNOBS
from playground.constraints import CONSTRAINTS
from playground.distributions import DISTRIBUTIONS
from playground.experiments import EXPERIMENTS
from playground.objectives import OBJECTIVES


def catalogue() -> dict[str, Any]:
    """Everything there is to choose from."""
    return {
        "experiments": {
            name: {"title": e.title, "claim": e.claim, "page": e.page, "iterations": e.iterations, "cure": dict(e.cure)}
            for name, e in EXPERIMENTS.items()
        },
        "data": {name: DISTRIBUTIONS[name].title if name in DISTRIBUTIONS else "Handwritten digits" for name in DATA},
        "objectives": {name: objective.title for name, objective in OBJECTIVES.items()},
        "constraints": {name: constraint.title for name, constraint in CONSTRAINTS.items()},
        "knobs": {
            name: {
                "default": knob.default,
                "choices": list(knob.choices) or None,
                "low": knob.low if math.isfinite(knob.low) else None,
                "high": knob.high if math.isfinite(knob.high) else None,
                "log": knob.log,
                "hot": knob.hot,
                "group": knob.group,
                "help": knob.help,
            }
            for name, knob in KNOBS.items()
        },
    }


def describe(about: str | dict[str, Any]) -> str:
    """One line on one entry of the catalogue."""
    if isinstance(about, str):
        return about
    if "claim" in about:
        return f"{about['title']}. {about['claim']}"
    among = ", ".join(about["choices"]) if about["choices"] else span(about)
    return f"{about['default']}  [{among}]  {'hot' if about['hot'] else 'cold'}. {about['help']}"


def span(about: dict[str, Any]) -> str:
    return "text" if about["low"] is None else f"{about['low']:g} … {about['high']:g}"
