"""``auth refresh``: new tokens now, for one authentication or for all that end soon."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError, NoSuccessorError, failure_of

from ..state.authentication_rows import authentication_row, users_by_key
from ..state.authentications import AuthenticationRow, due, sort_rows
from .auth_tokens import OfConnection, tell_tokens
from .call import Call, call_of, unlock_for_authentication
from .exit_codes import DONE, FAILED
from .expiring import Expiring, read_window
from .shapes import authentication_shape
from .times import now_us

if TYPE_CHECKING:
    from core import Engine, Failure
    from storage.records import Authentication

_AT_ONCE = 8


def refresh(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The authentication.")] = None,
    connection: OfConnection = None,
    expiring: Expiring = None,
) -> int:
    """Get new tokens now, although none are due; with --expiring, for all that end within that time."""
    call, window = call_of(context), read_window(expiring)
    if (name is None) == (window is None) or (window is not None and connection is not None):
        raise InputError(
            "it is not said what to refresh", "give a NAME, or --expiring 24h for all that end so"
        )
    return _refresh_all(call, window) if name is None else _refresh_one(call, name, connection)


def _refresh_one(call: Call, name: str, connection: str | None) -> int:
    async def job(engine: "Engine") -> "tuple[Authentication, tuple[str, ...]]":
        await engine.refresh(name, connection=connection)
        return engine.workspace.authentications.get(name), engine.workspace.authentications.used_by(name)

    row, users = call.work(job, before=lambda engine: unlock_for_authentication(engine, name))
    tell_tokens(call, row, users, f"refreshed: {row.name}")
    return DONE


def _refresh_all(call: Call, window_us: int | None) -> int:
    """Refresh what ends soon, a few at a time; one that fails stops no other, and makes the exit code 1."""
    assert window_us is not None  # noqa: S101 - asked for by its option
    able: list[AuthenticationRow] = []
    unable: list[AuthenticationRow] = []

    def choose(engine: "Engine") -> None:
        users = users_by_key(engine.workspace.connections())
        found = [
            authentication_row(row, users, {}, {}, {}) for row in engine.workspace.authentications.list()
        ]
        for chosen, rows in zip((able, unable), due(found, now_us(), window_us), strict=True):
            chosen.extend(sort_rows(rows))
        for row in able:
            unlock_for_authentication(engine, row.name)

    async def job(engine: "Engine") -> "list[Failure | None]":
        free = asyncio.Semaphore(_AT_ONCE)
        tried = await asyncio.gather(*(_try(engine, row.name, free) for row in able))
        unable.extend(row for row, error in zip(able, tried, strict=True) if _is_unable(error))
        told = [(row, error) for row, error in zip(able, tried, strict=True) if not _is_unable(error)]
        failures = [failure_of(error) if error is not None else None for _, error in told]
        _tell_all(call, engine, [row for row, _ in told], unable, failures)
        return failures

    return FAILED if any(call.work(job, before=choose)) else DONE


def _is_unable(error: Exception | None) -> bool:
    return isinstance(error, NoSuccessorError)


async def _try(engine: "Engine", name: str, free: asyncio.Semaphore) -> Exception | None:
    async with free:
        try:
            await engine.refresh(name)
        except Exception as error:  # noqa: BLE001 - told with the others, whatever it is
            return error
    return None


def _tell_all(
    call: Call,
    engine: "Engine",
    able: list[AuthenticationRow],
    unable: list[AuthenticationRow],
    failures: "list[Failure | None]",
) -> None:
    if call.output.as_json:
        call.output.document(
            [
                {
                    **authentication_shape(engine.workspace.authentications.get(row.name), row.used_by),
                    "refreshed": failure is None,
                    "refresh_error": failure.message if failure else None,
                }
                for row, failure in zip(able, failures, strict=True)
            ]
        )
        return
    for row, failure in zip(able, failures, strict=True):
        said = "refreshed" if failure is None else f"failed: {failure.message}; {failure.remedy}"
        call.output.text(f"{row.name}: {said.removesuffix('; ')}")
    if not able:
        call.output.text("no token ends so soon")
    for row in unable:
        call.output.note(f"{row.name} ({row.kind}) ends as well, and cannot be refreshed")
