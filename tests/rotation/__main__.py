"""The long form of what the tests here show in short: ``python -m tests.rotation --kills 200 --seed 1``.

It takes a quarter of an hour; ``--only`` names some of its parts.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from .crowd import OFF_S, PROCESSES, TASKS, check_clocks, check_slow, check_too_slow
from .rounds import kill_rotations

# A provider is waited for 90 s; who waits for another process does so for 120 s.
_SLOW_S, _TOO_SLOW_S = 75.0, 95.0


def _crowd(folder: Path) -> str:
    took = check_slow(folder, 0.0, PROCESSES, TASKS)
    return f"{PROCESSES} processes of {TASKS} tasks: one refresh, no failure, {took:.1f} s"


def _slow(folder: Path) -> str:
    took = check_slow(folder, _SLOW_S, PROCESSES, TASKS)
    return f"an endpoint that takes {_SLOW_S:g} s: one refresh, no failure, {took:.1f} s"


def _too_slow(folder: Path) -> str:
    said = check_too_slow(folder, _TOO_SLOW_S)
    return f"an endpoint that takes {_TOO_SLOW_S:g} s: {said!r}, and the account survives"


def _clocks(folder: Path) -> str:
    for off_s in (-OFF_S, OFF_S):
        for says_date in (False, True):
            check_clocks(folder / f"{off_s}{says_date}", (off_s,) * PROCESSES, TASKS, says_date=says_date)
    for says_date in (False, True):
        check_clocks(folder / f"mixed{says_date}", (-OFF_S, 0.0, OFF_S, 0.0), TASKS, says_date=says_date)
    return "clocks 10 minutes behind, ahead, and both at once: one refresh each, no failure"


def _kills(folder: Path) -> str:
    cut_off, _ = kill_rotations(chosen.kills, chosen.seed, folder)
    return f"{chosen.kills} kills: {cut_off} rotations were cut off, none cost the account"


def _doubts(folder: Path) -> str:
    cut_off, lost = kill_rotations(chosen.kills // 4, chosen.seed, folder, forgives=False)
    return (
        f"{chosen.kills // 4} kills at a provider that forgives nothing: {cut_off} rotations were cut off, "
        f"{lost} times a person had to give a new token, and was told so"
    )


PARTS: dict[str, Callable[[Path], str]] = {
    "crowd": _crowd,
    "clocks": _clocks,
    "kills": _kills,
    "doubts": _doubts,
    "slow": _slow,
    "too-slow": _too_slow,
}
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--kills", type=int, default=200)
parser.add_argument("--seed", type=int, default=int(time.time()))
parser.add_argument("--only", choices=PARTS, action="append")
chosen = parser.parse_args()
print(f"seed {chosen.seed}", flush=True)
for name, part in PARTS.items():
    if chosen.only is None or name in chosen.only:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="connect-tui-rotation-") as folder:
            said = part(Path(folder))
        print(f"{name}: {said} ({time.monotonic() - begun:.0f} s)", flush=True)
