"""The source keeps its layers: imports point one way, pages stay thin, nobody touches global randomness."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = sorted((ROOT / "playground").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))
CORE = [file for file in PACKAGE if "ui" not in file.relative_to(ROOT).parts]
LAYERS = (  # each may import what stands before it; those in one line may import each other
    {
        "config",
        "constraints",
        "distributions",
        "hyperparameters",
        "images",
        "labels",
        "mnist",
        "networks",
        "objectives",
        "optimisers",
        "tricks",
    },
    {"classifier", "device", "digits", "experiments", "history", "metrics", "plots", "ruler", "yardstick"},
    {"autograd", "meter", "past", "players", "probe", "sources", "training"},
    {"interpolation", "nearest", "slow_motion", "snapshot"},
    {"signs"},
    {"diagnosis"},
    {"portraits"},
    {"lessons"},
    {"engine"},
    {"ui"},
)


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def imports(file: Path, at_runtime: bool = False) -> set[str]:
    """Dotted names of every module a file imports, from its syntax; optionally without TYPE_CHECKING blocks."""
    tree = ast.parse(file.read_text())
    if at_runtime:
        tree = WithoutTypeChecking().visit(tree)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(file)} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


class WithoutTypeChecking(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def uses(file: Path, package: str) -> bool:
    return any(f"{module}.".startswith(f"{package}.") for module in imports(file))


def layer(module: str) -> int | None:
    """How high a dotted module of ours stands; None for others', the package itself and what stands apart."""
    parts = module.split(".")
    if parts[0] != "playground" or len(parts) < 2:
        return None
    return next((height for height, names in enumerate(LAYERS) if parts[1] in names), None)


@pytest.mark.parametrize("file", PACKAGE, ids=name_of)
def test_imports_point_one_way(file: Path) -> None:
    own = layer(".".join(file.relative_to(ROOT).with_suffix("").parts))
    if own is not None:
        above = {module for module in imports(file, at_runtime=True) if (layer(module) or 0) > own}
        assert not above, f"{name_of(file)} reaches up to {above}"


@pytest.mark.parametrize("file", [*CORE, *(ROOT / "tools").glob("*.py")], ids=name_of)
def test_streamlit_stays_in_the_user_interface(file: Path) -> None:
    assert not uses(file, "streamlit") and not uses(file, "playground.ui")


@pytest.mark.parametrize("file", [file for file in [*PACKAGE, *PAGES] if "plots" not in file.parts], ids=name_of)
def test_plotly_stays_in_the_pictures(file: Path) -> None:
    assert not uses(file, "plotly") or "ui" in file.relative_to(ROOT).parts


@pytest.mark.parametrize(
    "file",
    [*(ROOT / "playground" / "metrics").glob("*.py"), *(ROOT / "playground" / "plots").glob("*.py")],
    ids=name_of,
)
def test_metrics_and_pictures_know_arrays_only(file: Path) -> None:
    for stranger in ("torch", "playground.training", "playground.engine", "playground.snapshot", "playground.networks"):
        assert not uses(file, stranger), stranger


@pytest.mark.parametrize("name", ["diagnosis.py", "signs.py"])
def test_a_diagnosis_sees_snapshots_and_configs_only_and_the_objectives_they_name(name: str) -> None:
    ours = {module.split(".")[1] for module in imports(ROOT / "playground" / name) if "playground" in module}
    assert ours <= {"snapshot", "config", "objectives", "signs", "remedies"}


@pytest.mark.parametrize("file", PAGES, ids=name_of)
def test_pages_are_words_and_choices(file: Path) -> None:
    text = file.read_text()
    assert len(text.splitlines()) <= 80
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.For | ast.While | ast.AsyncFor)]
    assert "session_state" not in text
    allowed = ("streamlit", "playground.ui", "playground.plots", "playground.experiments", "playground.objectives")
    assert all(module.startswith(allowed) for module in imports(file)), imports(file)


@pytest.mark.parametrize("file", [*PACKAGE, *PAGES, ROOT / "app.py"], ids=name_of)
def test_nobody_seeds_or_draws_from_the_global_generators(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("torch.manual_seed", "torch.seed", "torch.random.manual_seed", "random.seed"), called
            assert not called.startswith(("np.random.", "numpy.random.")) or called.endswith(
                ("default_rng", "Generator")
            )
            if called in ("torch.randn", "torch.rand", "torch.randint", "torch.randperm", "torch.multinomial"):
                assert "generator" in {keyword.arg for keyword in node.keywords}, ast.unparse(node)


@pytest.mark.parametrize("file", PACKAGE, ids=name_of)
def test_every_module_says_what_it_is_for(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text()))


def test_this_reader_of_imports_sees_what_it_should(tmp_path: Path) -> None:
    """The proofs above are only as good as their eyes."""
    lines = ["import streamlit as st", "def f():", "    from playground.ui import live", "    import plotly.io"]
    file = tmp_path / "bad.py"
    file.write_text("\n".join(lines))
    assert imports(file) == {"streamlit", "playground.ui.live", "plotly.io"}
    assert uses(file, "streamlit") and uses(file, "playground.ui") and uses(file, "plotly") and not uses(file, "play")
    file.write_text("if TYPE_CHECKING:\n    from playground.ui import live\n")
    assert imports(file) and not imports(file, at_runtime=True)
