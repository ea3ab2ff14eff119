"""Commands without a browser: list what there is, train an experiment, write what it measured."""

import argparse
import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TextIO

from playground import __version__
from playground.report import report, save, show, show_findings

GLANCE = 0.05  # seconds of training between two looks at the clock


class Usage(ValueError):
    """The command line asks for something there is not; ends with exit status 2."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are exceptions."""

    def error(self, message: str) -> NoReturn:
        raise Usage(message)


def whole(low: int) -> Callable[[str], int]:
    """An argument type: a whole number from `low` on."""

    def parse(text: str) -> int:
        if not text.strip().isascii() or not text.strip().isdigit() or len(text) > 12 or int(text) < low:
            raise argparse.ArgumentTypeError(f"wanted a whole number from {low} on, got {text[:80]!r}")
        return int(text)

    return parse


def duration(text: str) -> float:
    """An argument type: a positive number of seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < 1e9:
        raise argparse.ArgumentTypeError(f"wanted a positive number of seconds, got {text[:80]!r}")
    return seconds


def parser() -> Parser:
    """The commands and their options."""
    top = Parser(prog="python -m playground", description="Train small GANs and watch why they fail.")
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(dest="command", required=True, parser_class=Parser)
    listing = commands.add_parser("list", help="experiments, data, objectives, constraints and knobs")
    listing.add_argument("--json", action="store_true", help="as one JSON object")
    training = commands.add_parser("train", help="train an experiment")
    training.add_argument("name", metavar="NAME", help="an experiment; `list` names them")
    training.add_argument("--set", action="append", nargs="+", default=[], metavar="key=value", help="change knobs")
    training.add_argument("--seed", help="of the first member")
    training.add_argument("--population", help="independent GANs, trained together")
    length = training.add_mutually_exclusive_group()
    length.add_argument("--iterations", type=whole(0), help="how long; default: the experiment's own length")
    length.add_argument("--seconds", type=duration, help="how long, by the clock")
    training.add_argument("--cure", action="store_true", help="then cure the same weights and train on")
    training.add_argument(
        "--device", help="cpu, cuda or cuda:N; default: $GAN_PLAYGROUND_DEVICE, else the best there is"
    )
    training.add_argument(
        "--json", type=Path, metavar="FILE", help="what was measured, a list with one object a member"
    )
    training.add_argument("--history", type=Path, metavar="FILE.csv", help="every metric over time")
    proving = commands.add_parser(
        "verify", help="train experiments over many seeds and see whether what they claim is so"
    )
    proving.add_argument("names", metavar="NAME", nargs="*", help="experiments; none: all of them")
    proving.add_argument(
        "--seeds", type=whole(1), default=16, help="of each, at most 64 (digits: at most 4); default 16"
    )
    proving.add_argument(
        "--fast", action="store_true", help="only those that take seconds: no digits, unrolling or grid"
    )
    proving.add_argument("--json", type=Path, metavar="FILE", help="every finding, with the value of each seed")
    proving.add_argument("--record", action="store_true", help="keep the findings for the Experiments page to show")
    measuring = commands.add_parser("benchmark", help="what an iteration costs, ours and others', side by side")
    measuring.add_argument("--quick", action="store_true", help="a few sizes only")
    measuring.add_argument("--json", type=Path, metavar="FILE", help="the numbers; a plot beside them as HTML")
    return top


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; 0 when done, 1 when a run diverged, 2 when asked for something there is not."""
    try:
        options = parser().parse_args(words)
        return COMMANDS[options.command](options)
    except Usage as error:
        print("playground:", " ".join(str(error).split()), file=sys.stderr)  # one line, whatever was typed
        return 2
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("playground: stopped", file=sys.stderr)
        return 130


def show_list(options: argparse.Namespace) -> int:
    """The catalogue, for people or for programs."""
    from playground.catalogue import catalogue, describe

    everything = catalogue()
    if options.json:
        print(json.dumps(everything, indent=2))
        return 0
    for section, items in everything.items():
        print(f"\n{section.upper()}")
        for name, about in items.items():
            print(f"  {name:28} {describe(about)}")
    return 0


