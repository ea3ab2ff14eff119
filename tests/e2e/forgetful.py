"""Streamlit as ever, but for what it keeps of closed tabs: one session, not 128 for two minutes.

What is left of a session is then left behind by us, and does not hide among a gigabyte that comes and goes with the clock.
"""

import sys

from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.web.cli import main

MemorySessionStorage.__init__.__defaults__ = (1, 120)  # maxsize, ttl_seconds

if __name__ == "__main__":
    sys.exit(main())
