"""What each objective makes its players do, against the divergences that the papers derive."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats
from scipy.special import rel_entr

from playground.objectives import OBJECTIVES

Array = NDArray[np.float64]
GRID = np.linspace(-3.0, 3.0, 40)
STEP = GRID[1] - GRID[0]
MASS = arrays(np.float64, len(GRID), elements=st.floats(1e-3, 1.0)).map(lambda w: w / w.sum())  # of each cell
BY_POINT = [name for name in OBJECTIVES if name != "wasserstein"]  # its optimum is over all slopes of at most 1
SMOOTH = [name for name in BY_POINT if name != "hinge"]  # its optimum sits in the kinks


def jensen_shannon(p: Array, q: Array) -> float:
    """In nats."""
    return float(rel_entr(p, (p + q) / 2).sum() + rel_entr(q, (p + q) / 2).sum()) / 2


DIVERGENCES: dict[str, Callable[[Array, Array], float]] = {  # masses on GRID -> what the best discriminator reports
    "minimax": jensen_shannon,
    "non-saturating": jensen_shannon,
    "wasserstein": lambda p, q: float(stats.wasserstein_distance(GRID, GRID, p, q)),
    "hinge": lambda p, q: float(np.abs(p - q).sum()) / 2,  # total variation
    "least-squares": lambda p, q: float(((p - q) ** 2 / (2 * (p + q))).sum()),  # Le Cam, half of Pearson's χ²
    # telling the pair (real, fake) from the pair (fake, real)
    "relativistic": lambda p, q: jensen_shannon(np.outer(p, q).ravel(), np.outer(q, p).ravel()),
}


def best(name: str, p: Array, q: Array) -> torch.Tensor:
    """The best discriminator's raw outputs between masses p and q."""
    return torch.tensor(OBJECTIVES[name].optimum(p / STEP, q / STEP, GRID), dtype=torch.float64)


def expected(loss: Callable, d: torch.Tensor, p: Array, q: Array) -> torch.Tensor:
    """E over real ~ p and fake ~ q, independent, of a loss; d (n,) on GRID."""
    pairs = torch.tensor(np.outer(p, q))
    real, fake = torch.broadcast_tensors(d[:, None], d[None, :])
    return (pairs * loss(real, fake)).sum()


def gaussian_masses(distance: float) -> tuple[Array, Array]:
    """N(±distance/2, 1) on GRID."""
    p, q = (stats.norm.pdf(GRID, mean, 0.6) for mean in (distance / 2, -distance / 2))
    return p / p.sum(), q / q.sum()


def test_every_objective_names_its_divergence() -> None:
    assert DIVERGENCES.keys() == OBJECTIVES.keys()


@pytest.mark.parametrize("name", SMOOTH)
@given(p=MASS, q=MASS)
def test_the_optimal_discriminator_is_where_the_gradient_of_its_loss_vanishes(name: str, p: Array, q: Array) -> None:
    d = best(name, p, q).requires_grad_()
    (slope,) = torch.autograd.grad(expected(OBJECTIVES[name].discriminator, d, p, q), d)
    assert np.abs(slope.numpy() / (p + q)).max() < 1e-9


@pytest.mark.parametrize("name", BY_POINT)
@given(p=MASS, q=MASS, shift=arrays(np.float64, len(GRID), elements=st.floats(-3, 3)))
def test_no_other_discriminator_has_a_lower_loss(name: str, p: Array, q: Array, shift: Array) -> None:
    loss, d = OBJECTIVES[name].discriminator, best(name, p, q)
    for size in (1.0, 1e-2):
        assert expected(loss, d + size * torch.tensor(shift), p, q) >= expected(loss, d, p, q) - 1e-12


@pytest.mark.parametrize("name", OBJECTIVES)
@given(p=MASS, q=MASS)
def test_the_best_discriminators_loss_gives_the_divergence_that_is_named(name: str, p: Array, q: Array) -> None:
    loss = float(expected(OBJECTIVES[name].discriminator, best(name, p, q), p, q))
    assert OBJECTIVES[name].estimate(loss) == pytest.approx(DIVERGENCES[name](p, q), abs=1e-6)


