"""What all tests share: one thread a process, hypothesis without a clock, and random Configs."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence

import pytest
import torch
from hypothesis import HealthCheck, reject, settings
from hypothesis import strategies as st

from playground.config import KNOBS, Config, Value
from playground.fast import step

torch.set_num_threads(1)
step.ready(wait=True)  # so that every test plays the same step
SLOW_IS_FINE = [HealthCheck.too_slow]
settings.register_profile("local", deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("ci", deadline=None, suppress_health_check=SLOW_IS_FINE, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Streamlit makes every script it runs `__main__`; processes that a later test starts would run that again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def values(name: str, high: float = float("inf")) -> st.SearchStrategy[Value]:
    """Whatever a knob may be, up to `high`."""
    knob = KNOBS[name]
    if name == "digits":
        return st.just("all") | st.sets(st.integers(0, 9), min_size=1).map(lambda some: ",".join(map(str, some)))
    if isinstance(knob.default, str):
        return st.sampled_from(knob.choices)
    if isinstance(knob.default, int):
        return st.integers(int(knob.low), int(min(knob.high, high)))
    return st.floats(knob.low, min(knob.high, high))


@st.composite
def configs(
    draw: st.DrawFn, limits: Mapping[str, float] | None = None, usual: Sequence[str] = (), knobs: int = 10
) -> Config:
    """Valid Configs with up to so many knobs off their defaults.

    `limits` are the largest values wanted of some knobs; the `usual` knobs keep their defaults.
    """
    limits = limits or {}
    names = draw(st.sets(st.sampled_from(sorted(KNOBS.keys() - set(usual))), max_size=knobs)) | limits.keys()
    changes = {name: draw(values(name, limits.get(name, float("inf")))) for name in sorted(names)}
    if changes.get("data") == "mnist":
        changes["population"] = 1
    else:
        changes |= {"players": "mlp", "condition": "none"}
    try:
        return Config.from_params(changes)
    except ValueError:  # more work than WORK_LIMIT allows
        reject()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow tests first: one that began last would keep a single core busy."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
