"""A killed process costs nothing but what it was doing, and that is said in the log."""

import os
import random

import pytest

from .rounds import run_rounds


@pytest.mark.timeout(900)
def test_a_kill_at_any_moment_leaves_a_whole_home(tmp_path):
    rounds = int(os.environ.get("CONNECT_TUI_KILLS", "12"))
    seed = int(os.environ.get("CONNECT_TUI_KILLS_SEED") or random.SystemRandom().randrange(1_000_000))
    tally = run_rounds(rounds, seed, tmp_path)
    print(tally)
    assert tally.killed >= rounds // 4, "most kills came too late, which tells little"
    assert tally.found_running or rounds < 100, "no kill hit a running operation, which tells little"
