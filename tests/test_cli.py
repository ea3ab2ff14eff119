"""The command line does what it is asked, or says in one line what it was not and ends with 2."""

import csv
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.cli import main
from playground.config import DATA, KNOBS, Config
from playground.constraints import CONSTRAINTS
from playground.experiments import EXPERIMENTS
from playground.meter import METRICS
from playground.objectives import OBJECTIVES
from playground.training import LOSSES, Trainer

NAME = "two-gaussians-1d"
REQUIRED = (
    "seed",
    "iterations",
    "seconds",
    "loss_discriminator",
    "loss_generator",
    "emd",
    "emd_floor",
    "modes",
    "modes_total",
    "high_quality",
    "saturation_fake",
    "generator_signal",
)
Capture = pytest.CaptureFixture[str]


def refusal(words: list[str], capsys: Capture) -> str:
    """What the command line answers to words it cannot take."""
    status = main(words)
    out, err = capsys.readouterr()
    assert status == 2, f"{words} gave {status}"
    assert err.startswith("playground: ") and len(err.splitlines()) == 1 and err.endswith("\n"), err
    assert "Traceback" not in err and not out
    return err


# --- list -------------------------------------------------------------------------------------------------------------


def test_list_json_is_the_whole_catalogue(capsys: Capture) -> None:
    assert main(["list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert list(found["experiments"]) == list(EXPERIMENTS) and list(found["knobs"]) == list(KNOBS)
    assert list(found["data"]) == list(DATA)
    assert list(found["objectives"]) == list(OBJECTIVES) and list(found["constraints"]) == list(CONSTRAINTS)
    for name, about in found["knobs"].items():
        assert about["default"] == KNOBS[name].default and about["help"] == KNOBS[name].help
    for name, about in found["experiments"].items():
        assert about["claim"] == EXPERIMENTS[name].claim and about["cure"] == dict(EXPERIMENTS[name].cure)


def test_list_names_everything_for_people(capsys: Capture) -> None:
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    named = {line.split()[0] for line in lines if line.startswith("  ")}
    assert {*EXPERIMENTS, *DATA, *OBJECTIVES, *CONSTRAINTS, *KNOBS} <= named


# --- train ------------------------------------------------------------------------------------------------------------


def test_train_reports_what_the_trainer_measures(tmp_path: Path, capsys: Capture) -> None:
    file, table = tmp_path / "out.json", tmp_path / "out.csv"
    words = ["--set", "generator_width=4", "batch_size=8", "--seed", "7", "--population", "2"]
    files = ["--json", str(file), "--history", str(table)]
    assert main(["train", NAME, *words, "--iterations", "53", *files, "--device", "cpu"]) == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 3 and not err  # a heading and a line a member
    document = json.loads(file.read_text())
    config = EXPERIMENTS[NAME].config.with_(generator_width=4, batch_size=8, seed=7, population=2)
    assert Config.from_params(document["config"]) == config and document["experiment"] == NAME
    trainer = Trainer(config)
    for _ in range(53):
        trainer.iterate()
    measured = trainer.measure() | trainer.losses.last()
    for i, member in enumerate(document["members"]):
        assert set(REQUIRED) <= set(member)
        assert (member["seed"], member["iterations"]) == (7 + i, 53) and member["seconds"] > 0
        assert member["modes_total"] == 2 and member["emd_floor"] == trainer.yardstick.floor
        for name in set(REQUIRED) & set(measured):
            wanted = measured[name][i]
            assert (member[name] is None) if math.isnan(wanted) else member[name] == pytest.approx(wanted), name
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert list(rows[0]) == ["seed", "iteration", *LOSSES, *METRICS]
    assert [(int(row["seed"]), int(row["iteration"])) for row in rows] == [(s, i) for s in (7, 8) for i in range(54)]
    losses, metrics = trainer.losses.columns(1), trainer.metrics.columns(1)
    assert [float(row["loss_generator"]) for row in rows[54:]] == losses["loss_generator"].tolist()
    assert [float(row["emd"]) for row in rows[54:] if row["emd"]] == metrics["emd"].tolist()


def test_seconds_bound_a_training(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "out.json"
    assert main(["train", NAME, "--seconds", "0.2", "--json", str(file), "--device", "cpu"]) == 0
    (member,) = json.loads(file.read_text())["members"]
    assert 0.2 <= member["seconds"] < 5 and member["iterations"] > 0


def test_a_cure_is_spoken_and_played_on_the_same_weights(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "out.json"
    words = ["train", "vanishing-gradient-1d", "--cure", "--seconds", "0.2", "--json", str(file), "--device", "cpu"]
    assert main(words) == 0
    assert "cure: " in capsys.readouterr().out
    document = json.loads(file.read_text())
    assert Config.from_params(document["config"]) == EXPERIMENTS["vanishing-gradient-1d"].cured
    assert 0.4 <= document["members"][0]["seconds"] < 10  # as long again


def test_a_divergence_ends_with_one_and_is_written_down(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "out.json"
    absurd = ["constraint=none", "optimiser=sgd", "discriminator_lr=1", "generator_lr=1"]
    words = ["train", NAME, "--set", *absurd, "--iterations", "500", "--json", str(file), "--device", "cpu"]
    assert main(words) == 1
    err = capsys.readouterr().err
    assert "no longer a finite number" in err and len(err.splitlines()) == 1
    document = json.loads(file.read_text(), parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert "no longer a finite number" in document["diverged"]


def test_zero_iterations_report_the_untrained_players(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "out.json"
    assert main(["train", NAME, "--iterations", "0", "--json", str(file), "--device", "cpu"]) == 0
    (member,) = json.loads(file.read_text())["members"]
    assert member["iterations"] == 0 and member["emd"] > member["emd_floor"]


def test_python_m_playground_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "playground", "train", "nonsense"],
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.startswith("playground: there is no experiment 'nonsense'") and "ring-gan" in done.stderr


# --- refusals ---------------------------------------------------------------------------------------------------------

HEAVY = ["population=64", "batch_size=2048", "generator_width=128", "discriminator_width=128"]
TYPICAL: list[tuple[list[str], str]] = [  # words, and what the answer must name
    ([], "command"),
    ([""], "list"),
    (["trian"], "train"),
    (["--json"], "command"),
    (["list", "all"], "all"),
    (["list", "--jsn"], "--jsn"),
    (["train"], "NAME"),
    (["benchmark", "--quick", "--json", "/nowhere/at/all.json"], "cannot write"),
    (["benchmark", "ring-gan"], "ring-gan"),
    (["train", ""], "ring-gan"),
    (["train", "ring"], "ring-gan"),
    (["train", "ring-gan\nring-gan"], "ring-gan"),
    (["train", "Ring-GAN"], "ring-gan"),
    (["train", NAME, NAME], NAME),
    (["train", NAME, "--cure"], "cure"),
    (["train", NAME, "--iterations"], "--iterations"),
    (["train", NAME, "--seconds", "1", "--iterations", "1"], "not allowed with"),
    (["train", NAME, "--set"], "--set"),
    (["train", NAME, "--set", "seed=1", "seed=2"], "twice"),
    (["train", NAME, "--set", "seed=1", "--set", "seed=1"], "twice"),
    (["train", NAME, "--set", "lr=1"], "lr"),
    (["train", NAME, "--set", "=1"], "knob"),
    (["train", NAME, "--set", "seed"], "key=value"),
    (["train", NAME, "--set", "seed="], "seed"),
    (["train", NAME, "--set", "generator_lr=nan"], "generator_lr"),
    (["train", NAME, "--set", "generator_lr=0.1;seed=1"], "generator_lr"),
    (["train", NAME, "--set", "players=conv-resize"], "mnist"),
    (["train", NAME, "--set", "population=65"], "64"),
    (
        ["train", NAME, "--set", "population=64", "batch_size=2048", "generator_width=512", "generator_depth=12"],
        "lower",
    ),
    (["train", NAME, "--set", "objective=wgan"], "wasserstein"),
    (["train", "mode-collapse-1d", "--cure", "--set", *HEAVY], "lower"),  # only its cure is too much work
    (["train", NAME, "--set", "digits=١,٢"], "digits"),
    (["train", NAME, "--set", "gen\nerator_lr=1"], "generator_lr"),
    (["train", NAME, "--seed", "-1"], "seed"),
    (["train", NAME, "--seed", str(2**31)], "seed"),
    (["train", NAME, "--population", "0"], "population"),
    (["train", NAME, "--device", "tpu"], "cuda"),
    (["train", NAME, "--device", "gpu"], "cuda"),
    (["train", NAME, "--device", "cuda:99"], "cuda:99"),
    (["train", NAME, "--device", "mps"], "cuda"),
    (["train", NAME, "--verbose"], "--verbose"),
    (["train", NAME, "--verb\nose"], "ose"),
    (["train", "mnist-gan", "--population", "2"], "population"),
    *(
        (["train", NAME, "--iterations", text], text)
        for text in ("-1", "1.5", "nan", "many", "1e3", "٣", "²", "9" * 13)
    ),
    *((["train", NAME, "--seconds", text], text) for text in ("0", "-1", "nan", "inf", "soon", "1e9")),
    *((["train", NAME, option, "/no/such/folder/x"], "/no/such/folder") for option in ("--json", "--history")),
    *((["train", NAME, option, "/"], "directory") for option in ("--json", "--history")),
    *((["train", NAME, option, ""], "write") for option in ("--json", "--history")),
    *((["train", NAME, option, "x\0y"], "write") for option in ("--json", "--history")),
    *((["train", NAME, option, "x" * 300], "write") for option in ("--json", "--history")),
    *((["train", NAME, "--set", f"{name}=nonsense"], name) for name in KNOBS),
    *((["train", NAME, "--set", f"{name}="], name) for name in KNOBS),
]


@pytest.mark.parametrize(("words", "named"), TYPICAL, ids=lambda value: repr(value)[:80])
def test_a_typical_mistake_is_answered_in_one_line_that_names_it(words: list[str], named: str, capsys: Capture) -> None:
    assert named in refusal(words, capsys)


TEXT = st.text(max_size=40)
NO_NUMBER = TEXT.filter(
    lambda text: not text.strip().lstrip("+-").replace("_", "").isdigit() and not text.startswith("-")
)
SETTING = st.sampled_from([name for name, knob in KNOBS.items() if not isinstance(knob.default, str)])
WRONG = st.one_of(
    TEXT.filter(lambda text: text not in ("list", "train") and not text.startswith("-")).map(lambda text: [text]),
    TEXT.filter(lambda text: text not in EXPERIMENTS and not text.startswith("-")).map(lambda text: ["train", text]),
    NO_NUMBER.map(lambda text: ["train", NAME, "--iterations", text]),
    st.floats(max_value=0).map(lambda number: ["train", NAME, f"--seconds={number}"]),
    TEXT.map(lambda text: ["train", NAME, f"--unheard-of{text}"]),
    TEXT.map(lambda text: ["train", NAME, "--set", f"?{text}=1"]),
    TEXT.map(lambda text: ["train", NAME, "--device", f"?{text}"]),
    TEXT.map(lambda text: ["train", NAME, "--json", f"/no/such/folder/{text}"]),
    st.tuples(SETTING, st.sampled_from(["nan", "inf", "-inf", "1e999", "ten", "0x1", "--", "½"])).map(
        lambda pair: ["train", NAME, "--set", "=".join(pair)]
    ),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WRONG, more=st.sampled_from([[], ["--seed", "1"], ["--population", "2", "--cure"]]))
def test_no_malformed_line_gets_past_one_line(words: list[str], more: list[str], capsys: Capture) -> None:
    refusal([*words, *more] if words[:1] == ["train"] else words, capsys)


def test_a_refused_line_trains_nothing_and_leaves_no_file(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "out.json"
    refusal(["train", NAME, "--json", str(file), "--set", "seed=x"], capsys)
    assert not file.exists()


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["train", "--help"], ["list", "-h"]])
def test_help_and_version_end_well(words: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 0 and capsys.readouterr().out
