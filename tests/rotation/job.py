"""A process that uses the account: ``job.py use COUNT`` runs so many operations at once, ``job.py turn`` refreshes on and on.

It says ``ready`` and waits for a line before it begins; then one line for each operation that did not succeed.
"""

import asyncio
import sys

from core import find_home, open_engine


async def use(count: int) -> None:
    engine = open_engine(find_home())
    try:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        outcomes = await asyncio.gather(*(engine.run("shop", "get-me", {}) for _ in range(count)))
        for outcome in outcomes:
            if outcome.error is not None:
                print(outcome.error.message, flush=True)
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
