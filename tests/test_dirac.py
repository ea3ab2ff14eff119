"""The Dirac-GAN: by hand and by the app's own tables alike, and what Mescheder et al. 2018 prove of it."""

import math
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad, solve_ivp
from scipy.special import expit

from playground.constraints import CONSTRAINTS
from playground.dirac import METHODS, UPDATES, Rules, by_tables, jacobian, step_jacobian, trajectory
from playground.objectives import OBJECTIVES

Array = NDArray[np.float64]
SMOOTH = [name for name, method in METHODS.items() if method.eigenvalues is not None]
PLACE = st.floats(-3, 3)
SLOPE = PLACE.filter(lambda psi: abs(psi) > 0.1)  # the tables round off the penalty's kink at 0
RULES = st.builds(
    Rules,
    step=st.floats(0.01, 0.5),
    gamma=st.floats(0.01, 3),
    penalty=st.floats(0.01, 3),
    gradient_target=st.floats(0, 3),
    clip=st.floats(0.1, 1),
    instance_noise=st.floats(0.1, 1.5),
    consensus=st.floats(0, 3),
)


def radius(path: Array) -> Array:
    return np.hypot(*path.T)


def in_order(values: Iterable[complex]) -> list[complex]:
    """By their imaginary parts, or where they have none by their real ones."""
    return sorted(values, key=lambda value: (round(value.imag, 6), value.real))


def field(name: str, at: Array) -> Array:
    """v at (θ, ψ), (2,)."""
    return np.array(METHODS[name].v(at[0], at[1], Rules()))


def test_every_objective_and_every_constraint_that_knows_a_line_is_played() -> None:
    assert {method.objective for method in METHODS.values()} == OBJECTIVES.keys()
    assert {method.constraint for method in METHODS.values()} <= CONSTRAINTS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("name", METHODS)
@given(theta=PLACE, psi=SLOPE, rules=RULES)
def test_the_apps_tables_make_the_same_field(name: str, theta: float, psi: float, rules: Rules) -> None:
    at = np.array([theta]), np.array([psi])
    by_hand, by_table = METHODS[name].v(*at, rules), by_tables(name, *at, rules)
    np.testing.assert_allclose(by_hand, by_table, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", METHODS)
def test_a_field_of_many_points_is_the_fields_of_each(name: str) -> None:
    theta, psi = np.meshgrid(np.linspace(-2, 2, 4), np.linspace(-1.9, 1.8, 3))
    together = METHODS[name].v(theta, psi, Rules())
    alone = [field(name, np.array(at)) for at in zip(theta.flat, psi.flat, strict=True)]
    np.testing.assert_allclose(np.stack(together).reshape(2, -1).T, alone, atol=1e-14)


@given(theta=PLACE, psi=PLACE, sigma=st.floats(0.1, 2))
def test_instance_noise_is_an_expectation(theta: float, psi: float, sigma: float) -> None:
    def expected(f: Callable[[float], float]) -> float:
        weighed = quad(lambda z: f(sigma * z) * math.exp(-z * z / 2), -12, 12, limit=200, epsabs=1e-11, epsrel=1e-11)
        return weighed[0] / math.sqrt(2 * math.pi)

    v1 = expected(lambda e: -psi * expit(-psi * (theta + e)))
    v2 = expected(lambda e: (theta + e) * expit(-psi * (theta + e)) - e * expit(psi * e))
    assert METHODS["instance-noise"].v(np.array(theta), np.array(psi), Rules(instance_noise=sigma)) == pytest.approx(
        (v1, v2), abs=1e-9
    )


@pytest.mark.parametrize("name", SMOOTH)
@given(rules=RULES)
def test_eigenvalues_at_the_equilibrium_are_the_papers(name: str, rules: Rules) -> None:
    formula = METHODS[name].eigenvalues
    assert formula is not None
    # to 1e-6; where two of them meet, rounding moves them by its root
    np.testing.assert_allclose(in_order(np.linalg.eigvals(jacobian(name, rules))), in_order(formula(rules)), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "rules"),
    [("r1", Rules(gamma=1.0)), ("r2", Rules(gamma=1.0)), ("instance-noise", Rules(instance_noise=2**0.5))],
)
def test_the_critical_damping_has_one_double_eigenvalue(name: str, rules: Rules) -> None:
    formula = METHODS[name].eigenvalues
    assert formula is not None
    assert formula(rules) == pytest.approx((-0.5, -0.5), abs=1e-6)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_jacobian_is_the_fields_slope(name: str) -> None:
    at, near = np.array([0.4, -0.6]), 1e-5
    columns = [(field(name, at + shift) - field(name, at - shift)) / (2 * near) for shift in near * np.eye(2)]
    np.testing.assert_allclose(jacobian(name, Rules(), (0.4, -0.6)), np.stack(columns, 1), atol=1e-8)


def test_a_kink_has_no_jacobian() -> None:
    with pytest.raises(ValueError, match="kink"):
        jacobian("wasserstein-penalty", Rules())


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("name", SMOOTH)
def test_the_linear_step_is_the_step_near_the_equilibrium(name: str, update: str) -> None:
    tiny = 1e-5 * np.array([0.6, -0.8])
    stepped = trajectory(name, Rules(), steps=1, start=tuple(tiny), update=update)[1]
    np.testing.assert_allclose(stepped, step_jacobian(name, Rules(), update) @ tiny, rtol=0, atol=1e-9)


