"""Try 10,000 inputs for each test of this folder, by hand: ``python -m tests.fuzz`` (about half an hour)."""

import sys
from pathlib import Path

import pytest

HERE = str(Path(__file__).parent)
sys.exit(
    pytest.main(
        [
            HERE,
            "--hypothesis-profile=deep",
            "--timeout=0",
            "--hypothesis-show-statistics",
            "-q",
            *sys.argv[1:],
        ]
    )
)