@given(p=MASS, q=MASS)
def test_the_kantorovich_potential_has_slopes_of_at_most_one(p: Array, q: Array) -> None:
    critic = best("wasserstein", p, q).numpy()
    assert np.abs(np.diff(critic)).max() <= STEP * (1 + 1e-9)
    assert np.sum(critic * (p + q)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("theta", [-2.0, 0.5, 2.0])
def test_between_two_points_the_wasserstein_distance_grows_and_js_does_not(theta: float) -> None:
    """The parallel lines of Arjovsky et al. 2017, on a line: W = |θ| and JS = log 2 for every θ ≠ 0."""
    p, q = np.zeros(len(GRID)), np.zeros(len(GRID))
    start, end = np.abs(GRID).argmin(), np.abs(GRID - GRID[np.abs(GRID).argmin()] - theta).argmin()
    p[start], q[end] = 1, 1
    for name, distance in {"wasserstein": abs(GRID[end] - GRID[start]), "minimax": math.log(2)}.items():
        loss = float(expected(OBJECTIVES[name].discriminator, best(name, p, q), p, q))
        assert OBJECTIVES[name].estimate(loss) == pytest.approx(distance, abs=1e-9)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_disjoint_data_and_fakes_reach_the_ceiling_of_the_estimate(name: str) -> None:
    ceiling = OBJECTIVES[name].estimate_ceiling
    p = np.where(GRID < -1, 1.0, 0.0)
    p, q = p / p.sum(), p[::-1] / p.sum()
    loss = float(expected(OBJECTIVES[name].discriminator, best(name, p, q), p, q))
    if ceiling is None:
        assert name == "wasserstein"  # a distance knows no largest value
    else:
        assert OBJECTIVES[name].estimate(loss) == pytest.approx(ceiling, abs=1e-9)


@pytest.mark.parametrize("name", [name for name in OBJECTIVES if OBJECTIVES[name].estimate_ceiling is not None])
@given(p=MASS, q=MASS, d=arrays(np.float64, len(GRID), elements=st.floats(-5, 5)))
def test_no_discriminator_reports_more_than_the_divergence(name: str, p: Array, q: Array, d: Array) -> None:
    loss = float(expected(OBJECTIVES[name].discriminator, torch.tensor(d), p, q))
    assert OBJECTIVES[name].estimate(loss) <= DIVERGENCES[name](p, q) + 1e-9


@pytest.mark.parametrize("name", OBJECTIVES)
@given(p=MASS)
def test_perfect_fakes_cost_both_players_the_equilibrium_value_and_estimate_zero(name: str, p: Array) -> None:
    objective, d = OBJECTIVES[name], best(name, p, p)
    loss = float(expected(objective.discriminator, d, p, p))
    assert objective.estimate(loss) == pytest.approx(0, abs=1e-9)
    discriminator, generator = objective.equilibrium
    if discriminator is not None:
        assert loss == pytest.approx(discriminator, abs=1e-9)
    if generator is not None:
        assert float(expected(objective.generator, d, p, p)) == pytest.approx(generator, abs=1e-9)


@pytest.mark.parametrize("name", OBJECTIVES)
@pytest.mark.parametrize("d_real", [-1e4, 0.0, 1e4])
@pytest.mark.parametrize("d_fake", [-1e4, 0.0, 1e4])
def test_losses_and_slopes_stay_finite_however_sure_the_discriminator_is(
    name: str, d_real: float, d_fake: float
) -> None:
    real, fake = (torch.tensor([d], requires_grad=True) for d in (d_real, d_fake))
    for loss in (OBJECTIVES[name].discriminator(real, fake), OBJECTIVES[name].generator(real, fake)):
        slopes = torch.autograd.grad(loss.sum(), (real, fake), allow_unused=True)
        assert torch.isfinite(loss).all() and loss.shape == (1,)
        assert all(torch.isfinite(slope).all() for slope in slopes if slope is not None)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_only_minimax_saturates_when_the_discriminator_wins(name: str) -> None:
    real, fake = torch.tensor([30.0]), torch.tensor([-30.0], requires_grad=True)
    (slope,) = torch.autograd.grad(OBJECTIVES[name].generator(real, fake).sum(), fake)
    assert (abs(float(slope)) < 1e-9) == (name == "minimax")
    assert float(slope) <= 0  # and every generator wants its fakes to be called real


@pytest.mark.parametrize("name", OBJECTIVES)
@given(real=st.floats(-8, 8), fake=st.floats(-8, 8))
def test_a_better_verdict_on_fakes_never_costs_the_generator(name: str, real: float, fake: float) -> None:
    x, y = torch.tensor([real]), torch.tensor([min(fake, 1.0)], requires_grad=True)  # least squares aims at 1
    (slope,) = torch.autograd.grad(OBJECTIVES[name].generator(x, y).sum(), y)
    assert float(slope) <= 0


@pytest.mark.parametrize(
    ("distance", "minimax", "non_saturating", "wasserstein"),
    [(2, 0.450, 1.55, 1), (4, 0.137, 3.86, 1), (6, 0.0125, 5.99, 1), (8, 3.9e-4, 8.00, 1), (10, 4.5e-6, 10.0, 1)],
)
def test_the_generators_gradient_between_two_gaussians(
    distance: float, minimax: float, non_saturating: float, wasserstein: float
) -> None:
    """N(±distance/2, 1): the optimal logit is distance·x (log p/q), the optimal 1-Lipschitz critic is x."""
    noise = torch.linspace(-12, 12, 4801, dtype=torch.float64)
    weight = torch.exp(-(noise**2) / 2) / math.sqrt(2 * math.pi) * (noise[1] - noise[0])
    table = {"minimax": minimax, "non-saturating": non_saturating, "wasserstein": wasserstein}
    for name, gradient in table.items():
        slope = 1.0 if name == "wasserstein" else distance
        mean = torch.tensor(-distance / 2, dtype=torch.float64, requires_grad=True)
        loss = (weight * OBJECTIVES[name].generator(slope * (distance / 2 + noise), slope * (mean + noise))).sum()
        (toward,) = torch.autograd.grad(loss, mean)
        assert -float(toward) == pytest.approx(gradient, rel=0.02), name


@pytest.mark.parametrize(("distance", "js"), [(2, 0.337), (4, 0.633), (6, 0.689), (10, 0.693)])
def test_js_between_two_gaussians(distance: float, js: float) -> None:
    x = np.linspace(-20, 20, 4001)
    p, q = stats.norm.pdf(x, distance / 2), stats.norm.pdf(x, -distance / 2)
    step = x[1] - x[0]
    for name in ("minimax", "non-saturating"):
        d = torch.tensor(OBJECTIVES[name].optimum(p, q, x))
        assert np.allclose(d.numpy(), distance * x, atol=1e-6)
        # both terms see one place at a time, so no pairs are needed
        loss = step * float((torch.tensor(p) * torch.nn.functional.softplus(-d)).sum())
        loss += step * float((torch.tensor(q) * torch.nn.functional.softplus(d)).sum())
        assert OBJECTIVES[name].estimate(loss) == pytest.approx(js, abs=6e-4)


@pytest.mark.parametrize("name", OBJECTIVES)
@given(level=st.floats(-5, 5), real=st.floats(-5, 5), fake=st.floats(-5, 5))
def test_a_free_level_is_one_that_changes_no_loss_of_d(name: str, level: float, real: float, fake: float) -> None:
    loss = OBJECTIVES[name].discriminator
    d = torch.tensor([real, fake], dtype=torch.float64)
    same = abs(float(loss(*(d + level)) - loss(*d))) < 1e-9
    assert same or not OBJECTIVES[name].free_level


@pytest.mark.parametrize("name", OBJECTIVES)
def test_flags_tell_what_the_losses_look_at(name: str) -> None:
    objective = OBJECTIVES[name]
    d = torch.tensor([0.3, -0.7], dtype=torch.float64)
    shifted = objective.discriminator(*(d + 2)) - objective.discriminator(*d)
    assert (float(shifted) == pytest.approx(0)) == objective.free_level
    moved = objective.generator(d[0] + 1, d[1]) - objective.generator(d[0], d[1])
    assert (float(moved) != 0) == objective.uses_real


@pytest.mark.parametrize("name", [name for name in OBJECTIVES if OBJECTIVES[name].probability is not None])
@given(p=MASS, q=MASS)
def test_where_the_output_is_a_probability_the_best_one_is_bayes(name: str, p: Array, q: Array) -> None:
    probability = OBJECTIVES[name].probability
    assert probability is not None
    assert np.allclose(probability(best(name, p, q).numpy()), p / (p + q), atol=1e-9)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_every_objective_cites_its_paper_and_shows_its_formulas(name: str) -> None:
    objective = OBJECTIVES[name]
    assert "https://arxiv.org/abs/" in objective.source and objective.title and objective.estimate_name
    assert r"\mathbb{E}" in objective.discriminator_latex and r"\mathbb{E}" in objective.generator_latex
