"""What `python -m playground train` tells: a table, a JSON document, a CSV file."""

import csv
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.history import History
    from playground.training import Trainer
    from playground.verify import Finding

REPORTED = (
    "loss_discriminator",
    "loss_generator",
    "emd",
    "modes",
    "high_quality",
    "saturation_fake",
    "generator_signal",
)


def report(trainer: "Trainer", seconds: float, finite: bool) -> list[dict[str, Any]]:
    """One object a member; measured now, or at the last measurement if the run diverged."""
    trainer.meter.settle()
    measured = (trainer.measure() if finite else trainer.metrics.last()) | {
        name: values for name, values in trainer.losses.last().items() if name.startswith("loss_")
    }
    return [
        {
            "seed": trainer.config.seed + member,
            "iterations": trainer.iteration,
            "seconds": round(seconds, 3),
            **{name: number(measured[name][member], name) for name in REPORTED},
            "emd_floor": trainer.yardstick.floor,
            "modes_total": len(trainer.yardstick.weights),
            "path": trainer.path,
        }
        for member in range(trainer.config.population)
    ]


def number(value: float, name: str) -> float | int | None:
    """A measured value as JSON knows numbers."""
    if not math.isfinite(value):
        return None
    return int(value) if name == "modes" else float(value)


def show(members: list[dict[str, Any]]) -> None:
    """A table for people; a dash stands where a game has no such number."""
    print(
        f"{'seed':>6} {'iterations':>10} {'EMD':>8} {'floor':>8} {'modes':>8} {'HQ':>6} {'saturated':>9} {'signal':>9}"
    )
    for m in members:
        print(
            f"{m['seed']:>6} {m['iterations']:>10} {cell(m['emd'], '.3f'):>8} {m['emd_floor']:>8.3f} "
            f"{cell(m['modes'], 'd'):>4}/{m['modes_total']:<3} {cell(m['high_quality'], '.2f'):>6} "
            f"{cell(m['saturation_fake'], '.2f'):>9} {cell(m['generator_signal'], '.1e'):>9}"
        )


def cell(value: float | None, form: str) -> str:
    """A number in the form wanted, or a dash for none."""
    return "–" if value is None else format(value, form)


def show_findings(claim: str, findings: list["Finding"], seconds: float) -> None:
    """What was claimed of one experiment, what was expected of each quantity, and what was seen."""
    if not findings:
        return
    print(f"\n{findings[0].experiment} ({seconds:.0f} s): {claim}")
    for each in findings:
        low, high = each.spread
        where = f"[{each.variant}] " if each.variant else ""
        print(
            f"  {'holds ' if each.verdict else 'FAILS '} {each.held:>2}/{len(each.observed):<2} {where}{each.quantity} "
            f"{each.expected}: median {each.median:.4g} ({low:.4g} … {high:.4g})",
            flush=True,
        )


def save(
    name: str,
    trainer: "Trainer",
    members: list[dict[str, Any]],
    trouble: str | None,
    document_file: Path | None,
    history_file: Path | None,
) -> None:
    """The files that were asked for: a JSON document, and a CSV of every metric over time."""
    if document_file:
        document = {
            "experiment": name,
            "config": json.loads(trainer.config.to_json()),
            "device": str(trainer.device),
            "diverged": trouble,
            "members": members,
        }
        document_file.write_text(json.dumps(document, indent=2) + "\n")
    if history_file:
        with history_file.open("w", newline="") as file:
            write_history(csv.writer(file), trainer)


def write_history(writer: Any, trainer: "Trainer") -> None:
    """A row a member and iteration; metrics are left empty where only the losses were recorded."""
    writer.writerow(("seed", "iteration", *trainer.losses.names, *trainer.metrics.names))
    for member in range(trainer.config.population):
        losses, metrics = by_iteration(trainer.losses, member), by_iteration(trainer.metrics, member)
        for iteration in sorted(losses.keys() | metrics.keys()):
            cells = losses.get(iteration, [""] * len(trainer.losses.names))
            writer.writerow(
                (
                    trainer.config.seed + member,
                    iteration,
                    *cells,
                    *metrics.get(iteration, [""] * len(trainer.metrics.names)),
                )
            )


def by_iteration(table: "History", member: int) -> dict[int, list[str]]:
    """One member's rows by iteration, every number with all its digits."""
    iterations, *values = table.columns(member).values()
    return {
        int(i): [repr(float(v)) if v == v else "" for v in row] for i, *row in zip(iterations, *values, strict=True)
    }
