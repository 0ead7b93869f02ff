"""The main job as commands in one process: what is killed at a random moment.

Arguments: the number of the round, which names what it makes, and where the practice service is. The token is in
the environment.
"""

import sys
from collections.abc import Iterator

from tui.entry import main


def lines(number: str, base_url: str) -> Iterator[str]:
    """Give the commands in order."""
    yield f"auth add practice --method token --name agent-{number} --secret token=env:KILLED_TOKEN"
    yield f"connection create practice --name desk-{number} --auth agent-{number} --set base_url={base_url}"
    yield f"connection test desk-{number}"
    yield f"run desk-{number} list-tickets --set limit=20"
    yield f"run desk-{number} drill-slow --set seconds:=0.3"
    yield f"run desk-{number} create-ticket --set subject=killed --set customer_id=1"
    yield f"request desk-{number} GET /customers"
    yield f"auth edit agent-{number} --secret token=env:KILLED_TOKEN"
    yield f"run desk-{number} list-customers --json"
    yield "vault rotate"
    yield "operation list --json"


for line in lines(*sys.argv[1:]):
    code = main(line.split())
    if code != 0:
        sys.exit(f"{line}: {code}")
