"""``connector test``: run the tests that stand in connector files, offline."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tui.sanitize import sanitize

from .call import Call, call_of
from .exit_codes import DONE, FAILED

if TYPE_CHECKING:
    from core.offline_test import Connector, OfflineResult


def test(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="HANDLE|PATH...", help="Connectors of the catalog, or files and folders."),
    ],
) -> int:
    """Run the tests of connectors against their recorded answers; nothing leaves this machine."""
    from core.offline_test import run_offline_tests

    from .running import run_async

    call = call_of(context)
    connectors = _connectors(call, words)
    results = [one for connector in connectors for one in run_async(run_offline_tests(connector))]
    if call.output.as_json:
        call.output.document([_shape(result) for result in results])
    else:
        for result in results:
            _print(call, result)
    for connector in connectors:
        if not connector.tests:
            call.output.note(f"{connector.handle}@{connector.revision} has no tests")
    failed = sum(result.state == "failed" for result in results)
    if results:
        call.output.note(_verdict(len(results), failed))
    return FAILED if failed else DONE


def _connectors(call: Call, words: list[str]) -> "list[Connector]":
    """Find every connector before the first test runs; a home is opened only for a handle."""
    from core.offline_test import is_handle, tested_connector, tested_file

    folder = call.home.connectors
    if not any(is_handle(word) for word in words):
        return [tested_file(Path(word), folder) for word in words]
    with call.engine(ask=False) as engine:
        return [
            tested_connector(engine.catalog, word) if is_handle(word) else tested_file(Path(word), folder)
            for word in words
        ]


def _print(call: Call, result: "OfflineResult") -> None:
    out = call.output
    out.text(sanitize(f"{result.state}  {result.connector}: {result.test}", newlines=False))
    for difference in result.differences:
        out.text(f"        {difference.path}: {difference.message}")


def _shape(result: "OfflineResult") -> dict[str, Any]:
    return {
        "connector": result.connector,
        "test": result.test,
        "state": result.state,
        "differences": [difference.as_json() for difference in result.differences],
    }


def _verdict(total: int, failed: int) -> str:
    tests = "1 test" if total == 1 else f"{total} tests"
    return f"{tests}, {failed or 'none'} failed"
