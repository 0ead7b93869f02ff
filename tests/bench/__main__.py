"""Measure what the budgets name and print it: ``make bench``, or ``python -m tests.bench start keys``."""

import os
import sys
import time
from importlib import import_module

PARTS = ("start", "request", "authorize", "vault", "refresh", "keys", "log", "catalog", "peers")


def main(names: list[str]) -> int:
    """Run the parts that are named, or all."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"there is no {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    # As for everybody who installed it: modules are compiled once, and not at every start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for name in names or PARTS:
        started = time.monotonic()
        module = import_module(f".{name}", __package__)
        print(f"{name}: {(module.__doc__ or name).splitlines()[0]}")
        for title, value in module.measure():
            print(f"  {title:<58} {value:>20}")
        print(f"  ({time.monotonic() - started:.0f} s)\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
