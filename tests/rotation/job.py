"""A process that uses the account: ``job.py use COUNT`` runs so many operations at once, ``job.py turn`` refreshes on and on.

It says ``ready`` and begins with each line that it is given; then one line for each operation that did not
succeed, and ``done``.
``ROTATION_CLOCK_AHEAD_S`` says how far the clock of its machine is ahead.
"""

import asyncio
import os
import sys
import time

_AHEAD_S = float(os.environ.get("ROTATION_CLOCK_AHEAD_S", "0"))
_TIME, _TIME_NS = time.time, time.time_ns
# Before anything of the product is imported, which takes the clock as it is then.
time.time = lambda: _TIME() + _AHEAD_S
time.time_ns = lambda: _TIME_NS() + int(_AHEAD_S * 1e9)

from core import find_home, open_engine  # noqa: E402


async def use(count: int) -> None:
    engine = open_engine(find_home())
    try:
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            outcomes = await asyncio.gather(*(engine.run("shop", "get-me", {}) for _ in range(count)))
            for outcome in outcomes:
                if outcome.error is not None:
                    print(outcome.error.message)
            print("done", flush=True)
    finally:
        await engine.close()


async def turn() -> None:
    engine = open_engine(find_home())
    # The first one imports a lot, and the kill is meant for a rotation.
    await engine.refresh("crm")
    print("ready", flush=True)
    while True:
        await engine.refresh("crm")


asyncio.run(use(int(sys.argv[2])) if sys.argv[1] == "use" else turn())
