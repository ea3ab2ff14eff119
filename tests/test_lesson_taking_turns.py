"""The figure of turns shows what the algorithm does: k turns of D, then one of G, which sees no data."""

import numpy as np

from playground.lessons.benches.turns import BATCH, STEPS, TURN, TURNS, picture, turn_at


def names(turn: float, seconds: float) -> dict[str, int]:
    """How many dots of each kind are on their way."""
    view = picture(TURNS.reading({"turn": turn}), seconds)
    return {layer.name: len(np.atleast_1d(layer.made()["x"])) for layer in view.layers if layer.kind == "points"}


def test_k_turns_of_d_come_before_one_of_g_and_then_it_all_begins_again() -> None:
    values = TURNS.start | {"k": STEPS.index(3)}
    assert [turn_at(values, TURN * (i + 0.5))[0] for i in range(8)] == [0, 1, 2, 3, 0, 1, 2, 3]


def test_real_data_flows_on_ds_turn_only() -> None:
    assert names(1, 0.3 * TURN)["reals"] > 0
    assert names(2, 0.3 * TURN)["reals"] == 0


def test_gradients_go_back_as_far_as_the_player_that_moves() -> None:
    def reach(turn: float) -> float:
        moments = np.linspace(0.5, 0.95, 60) * TURN
        found = [
            layer.made()["x"].min()
            for t in moments
            for layer in picture(TURNS.reading({"turn": turn}), t).layers
            if layer.name == "gradient" and len(layer.made()["x"])
        ]
        return min(found)

    assert reach(1) > 7 > reach(2)


def test_d_sees_k_batches_of_either_kind_and_g_none_of_the_data() -> None:
    reading = TURNS.reading({"k": STEPS.index(5)})
    assert (reading["real_d"], reading["fake_d"]) == (5 * BATCH, 5 * BATCH)
    assert (reading["real_g"], reading["fake_g"]) == (0, BATCH)