def test_the_gan_spirals_outward() -> None:
    path = radius(trajectory("minimax", Rules()))
    assert path[-1] > 3 and path[-1] == pytest.approx(3.10, abs=0.005)


@given(h=st.floats(0.01, 1))
def test_near_the_equilibrium_every_step_grows_the_gan_by_the_same_factor(h: float) -> None:
    path = radius(trajectory("minimax", Rules(step=h), steps=20, start=(1e-5, 0.0)))
    np.testing.assert_allclose((path[1:] / path[:-1]) ** 2, 1 + h**2 / 4, rtol=1e-6)


@pytest.mark.parametrize("h", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("start", [(0.01, 0.0), (1.0, 1.0)])
def test_non_saturating_players_end_in_a_circle_of_radius_root_two_h(h: float, start: tuple[float, float]) -> None:
    """From inside and from outside, over the last rounds."""
    steps = int(80 / h**2)
    last = trajectory("non-saturating", Rules(step=h), steps=steps, start=start)[-int(40 * np.pi / h) :]
    assert radius(last).mean() == pytest.approx((2 * h) ** 0.5, rel=0.01)


def test_alternating_non_saturating_players_creep_inward() -> None:
    """r(t) = (1/r₀² + t/8)^(−½), for t far beyond the first rounds: r is the mean over a round."""
    h, start = 0.02, 0.3
    path = radius(trajectory("non-saturating", Rules(step=h), steps=80_000, start=(start, 0.0), update="alternating"))
    lap = round(4 * np.pi / h)
    for i in (10_000, 40_000, 79_000):
        wanted = (1 / start**2 + h * i / 8) ** -0.5
        assert path[i - lap // 2 : i + lap // 2].mean() == pytest.approx(wanted, rel=0.01)


@given(h=st.floats(0.01, 3.99))
def test_alternating_gan_neither_grows_nor_shrinks(h: float) -> None:
    values = np.linalg.eigvals(step_jacobian("minimax", Rules(step=h), "alternating"))
    np.testing.assert_allclose(np.abs(values), 1, atol=1e-9)


def test_alternating_gan_grows_beyond_a_step_of_four() -> None:
    assert np.abs(np.linalg.eigvals(step_jacobian("minimax", Rules(step=4.1), "alternating"))).max() > 1.1


def test_a_clipped_critic_keeps_circling() -> None:
    path = trajectory("wasserstein-clip", Rules(), steps=3000)
    assert np.abs(path[:, 1]).max() <= 1
    assert radius(path[-500:]).min() > 0.9 and np.sign(path[-500:, 0]).min() < 0 < np.sign(path[-500:, 0]).max()
    assert radius(path)[500] == pytest.approx(1.00, abs=0.005)


def test_wasserstein_with_a_gradient_penalty_keeps_swinging() -> None:
    last = radius(trajectory("wasserstein-penalty", Rules(), steps=3000)[-500:])
    assert last.min() > 1
    assert (last.min(), last.max()) == pytest.approx((1.62, 1.97), abs=0.005)


@pytest.mark.parametrize(("gamma", "wanted"), [(0.3, 2.6e-6), (1.0, 9.5e-22)])
@pytest.mark.parametrize("name", ["r1", "r2"])
def test_r1_and_r2_converge(name: str, gamma: float, wanted: float) -> None:
    last = radius(trajectory(name, Rules(gamma=gamma)))[-1]
    assert last < 1e-5 and last == pytest.approx(wanted, rel=0.02)


@given(rules=RULES)
def test_the_determinant_of_a_step_with_r1(rules: Rules) -> None:
    h, gamma = rules.step, rules.gamma
    assert np.linalg.det(step_jacobian("r1", rules)) == pytest.approx(1 - h * gamma + h**2 / 4, abs=1e-12)


def test_consensus_converges() -> None:
    assert radius(trajectory("consensus", Rules()))[-1] == pytest.approx(2.6e-10, rel=0.02)


def test_instance_noise_converges_and_only_because_of_the_noise() -> None:
    assert radius(trajectory("instance-noise", Rules(instance_noise=1.0)))[-1] < 1e-8
    assert radius(trajectory("instance-noise", Rules(instance_noise=0.0)))[-1] > 3


@pytest.mark.parametrize("name", ["minimax", "wasserstein-clip", "least-squares", "hinge"])
def test_without_damping_nothing_converges(name: str) -> None:
    """Simultaneous steps, from near the equilibrium: the radius never falls below its start."""
    path = radius(trajectory(name, Rules(), steps=2000, start=(0.05, 0.0)))
    assert path.min() >= 0.05 * (1 - 1e-9) and path[-1] > 0.2


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("name", [name for name in SMOOTH if name not in ("wasserstein-clip", "hinge")])
def test_short_steps_follow_the_continuous_game(name: str, update: str) -> None:
    rules = Rules(step=1e-3)
    path = trajectory(name, rules, steps=5000, update=update)
    flow = solve_ivp(lambda t, at: np.stack(METHODS[name].v(at[0], at[1], rules)), (0, 5), (1.0, 1.0), rtol=1e-9)
    np.testing.assert_allclose(path[-1], flow.y[:, -1], atol=3e-3)