def train(options: argparse.Namespace) -> int:
    """Train an experiment and report each member."""
    import torch

    from playground.config import Config
    from playground.device import choose_device
    from playground.experiments import EXPERIMENTS
    from playground.fast import step
    from playground.training import Diverged, Trainer

    if options.name not in EXPERIMENTS:
        raise Usage(f"there is no experiment {options.name[:80]!r}; there are {', '.join(EXPERIMENTS)}")
    experiment = EXPERIMENTS[options.name]
    if options.cure and not experiment.cure:
        raise Usage(f"{options.name} shows no failure, so it has no cure")
    try:
        config = Config.from_words([word for group in options.set for word in group], experiment.config)
        asked = {"seed": options.seed, "population": options.population}
        config = Config.from_params({name: value for name, value in asked.items() if value is not None}, config)
        cured = config.with_(**experiment.cure) if options.cure else config
        device = choose_device(options.device)
        for file in (options.json, options.history):
            demand_writable(file)
    except ValueError as error:
        raise Usage(str(error)) from None
    torch.set_num_threads(1)  # small networks: more threads only wait for each other
    step.ready(wait=True)
    trainer, trouble, start = Trainer(config, device), None, time.monotonic()
    iterations = experiment.iterations if options.iterations is None and options.seconds is None else options.iterations
    try:
        advance(trainer, iterations, options.seconds)
        if options.cure:
            print("cure:", ", ".join(f"{name}={value}" for name, value in cured.changed(config).items()))
            trainer.change(cured)
            advance(trainer, experiment.cure_iterations if options.seconds is None else None, options.seconds)
    except Diverged as error:
        trouble = str(error)
    members = report(trainer, time.monotonic() - start, finite=trouble is None)
    show(members)
    save(options.name, trainer, members, trouble, options.json, options.history)
    if trouble:
        print(f"playground: {trouble}", file=sys.stderr)
    return 1 if trouble else 0


def demand_writable(file: Path | None) -> None:
    """Refuse a file that cannot be written, before hours are spent on what would go into it."""
    if file is None:
        return
    try:
        file.open("a").close()
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise Usage(f"cannot write {file}: {getattr(error, 'strerror', error)}") from None


def advance(trainer: Any, iterations: int | None, seconds: float | None) -> None:
    """Train for so many iterations, or so many seconds."""
    begin, start = trainer.iteration, time.monotonic()
    with progress(sys.stderr) as draw:
        while True:
            done = trainer.iteration - begin
            spent = time.monotonic() - start
            share = done / max(iterations, 1) if iterations is not None else spent / (seconds or 1)
            emd = float(trainer.metrics.last()["emd"].mean())
            draw(share, f"{done} iterations, {done / max(spent, 1e-9):.0f}/s, EMD {emd:.3f}")
            if (iterations is not None and done >= iterations) or (seconds is not None and spent >= seconds):
                return
            trainer.advance(stretch(done, spent, iterations))


def stretch(done: int, spent: float, iterations: int | None) -> int:
    """Iterations to play before the next look at the clock."""
    stride = max(1, int(GLANCE * done / spent)) if done else 1
    return stride if iterations is None else min(stride, iterations - done)


@contextmanager
def progress(stream: TextIO) -> Iterator[Callable[[float, str], None]]:
    """A bar on a terminal, nothing elsewhere."""
    last = 0.0

    def draw(share: float, text: str) -> None:
        nonlocal last
        if stream.isatty() and (time.monotonic() - last > 0.1 or share >= 1):
            last = time.monotonic()
            filled = min(30, int(30 * share))
            stream.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {min(share, 1):4.0%} {text:60.60}")
            stream.flush()

    yield draw
    if stream.isatty():
        stream.write("\n")


def verify(options: argparse.Namespace) -> int:
    """Claims against what is observed; 1 if one did not hold."""
    from playground.experiments import EXPERIMENTS
    from playground.verify import RECORD, as_json, keep, verify_all

    for name in options.names:
        if name not in EXPERIMENTS:
            raise Usage(f"there is no experiment {name[:80]!r}; there are {', '.join(EXPERIMENTS)}")
    if options.seeds > 64:
        raise Usage(f"a population has at most 64 seeds, got {options.seeds}")
    demand_writable(options.json)
    demand_writable(RECORD if options.record else None)
    names = options.names or [name for name, each in EXPERIMENTS.items() if not (options.fast and each.slow)]
    results = {}
    for name, findings, seconds in verify_all(names, options.seeds):
        results[name] = as_json(EXPERIMENTS[name], findings, seconds)
        show_findings(EXPERIMENTS[name].claim, findings, seconds)
    if options.json:
        options.json.write_text(json.dumps({name: results[name] for name in names}, indent=1) + "\n")
    if options.record:
        keep(results)
    failed = [name for name in names if not results[name]["held"]]
    print(
        f"{len(names) - len(failed)} of {len(names)} experiments hold"
        + (f"; not {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


def benchmark(options: argparse.Namespace) -> int:
    """What an iteration costs, ours and others', side by side."""
    try:
        from benchmarks import step
    except ImportError as error:
        raise Usage(
            f"benchmarks/ lies beside the playground in its repository, and must be importable: {error}"
        ) from None
    demand_writable(options.json)
    step.run(options.quick, options.json)
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": show_list,
    "train": train,
    "verify": verify,
    "benchmark": benchmark,
}
