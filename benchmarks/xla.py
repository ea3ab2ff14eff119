"""The strongest peer: the same games in JAX, a whole run of iterations as one jitted scan, populations by vmap."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from playground.config import Config
from playground.yardstick import data_of

ACTIVATIONS: dict[str, Any] = {
    "relu": jax.nn.relu,
    "leaky-relu": partial(jax.nn.leaky_relu, negative_slope=0.2),
    "tanh": jnp.tanh,
}
SCAN = 20  # iterations compiled into one call


class Xla:
    """A population of GANs in JAX: the games of `bare.Bare`."""

    def __init__(self, config: Config) -> None:
        self.config = config
        data: Any = data_of(config)
        self.means, self.sigma = jnp.asarray(data.means.numpy()), data.sigma
        self.activation = ACTIVATIONS[config.activation]
        hidden_g = [config.generator_width] * config.generator_depth
        hidden_d = [config.discriminator_width] * config.discriminator_depth
        self.sizes = [config.latent_dim, *hidden_g, data.dim], [data.dim, *hidden_d, 1]
        keys = jax.random.split(jax.random.key(config.seed), config.population)
        self.state = jax.vmap(self.start)(keys)
        self.scan = jax.jit(jax.vmap(lambda state: jax.lax.scan(self.iterate, state, None, SCAN)[0]))

    def start(self, key: Any) -> Any:
        players = [self.perceptron(part, sizes) for part, sizes in zip(jax.random.split(key), self.sizes, strict=True)]
        zeros = [jax.tree.map(jnp.zeros_like, (player, player)) for player in players]
        return key, players, zeros, jnp.zeros(2)

    def perceptron(self, key: Any, sizes: list[int]) -> Any:
        layers = []
        for part, fan_in, fan_out in zip(jax.random.split(key, len(sizes) - 1), sizes[:-1], sizes[1:], strict=True):
            bound = fan_in**-0.5
            layers.append(
                (jax.random.uniform(part, (fan_in, fan_out), minval=-bound, maxval=bound), jnp.zeros(fan_out))
            )
        return layers

    def apply(self, layers: Any, x: Any) -> Any:
        for w, b in layers[:-1]:
            x = self.activation(x @ w + b)
        return x @ layers[-1][0] + layers[-1][1]

    def real(self, key: Any) -> Any:
        pick, noise = jax.random.split(key)
        n = self.config.batch_size
        modes = jax.random.randint(pick, (n,), 0, len(self.means))
        return self.means[modes] + self.sigma * jax.random.normal(noise, (n, self.means.shape[1]))

    def latent(self, key: Any) -> Any:
        return jax.random.normal(key, (self.config.batch_size, self.config.latent_dim))

    def d_loss(self, d: Any, real: Any, fake: Any, u: Any) -> Any:
        d_real, d_fake = self.apply(d, real), self.apply(d, fake)
        if self.config.objective != "wasserstein":
            return (jax.nn.softplus(-d_real) + jax.nn.softplus(d_fake)).mean()
        loss = (d_fake - d_real).mean()
        if self.config.constraint == "gradient-penalty":
            slope = jax.grad(lambda x: self.apply(d, x).sum())(fake + u * (real - fake))
            norm = jnp.sqrt((slope**2).sum(1) + 1e-12)
            loss += self.config.penalty * ((norm - self.config.gradient_target) ** 2).mean()
        return loss

    def g_loss(self, g: Any, d: Any, z: Any) -> Any:
        d_fake = self.apply(d, self.apply(g, z))
        return (-d_fake if self.config.objective == "wasserstein" else jax.nn.softplus(-d_fake)).mean()

    def adam(self, weights: Any, slope: Any, memory: Any, count: Any, lr: float) -> Any:
        b1, b2 = self.config.beta1, self.config.beta2
        mean = jax.tree.map(lambda m, s: b1 * m + (1 - b1) * s, memory[0], slope)
        square = jax.tree.map(lambda v, s: b2 * v + (1 - b2) * s * s, memory[1], slope)
        by1, by2 = 1 - b1**count, 1 - b2**count
        moved = jax.tree.map(lambda w, m, v: w - lr * (m / by1) / (jnp.sqrt(v / by2) + 1e-8), weights, mean, square)
        return moved, (mean, square)

    def iterate(self, state: Any, _: Any) -> Any:
        key, (g, d), (g_memory, d_memory), (g_count, d_count) = state
        for _ in range(self.config.discriminator_steps):
            key, for_real, for_latent, for_place = jax.random.split(key, 4)
            real, fake = self.real(for_real), self.apply(g, self.latent(for_latent))
            u = jax.random.uniform(for_place, (self.config.batch_size, 1))
            d_count += 1
            slope = jax.grad(self.d_loss)(d, real, fake, u)
            d, d_memory = self.adam(d, slope, d_memory, d_count, self.config.discriminator_lr)
            if self.config.constraint == "clip":
                d = jax.tree.map(lambda w: jnp.clip(w, -self.config.clip, self.config.clip), d)
        key, for_latent = jax.random.split(key)
        g_count += 1
        slope = jax.grad(self.g_loss)(g, d, self.latent(for_latent))
        g, g_memory = self.adam(g, slope, g_memory, g_count, self.config.generator_lr)
        return (key, [g, d], [g_memory, d_memory], jnp.stack([g_count, d_count])), None

    def run(self, iterations: int) -> None:
        for _ in range(max(1, iterations // SCAN)):
            self.state = self.scan(self.state)
        jax.block_until_ready(self.state)
