"""Kill a process in the midst of its rotations many times: ``python -m tests.rotation 200 --seed 1``."""

import argparse
import tempfile
import time
from pathlib import Path

from .rounds import kill_rotations

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("rounds", type=int, nargs="?", default=200)
parser.add_argument("--seed", type=int, default=int(time.time()))
chosen = parser.parse_args()
begun = time.monotonic()
print(f"{chosen.rounds} rounds of seed {chosen.seed}", flush=True)
with tempfile.TemporaryDirectory(prefix="connect-tui-rotation-") as folder:
    cut_off = kill_rotations(chosen.rounds, chosen.seed, Path(folder))
print(f"{cut_off} rotations were cut off, none cost the account, {time.monotonic() - begun:.0f} s")
