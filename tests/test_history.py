"""Histories thin themselves evenly and hand out copies."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playground.history import History


@given(st.integers(0, 400), st.integers(2, 20), st.integers(1, 5))
def test_a_history_keeps_evenly_spaced_rows_in_a_fixed_memory(iterations: int, capacity: int, every: int) -> None:
    history, twin = (History(("a",), members=2, every=every, capacity=capacity) for _ in range(2))
    newest = 0
    for i in range(iterations + 1):
        for each in (history, twin):
            if each.due(i):
                each.append(i, {"a": np.array([i, -i])})
                newest = i
    kept = history.columns(1)
    assert np.array_equal(kept["iteration"], np.arange(0, iterations + 1, history.every)) and len(history) <= capacity
    assert np.array_equal(kept["a"], -kept["iteration"]) and history.last()["a"][0] == newest
    assert history.every % every == 0 and ((history.every // every) & (history.every // every - 1)) == 0  # 2ⁿ times
    assert all(np.array_equal(kept[name], twin.columns(1)[name]) for name in kept)


def test_a_historys_columns_are_copies() -> None:
    history = History(("a",), members=1)
    history.append(0, {"a": np.array([1.0])})
    history.columns()["a"][0] = history.last()["a"][0] = 5
    assert history.columns()["a"][0] == 1


def test_a_missing_value_leaves_the_last_known_one() -> None:
    history = History(("a", "b"), members=2)
    history.append(0, {"a": np.array([1.0, 2.0]), "b": np.array([3.0, 4.0])})
    history.append(1, {"a": np.array([np.nan, 5.0]), "b": np.array([6.0, 7.0])})
    assert history.last()["a"].tolist() == [1.0, 5.0] and history.last()["b"].tolist() == [6.0, 7.0]
    assert np.isnan(history.columns(0)["a"][1])
