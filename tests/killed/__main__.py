"""Kill the main job many times: ``python -m tests.killed 200 --seed 1``."""

import argparse
import tempfile
import time
from pathlib import Path

from .rounds import run_rounds

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("rounds", type=int, nargs="?", default=200)
parser.add_argument("--seed", type=int, default=int(time.time()))
chosen = parser.parse_args()
begun = time.monotonic()
print(f"{chosen.rounds} rounds of seed {chosen.seed}", flush=True)
with tempfile.TemporaryDirectory(prefix="connect-tui-killed-") as folder:
    tally = run_rounds(chosen.rounds, chosen.seed, Path(folder))
print(
    f"killed {tally.killed}, ended before {tally.ended}, left running and then interrupted {tally.found_running}, "
    f"operations by state {dict(tally.states)}, {time.monotonic() - begun:.0f} s"
)
