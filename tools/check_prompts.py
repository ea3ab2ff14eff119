"""Do what every prompt about a game says, on 16 seeds each, and print how many saw it come true.

`python -m tools.check_prompts [LESSON …]`; the tests play games of digits on one seed only.
"""

import sys
import time

import torch

from playground.lessons import LESSONS
from tests.prompts import SEEDS, outcomes


def main(names: list[str]) -> int:
    """One line a prompt; digits are played seed by seed. The answer is how many prompts fail."""
    torch.set_num_threads(1)
    failed = 0
    for name in names or LESSONS:
        for part, section in enumerate(LESSONS[name].sections, 1):
            for prompt in section.prompts if section.games else ():
                began = time.monotonic()
                alone = section.games[0].config.data == "mnist"
                runs = (
                    [outcomes(section, prompt, 1, seed) for seed in range(SEEDS)]
                    if alone
                    else [outcomes(section, prompt)]
                )
                early, came = (sum(sum(map(bool, run[i])) for run in runs) for i in (0, 1))
                failed += came < SEEDS - 1 or early > 1
                took = time.monotonic() - began
                print(f"{name} {part}: {came} of {SEEDS} (before: {early}), {took:.0f} s: {prompt.text}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
