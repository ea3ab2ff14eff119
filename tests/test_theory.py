"""Games solved on paper, and the generator's arrows against them and against autograd."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import ot
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad
from scipy.optimize import brentq
from scipy.special import expit, log_expit
from scipy.stats import norm, wasserstein_distance

from playground import theory
from playground.activations import ACTIVATIONS
from playground.config import KNOBS, Config
from playground.objectives import OBJECTIVES
from playground.training import Trainer
from tests.conftest import configs

TABLE = {  # to three digits: d -> JS, pull of minimax, non-saturating, Wasserstein
    2: (0.337, 0.450, 1.55, 1.0),
    4: (0.633, 0.137, 3.86, 1.0),
    6: (0.689, 0.0125, 5.99, 1.0),
    8: (0.693, 3.9e-4, 8.00, 1.0),
    10: (0.693, 4.5e-6, 10.0, 1.0),
}
LOSSES: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {  # L_G as the papers write it, by hand
    "minimax": lambda real, fake: torch.log(1 - torch.sigmoid(fake)),
    "non-saturating": lambda real, fake: -torch.log(torch.sigmoid(fake)),
    "wasserstein": lambda real, fake: -fake,
    "hinge": lambda real, fake: -fake,
    "least-squares": lambda real, fake: (fake - 1) ** 2 / 2,
    "relativistic": lambda real, fake: -torch.log(torch.sigmoid(fake - real)),
}
LOSSES_OF_FLOATS: dict[str, Callable[[float], float]] = {
    "minimax": lambda fake: float(log_expit(-fake)),
    "non-saturating": lambda fake: -float(log_expit(fake)),
    "wasserstein": lambda fake: -fake,
    "least-squares": lambda fake: (fake - 1) ** 2 / 2,
}
PLAIN = [name for name, item in KNOBS.items() if item.group == "tricks"]  # tricks change what D sees
DISTANCES = st.floats(0.1, 10)


def mean_of(f: Callable[[float], float], mean: float, deviation: float = 1.0) -> float:
    """E f(x) over a Gaussian, by scipy."""
    low, high = mean - 12 * deviation, mean + 12 * deviation
    at = sorted({0.0, mean}) if low < 0 < high else [mean]

    def weighed(x: float) -> float:
        return f(x) * math.exp(-(((x - mean) / deviation) ** 2) / 2)

    return quad(weighed, low, high, points=at, limit=400, epsabs=1e-13)[0] / (deviation * math.sqrt(2 * math.pi))


@pytest.fixture
def double() -> Iterator[None]:
    """Everything drawn and computed in float64."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


# two Gaussians


@pytest.mark.parametrize("d", TABLE)
def test_the_table_of_two_gaussians(d: int) -> None:
    pulls = [theory.PULLS[name](d) for name in ("minimax", "non-saturating", "wasserstein")]
    assert (theory.jensen_shannon(d), *pulls) == pytest.approx(TABLE[d], rel=0.02)


@settings(max_examples=15)
@given(d=DISTANCES)
def test_jensen_shannon_is_its_definition(d: float) -> None:
    def half(x: float, own: float) -> float:  # KL to the mixture
        log_p, log_q = -((x - own) ** 2) / 2, -((x + own) ** 2) / 2
        return log_p - float(np.logaddexp(log_p, log_q)) + math.log(2)

    wanted = (mean_of(lambda x: half(x, d / 2), d / 2) + mean_of(lambda x: half(x, -d / 2), -d / 2)) / 2
    assert theory.jensen_shannon(d) == pytest.approx(wanted, abs=1e-9)


@given(d=DISTANCES)
def test_total_variation_and_wasserstein_are_their_definitions(d: float) -> None:
    x = np.linspace(-18, 18, 20_001)
    p, q = norm.pdf(x, d / 2), norm.pdf(x, -d / 2)
    assert theory.total_variation(d) == pytest.approx(np.abs(p - q).sum() * (x[1] - x[0]) / 2, abs=1e-6)
    assert theory.wasserstein(d) == pytest.approx(wasserstein_distance(x, x, p, q), rel=1e-6)


@pytest.mark.parametrize("name", [name for name in OBJECTIVES if name != "wasserstein"])
@given(d=DISTANCES)
def test_optimal_outputs_are_the_objectives_own(name: str, d: float) -> None:
    x = np.linspace(-8, 8, 101) + 1e-3  # the hinge's is not defined at 0
    wanted = OBJECTIVES[name].optimum(norm.pdf(x, d / 2), norm.pdf(x, -d / 2), x)
    np.testing.assert_allclose(theory.OPTIMA[name][0](x, d), wanted, atol=1e-9)


