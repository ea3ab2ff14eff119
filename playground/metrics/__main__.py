"""`python -m playground.metrics` writes the page about the metrics, `docs/metrics.md`."""

from playground.metrics import METRICS, Metric

HEAD = """# What is measured

Written by `python -m playground.metrics > docs/metrics.md` from the table `METRICS` in `playground/metrics/`; a name is a column
of `trainer.metrics` and of `--history`'s file. The cheap metrics are measured at every measurement (`playground/meter.py`), the
dear ones at every fifth and in a thread of their own; they enter the row of the iteration they belong to. What a game does not
have (no density, no clipping, no digits, a critic without a probability) is not a number, never a made-up one.

A metric of samples alone has a **floor**: what fresh real samples score under the same protocol, the mean over many draws. A
generator cannot do better but by chance, so each is to be read beside its floor (`trainer.yardstick.floors[name]`).
On a line the EMD and the sliced distance are cheap, and measured always.
"""
COLUMNS = "name", "what it is", "definition", "unit", "better", "measured", "floor", "source"


def document() -> str:
    """The page."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(cells(name, metric) for name, metric in METRICS.items())]
    return HEAD + "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def cells(name: str, metric: Metric) -> tuple[str, ...]:
    """A metric's row."""
    pace, floor = "sparsely" if metric.dear else "always", "yes" if metric.samples else ""
    return f"`{name}`", metric.title, metric.definition, metric.unit, metric.better, pace, floor, metric.source


if __name__ == "__main__":
    print(document(), end="")
