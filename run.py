#!/usr/bin/env python3
"""One command from nothing: `python3 run.py` sets up and runs the app, `python3 run.py test` sets up and runs every check.

Everything is installed into `.venv` beside this file; a second start finds it there. Words after `app` or `test` go on
to streamlit or pytest: `python3 run.py app --server.port 8502`, `python3 run.py test -m "not slow and not e2e"`.
"""

import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
CHECKS = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("pyright",))
TESTS = (("-m", "not e2e", "-n", "auto", "--dist", "worksteal"), ("-m", "e2e", "-n", "2", "--dist", "worksteal"))
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(requirements: str, checks: Sequence[Sequence[str]] = ()) -> None:
    """Make the environment and install a requirements file, unless that very file is installed already; make some checks.

    The kernel is compiled now, beside the checks, and not while somebody waits for a page.
    """
    wanted = hashlib.sha256(
        b"".join((HERE / name).read_bytes() for name in ("requirements.txt", requirements))
    ).hexdigest()
    stamp = VENV / f"{requirements}.installed"
    compiling = None
    if not (stamp.exists() and stamp.read_text() == wanted):
        print(f"Setting up {VENV.name} from {requirements} (once; this takes a few minutes) …", flush=True)
        if not PYTHON.exists():
            venv.create(VENV, with_pip=True)
        run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / requirements)
        compiling = subprocess.Popen(
            [PYTHON, "-c", "from playground.fast import step; step.ready(wait=True)"], cwd=HERE
        )
    for check in checks:
        run("-m", *check)
    if compiling is not None:
        if compiling.wait():
            sys.exit(compiling.returncode)
        stamp.write_text(wanted)


def run(*words: object) -> None:
    """Run Python in the environment, in the project's folder; end with its status if it fails."""
    status = subprocess.run([str(word) for word in (PYTHON, *words)], cwd=HERE, check=False).returncode
    if status:
        sys.exit(status)


def app(words: list[str]) -> None:
    """Serve the app."""
    set_up("requirements.txt")
    command = ["-m", "streamlit", "run", str(HERE / "app.py"), *words]
    if os.name == "nt":
        run(*command)
    os.chdir(HERE)
    os.execv(PYTHON, [str(PYTHON), *command])  # become the server, so that what stops us stops it


def test(words: list[str]) -> None:
    """Lint, check types, and run the tests: on every core, then those in a browser, two at a time."""
    set_up("requirements-dev.txt", CHECKS)
    for chosen in [words] if words else TESTS:
        run("-m", "pytest", *chosen)


if __name__ == "__main__":
    command, *words = sys.argv[1:] or ["app"]
    if sys.version_info < (3, 11):  # noqa: UP036  (this file is what an old Python meets first)
        sys.exit(f"GAN Playground needs Python 3.11 or newer, this is {sys.version.split()[0]}")
    if command not in ("app", "test"):
        sys.exit(f"run.py knows app and test, got {command!r}")
    try:
        {"app": app, "test": test}[command](words)
    except KeyboardInterrupt:
        sys.exit(130)