@given(d=DISTANCES)
def test_the_optimal_critic_attains_the_distance(d: float) -> None:
    critic, slope = theory.OPTIMA["wasserstein"]
    x = np.linspace(-20, 20, 20_001)
    gap = (critic(x, d) * (norm.pdf(x, d / 2) - norm.pdf(x, -d / 2))).sum() * (x[1] - x[0])
    assert gap == pytest.approx(theory.wasserstein(d), rel=1e-6) and np.abs(slope(x, d)).max() <= 1


@pytest.mark.parametrize("name", OBJECTIVES)
@given(d=DISTANCES)
def test_slopes_of_the_optimal_outputs(name: str, d: float) -> None:
    output, slope = theory.OPTIMA[name]
    x, near = np.linspace(-6, 6, 60), 1e-6
    np.testing.assert_allclose(slope(x, d), (output(x + near, d) - output(x - near, d)) / (2 * near), atol=1e-6)


@pytest.mark.parametrize("name", [name for name in OBJECTIVES if name not in ("hinge", "relativistic")])
@settings(max_examples=15)
@given(d=DISTANCES)
def test_the_pull_is_the_slope_of_the_expected_loss(name: str, d: float) -> None:
    """The mean of q moves, D stays: −d/dm E L_G(D(m + z))."""

    def loss(x: float) -> float:
        return float(LOSSES_OF_FLOATS[name](float(theory.OPTIMA[name][0](np.array(x), d))))

    near = 1e-3
    wanted = (mean_of(loss, -d / 2 - near) - mean_of(loss, -d / 2 + near)) / (2 * near)
    assert theory.PULLS[name](d) == pytest.approx(wanted, rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("d", [0.5, 2.0, 4.0])
def test_the_relativistic_pull_is_over_all_pairs(d: float) -> None:
    def pull(fake: float, real: float) -> float:
        return d * expit(d * (real - fake)) * norm.pdf(real, d / 2) * norm.pdf(fake, -d / 2)

    wanted = dblquad(pull, d / 2 - 8, d / 2 + 8, -d / 2 - 8, -d / 2 + 8, epsabs=1e-8)[0]
    assert theory.PULLS["relativistic"](d) == pytest.approx(wanted, abs=1e-6)


@given(d=DISTANCES)
def test_only_minimax_and_least_squares_lose_their_pull_with_distance(d: float) -> None:
    """Minimax's is d ∫ pq/(p+q) ≤ d/2 ∫ √(pq) = d/2 e^(−d²/8), and least squares' is less."""
    assert theory.PULLS["least-squares"](d) < theory.PULLS["minimax"](d) <= d / 2 * math.exp(-(d**2) / 8)
    for name in ("non-saturating", "relativistic"):
        assert theory.PULLS[name](d) >= d / 2
    assert theory.PULLS["wasserstein"](d) == 1


# hinge


@given(d=DISTANCES)
def test_the_hinges_whole_pull_sits_in_its_step(d: float) -> None:
    """E L_G = −E_q sign(x) has a slope, yet no sample has one."""
    near = 1e-4
    loss = [-(1 - 2 * norm.cdf(0, mean)) for mean in (-d / 2 - near, -d / 2 + near)]
    assert theory.hinge_step(d) == pytest.approx((loss[0] - loss[1]) / (2 * near), rel=1e-4)
    slope = 2 * (theory.total_variation(d + near) - theory.total_variation(d - near)) / (2 * near)
    assert theory.hinge_step(d) == pytest.approx(slope, rel=1e-4)
    assert theory.PULLS["hinge"](d) == 0.0


@given(seed=st.integers(0, 99), scale=st.floats(0.1, 4))
def test_samples_outside_the_hinges_margin_teach_nothing(seed: int, scale: float) -> None:
    both = scale * torch.randn(2, 64, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    d_real, d_fake = both.requires_grad_()
    slopes = torch.autograd.grad(OBJECTIVES["hinge"].discriminator(d_real, d_fake).sum(), (d_real, d_fake))
    wanted = tuple(float((slope == 0).double().mean()) for slope in slopes)
    assert theory.hinge_flat(d_real.detach().numpy(), d_fake.detach().numpy()) == wanted


# parallel lines


@given(theta=st.floats(-3, 3).map(lambda value: round(value, 3)))
def test_distances_of_parallel_lines(theta: float) -> None:
    """By POT and by counts over columns, for 30 points on each line."""
    u = np.linspace(0, 1, 30)
    real, fake = np.stack([0 * u, u], 1), np.stack([0 * u + theta, u], 1)
    wanted = theory.parallel_lines(theta)
    assert wanted["wasserstein"] == pytest.approx(ot.emd2([], [], ot.dist(real, fake, "euclidean")), abs=1e-9)
    p, q = (np.array([np.mean(points[:, 0] == place) for place in {0.0, theta}]) for points in (real, fake))
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        kl = [np.where(a > 0, a * np.log(a / b), 0.0).sum() for a, b in ((p, middle), (q, middle), (p, q))]
    assert wanted["jensen-shannon"] == pytest.approx((kl[0] + kl[1]) / 2)
    assert wanted["kullback-leibler"] == pytest.approx(kl[2])
    assert wanted["total-variation"] == pytest.approx(np.abs(p - q).sum() / 2)


# label smoothing


@pytest.mark.parametrize("name", theory.SMOOTHED)
@given(logit=st.floats(-8, 8), epsilon=st.floats(0.001, 0.5))
def test_the_smoothed_optimum_is_where_the_slope_of_the_smoothed_loss_vanishes(
    name: str, logit: float, epsilon: float
) -> None:
    """D's loss by the app's own table, over p real and 1 − p fake samples at one place."""
    objective, p = OBJECTIVES[name], float(expit(logit))
    assert objective.smoothing is not None
    smoothing = objective.smoothing

    def slope(output: float) -> float:
        d = torch.tensor(output, dtype=torch.float64, requires_grad=True)
        real = objective.discriminator(d, d.detach()) + smoothing(d, epsilon)
        return float(torch.autograd.grad(p * real + (1 - p) * objective.discriminator(d.detach(), d), d)[0])

    found = brentq(slope, -20, 20, xtol=1e-12)
    assert float(theory.SMOOTHED[name](np.array(logit), epsilon)) == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize("name", theory.SMOOTHED)
def test_without_smoothing_the_optimum_is_the_plain_one(name: str) -> None:
    x = np.linspace(-5, 5, 50)
    p, q = norm.pdf(x, 1), norm.pdf(x, -1)
    np.testing.assert_allclose(theory.SMOOTHED[name](2 * x, 0.0), OBJECTIVES[name].optimum(p, q, x), atol=1e-9)


@given(log_p=st.floats(-300, 0), log_q=st.floats(-300, 0), epsilon=st.floats(0.001, 0.5))
def test_a_smoothed_logit_is_the_formula_and_never_passes_its_cap(log_p: float, log_q: float, epsilon: float) -> None:
    p, q = math.exp(log_p), math.exp(log_q)
    output = float(theory.smoothed_logit(np.array(log_p - log_q), epsilon))
    assert output == pytest.approx(math.log((1 - epsilon) * p / (epsilon * p + q)), abs=1e-9)
    assert output <= theory.smoothed_cap(epsilon) + 1e-12
    assert theory.smoothed_cap(epsilon) == pytest.approx(math.log((1 - epsilon) / epsilon))
    assert float(theory.smoothed_logit(np.array(1e4), epsilon)) == pytest.approx(theory.smoothed_cap(epsilon))


def test_there_is_no_cap_without_smoothing() -> None:
    assert theory.smoothed_cap(0.0) == math.inf


# the generator's arrows


def forward(weights: list[torch.Tensor], x: torch.Tensor, activation: Callable) -> torch.Tensor:
    """A perceptron of one member, sample by sample."""
    *hidden, last = zip(weights[::2], weights[1::2], strict=True)
    for kernel, bias in hidden:
        x = activation(torch.einsum("ni,io->no", x, kernel) + bias)
    return torch.einsum("ni,io->no", x, last[0]) + last[1]


def arrows_by_hand(trainer: Trainer, member: int, n: int) -> torch.Tensor:
    """−∂L_G/∂x at each fake alone, from the member's weights, its fixed samples and the loss as the paper writes it."""
    activation = ACTIVATIONS[trainer.config.activation].apply
    g, d = ([w[member].detach() for w in player.weights()] for player in (trainer.generator, trainer.discriminator))
    real, fake = trainer.fixed_real[member, :n], forward(g, trainer.fixed_latent[member, :n], activation)
    loss = LOSSES[trainer.config.objective]

    def one(x: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
        return loss(forward(d, beside[None], activation), forward(d, x[None], activation)).squeeze()

    return -torch.stack([torch.func.grad(one)(x, beside) for x, beside in zip(fake, real, strict=True)])


@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(max_examples=12)
@given(
    config=configs(
        {"population": 3, "batch_size": 64, "generator_width": 32, "discriminator_width": 32, "latent_dim": 16},
        usual=("data", "players", "constraint", "digits", "train_samples", *PLAIN),
    ),
    data=st.sampled_from(["ring", "two-gaussians", "swiss-roll"]),
)
def test_arrows_are_minus_the_slope_of_the_generators_loss(objective: str, config: Config, data: str) -> None:
    torch.set_default_dtype(torch.float64)
    try:
        trainer = Trainer(config.with_(objective=objective, data=data))
        for member in range(config.population):
            arrows = trainer.look(24, slice(member, member + 1))[3][0]
            wanted = arrows_by_hand(trainer, member, 24)
            assert float((arrows - wanted).abs().max()) <= 1e-6 * max(1.0, float(wanted.abs().max()))
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_arrows_under_spectral_normalisation_are_those_of_the_normalised_weights(double, objective: str) -> None:
    """By numpy's singular values; a kernel of one column has one, which power iteration knows at once."""
    trainer = Trainer(Config(objective=objective, constraint="spectral-norm", discriminator_depth=0))
    _, d_real, d_fake, arrows = trainer.look(24)
    kernel, bias = (w[0].detach().numpy() for w in trainer.discriminator.weights())
    kernel = kernel / np.linalg.svd(kernel)[1].max()
    np.testing.assert_allclose(d_real[0].numpy(), trainer.fixed_real[0, :24].numpy() @ kernel[:, 0] + bias[0, 0])
    slope = OBJECTIVES[objective].generator_slope(d_real, d_fake)[0].numpy()
    np.testing.assert_allclose(arrows[0].numpy(), -slope[:, None] * kernel[:, 0], atol=1e-6)


def lay(trainer: Trainer, weights: dict[str, list[float]]) -> None:
    """Give both players these weights."""
    with torch.no_grad():
        for name, values in weights.items():
            getattr(trainer, name).flat.copy_(torch.tensor([values]))


def pull_by_look(objective: str, d: float) -> float:
    """E −∂L_G/∂x by the trainer's own arrows, between N(±d/2, 1), with the optimal discriminator as its weights.

    The app scales data to a root mean square of 1, by s: so does the generator here, and arrows come out s times as long.
    Fixed samples are laid on a grid, real beside every latent, and weighed by their density: the trapezoid rule, which has no
    spread, where 2048 draws would never meet the few samples that give minimax its pull at d = 10.
    """
    sigmoid = objective == "least-squares"  # its optimum σ(dx) is ½ + ½ tanh(dx/2): one hidden unit
    trainer = Trainer(
        Config(
            data="gaussian", separation=d / 2, spread=1.0, latent_dim=1, objective=objective, generator_depth=0,
            discriminator_depth=int(sigmoid), discriminator_width=1, activation="tanh",
        )
    )  # fmt: skip
    s = math.hypot(d / 2, 1)
    slope = s if objective == "wasserstein" else s * d
    lay(trainer, {"generator": [1 / s, -d / 2 / s]})
    lay(trainer, {"discriminator": [slope / 2, 0.0, 0.5, 0.5] if sigmoid else [slope, 0.0]})
    grid = torch.linspace(-9, 9, 361)
    z, beside = torch.cartesian_prod(grid, grid).split(1, 1)
    trainer.fixed_latent, trainer.fixed_real = z[None], ((d / 2 + beside) / s)[None]
    weights = torch.exp(-(z.square() + beside.square()) / 2) / (2 * math.pi) * 0.05**2
    return float((trainer.look(len(z))[3][0].double() * weights.double()).sum()) / s


@pytest.mark.parametrize("d", [1, *TABLE])
@pytest.mark.parametrize("objective", [name for name in OBJECTIVES if name != "hinge"])
def test_arrows_of_two_gaussians_equal_theory(objective: str, d: int) -> None:
    assert pull_by_look(objective, d) == pytest.approx(theory.PULLS[objective](d), rel=1e-3)


@pytest.mark.parametrize("d", TABLE)
def test_arrows_of_two_gaussians_equal_the_table(d: int) -> None:
    pulls = [pull_by_look(objective, d) for objective in ("minimax", "non-saturating", "wasserstein")]
    assert pulls == pytest.approx(TABLE[d][1:], rel=0.02)


@pytest.mark.parametrize(
    ("objective", "d"), [("minimax", 1), ("minimax", 2), ("non-saturating", 2), ("relativistic", 2)]
)
def test_arrows_at_the_trainers_own_draws_average_to_theory(objective: str, d: int) -> None:
    """2^16 latents from the trainer's own law; tolerance: four standard errors, at most 2 % of the pull."""
    trainer = Trainer(Config(data="gaussian", separation=d / 2, spread=1.0, latent_dim=1, objective=objective,
                             generator_depth=0, discriminator_depth=0))  # fmt: skip
    s, n = math.hypot(d / 2, 1), 2**16
    lay(trainer, {"generator": [1 / s, -d / 2 / s], "discriminator": [s * d, 0.0]})
    rng = torch.Generator().manual_seed(1)
    trainer.fixed_latent = torch.randn(1, n, 1, generator=rng)
    trainer.fixed_real = trainer.data.sample(n, rng)[None]
    arrows = trainer.look(n)[3][0, :, 0].double() / s
    error, wanted = 4 * float(arrows.std()) / n**0.5, theory.PULLS[objective](d)
    assert error < 0.02 * wanted and float(arrows.mean()) == pytest.approx(wanted, abs=error)
