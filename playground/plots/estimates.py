"""What is drawn of raw numbers: probabilities, densities, ranges for axes, lengths of arrows."""

import numpy as np

ARROW_DECADES = 3.0  # below the reference, at which an arrow has shrunk to a tenth


def arrow_lengths(norms: np.ndarray, reference: float = 1.0) -> np.ndarray:
    """Drawn length of gradients, 1 at the reference: logarithmic over three decades, then linear down to nothing."""
    scale = 10.0**ARROW_DECADES
    return np.minimum(np.log1p(norms / reference * scale) / np.log1p(scale), 1.6)


def robust_range(values: np.ndarray) -> tuple[float, float]:
    """Symmetrical range around the median that holds 98 % of the values, rounded up so that it seldom changes."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return -1.0, 1.0
    middle = float(np.median(finite))
    half = step_up(max(float(np.quantile(np.abs(finite - middle), 0.98)), 1e-6 * (1.0 + abs(middle))))
    middle = round(middle / (half / 4)) * (half / 4)
    return middle - half, middle + half


def step_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7, 10, 15 ...: an axis that grows in steps does not tremble."""
    if not np.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next((step * power for step in (1, 1.5, 2, 3, 5, 7) if step * power >= value), 10 * power))


def histogram(samples: np.ndarray, low: float, high: float, bins: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Edges (bins + 1,) and densities (bins,); samples beyond the ends count in the total."""
    counts, edges = np.histogram(samples[np.isfinite(samples)], bins=bins, range=(low, high))
    return edges, counts / (max(len(samples), 1) * (edges[1] - edges[0]))


def kde(samples: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Gaussian kernel density on an even grid (g,), Silverman's width but never narrower than two of its steps."""
    step = float(grid[1] - grid[0])
    edges = np.append(grid - step / 2, grid[-1] + step / 2)
    counts, _ = np.histogram(samples, edges)  # NaN falls in no bin
    if not counts.any():
        return np.zeros(len(grid))
    width = max(0.9 * _spread(samples) * len(samples) ** -0.2, 2 * step)
    kernel = np.exp(-0.5 * ((grid - grid[0] - step * (len(grid) // 2)) / width) ** 2)
    smooth = np.convolve(counts, kernel)[len(grid) // 2 :][: len(grid)]
    return smooth / (len(samples) * width * np.sqrt(2 * np.pi))


def _spread(samples: np.ndarray) -> float:
    """Standard deviation that a few far samples cannot stretch."""
    finite = samples[np.isfinite(samples)]
    low, high = np.quantile(finite, (0.25, 0.75))
    return min(float(finite.std()), float(high - low) / 1.34 or np.inf)
