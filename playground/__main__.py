"""The command line: `python -m playground list` and `python -m playground train NAME`."""

import sys

from playground.cli import main

sys.exit(main())
