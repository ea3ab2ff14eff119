"""The app as a process of its own, on a free port of this machine."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil

ROOT = Path(__file__).parents[2]
STREAMLIT = (sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"))
TIDY = getattr(signal, "SIGUSR1", None)  # what FORGETFUL is told to give back all memory by; not on Windows
FORGETFUL = (sys.executable, "-m", "tests.e2e.forgetful", *STREAMLIT[3:])


@dataclass(frozen=True)
class Server:
    """A running app: where it answers, and its process."""

    url: str
    process: psutil.Process

    def cpu(self, seconds: float) -> float:
        """Share of one core that the server takes over so many seconds."""
        before = self.process.cpu_times()
        time.sleep(seconds)
        after = self.process.cpu_times()
        return (after.user + after.system - before.user - before.system) / seconds

    def threads(self) -> int:
        """Of the process, right now."""
        return self.process.num_threads()

    def memory(self) -> float:
        """Resident, in MB."""
        return self.process.memory_info().rss / 2**20


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@contextmanager
def serve(log: Path, command: Sequence[str] = STREAMLIT) -> Iterator[Server]:
    """The app, stopped at the end; its output goes to a log. `command` takes streamlit's options."""
    port = free_port()
    options = ["--server.port", str(port), "--server.headless", "true", "--server.address", "localhost"]
    with log.open("w") as output:
        process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            wait_until_healthy(f"http://localhost:{port}", process, log)
            yield Server(f"http://localhost:{port}", psutil.Process(process.pid))
        finally:
            stop(process)


def wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60.0) -> None:
    """Return when the server answers; a server that ended or kept silent is an error with its log."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the app did not answer within {seconds:.0f} s:\n{log.read_text()}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process, by force if it does not listen."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
