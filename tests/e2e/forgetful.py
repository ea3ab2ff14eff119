"""Streamlit as ever, but for what it keeps of closed tabs: one session, not 128 for two minutes.

What is left of a session is then left behind by us, and does not hide among a gigabyte that comes and goes with the clock.
On TIDY it gives back what nobody refers to any more, or its memory swings by a tenth until the collector comes by.
"""

import ctypes
import gc
import signal
import sys

from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.web.cli import main

from tests.e2e.server import TIDY

MemorySessionStorage.__init__.__defaults__ = (1, 120)  # maxsize, ttl_seconds


def tidy(*_: object) -> None:
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    if TIDY is not None:
        signal.signal(TIDY, tidy)
    sys.exit(main())
