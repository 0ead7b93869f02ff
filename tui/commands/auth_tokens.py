"""``auth sign-in`` and ``auth revoke``: how tokens of an authentication come and go."""

import sys
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from core.errors import InputError, failure_of

from .call import Call, call_of, unlock_for_authentication
from .exit_codes import DONE
from .kept import app_name
from .options import AuthName, Yes
from .pasted_line import read_line
from .prompting import show_prompt
from .shapes import authentication_shape
from .sure import make_sure

if TYPE_CHECKING:
    from core import Engine
    from core.sign_in.attempt import SignIn
    from core.sign_in.choice import Flow
    from storage.records import Authentication

FlowOption = Annotated[
    str | None,
    typer.Option(
        "--flow",
        metavar="FLOW",
        help="device: type a code elsewhere; paste: paste the address back; loopback: a browser here.",
    ),
]
OfConnection = Annotated[
    str | None,
    typer.Option("--connection", metavar="NAME", help="Whose variables the provider's addresses take."),
]


def sign_in(
    context: typer.Context, name: AuthName, flow: FlowOption = None, connection: OfConnection = None
) -> int:
    """Sign in to a provider, also over SSH; the authentication and all that uses it stay."""
    sign_in_now(call_of(context), name, check_flow(flow), connection)
    return DONE


def sign_in_now(call: Call, name: str, flow: "Flow | None", connection: str | None = None) -> None:
    """Sign in and tell it."""
    row, users = call.work(
        lambda engine: _signed_in(call, engine, name, flow, connection),
        before=lambda engine: unlock_for_authentication(engine, name),
    )
    tell_tokens(call, row, users, f"signed in: {row.name}")


def revoke(
    context: typer.Context,
    name: AuthName,
    connection: OfConnection = None,
    forget: Annotated[
        bool,
        typer.Option("--forget", help="Forget the tokens also where the provider cannot be told now."),
    ] = False,
    yes: Yes = False,
) -> int:
    """Sign out: tell the provider where it can be told, and forget the tokens."""
    call = call_of(context)

    def before(engine: "Engine") -> None:
        row = engine.workspace.authentications.get(name)
        if row.tokens is not None:
            make_sure(call, f"The tokens of {row.name} will be gone for ever.", row.name, yes=yes)
        unlock_for_authentication(engine, name)

    async def job(engine: "Engine") -> "tuple[bool, Authentication, tuple[str, ...]]":
        told = await engine.revoke(name, connection=connection, forget=forget)
        return (
            told,
            engine.workspace.authentications.get(name),
            engine.workspace.authentications.used_by(name),
        )

    told, row, users = call.work(job, before=before)
    if not told:
        call.output.note("the provider was not told; sign out on its own pages where that matters")
    tell_tokens(call, row, users, f"signed out: {row.name}")
    return DONE


def check_flow(flow: str | None) -> "Flow | None":
    """Give a flow by its name.

    Raises:
        InputError: there is none of this name.
    """
    from core.sign_in.choice import Flow

    if flow is not None and flow not in get_args(Flow):
        raise InputError(f"there is no flow called {flow!r}", f"there are {', '.join(get_args(Flow))}")
    return cast("Flow | None", flow)


async def _signed_in(
    call: Call, engine: "Engine", name: str, flow: "Flow | None", connection: str | None
) -> "tuple[Authentication, tuple[str, ...]]":
    attempt = await engine.begin_sign_in(name, flow=flow, connection=connection)
    try:
        assert attempt.prompt is not None  # noqa: S101 - it has begun
        show_prompt(call, attempt.prompt)
        await (_finish_pasted(call, attempt) if attempt.prompt.choice.flow == "paste" else attempt.finish())
    finally:
        await attempt.close()
    return engine.workspace.authentications.get(name), engine.workspace.authentications.used_by(name)


async def _finish_pasted(call: Call, attempt: "SignIn") -> None:
    """Read lines until one is the answer; a wrong one says why and another can be pasted."""
    while True:
        line = await read_line()
        if not line:
            raise InputError("nothing was pasted", "paste the address that the browser ended at, or its code")
        try:
            await attempt.finish(line)
        except InputError as error:
            if error.failure.error_class != "input" or not sys.stdin.isatty():
                raise
            failure = failure_of(error)
            call.output.note(f"{failure.message}; {failure.remedy}")
        else:
            return


def tell_tokens(call: Call, row: "Authentication", users: tuple[str, ...], said: str) -> None:
    """Say what became of the tokens, and what to test now."""
    if call.output.as_json:
        call.output.document(authentication_shape(row, users, app_name(call, row)))
        return
    call.output.text(said)
    for user in users:
        call.output.note(f"next: connect-tui connection test {user}")
