"""``auth …``: stored credentials."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError

from ..state.authentication_facts import read_method
from .auth_tokens import FlowOption, check_flow, sign_in_now
from .call import Call, call_of
from .exit_codes import DONE
from .json_text import json_text
from .kept import app_name, connections, find_authentication, users_of
from .options import AppOption, AuthName, ConnectorName, Secrets, Settings, Yes
from .pairs import read_secrets, read_values
from .shapes import authentication_shape
from .sure import make_sure
from .times import rfc3339, since

if TYPE_CHECKING:
    from core import Engine
    from storage.records import Authentication


def add(
    context: typer.Context,
    connector: ConnectorName,
    name: Annotated[str, typer.Option("--name", metavar="N", help="What to call it.")],
    method: Annotated[
        str | None,
        typer.Option("--method", metavar="M", help="How to sign in; `connector show` lists the methods."),
    ] = None,
    settings: Settings = None,
    secrets: Secrets = None,
    app: AppOption = None,
    flow: FlowOption = None,
) -> int:
    """Keep credentials for a connector. Secrets go to the vault, never to the database.

    With --flow the sign-in follows at once; else `auth sign-in` does it later.
    """
    call = call_of(context)
    chosen_flow = check_flow(flow)
    values, fetched = read_values(settings), read_secrets(call, secrets)
    with call.engine() as engine:
        chosen = method or _only_method(engine, connector)
        row = engine.workspace.authentications.add(connector, chosen, name, values, fetched, app=app)
        signs_in = getattr(engine.catalog.get(connector).definition.auth[chosen], "is_attended", False)
    if chosen_flow is not None:
        call.output.note(f"kept {row.name}: {row.connector} with {row.method}")
        sign_in_now(call, row.name, chosen_flow)
    elif call.output.as_json:
        call.output.document(authentication_shape(row, (), app_name(call, row)))
    else:
        call.output.text(f"kept {row.name}: {row.connector} with {row.method}")
        call.output.note(f"next: connect-tui connection create {row.connector} --name … --auth {row.name}")
        if signs_in:
            call.output.note(f"then: connect-tui auth sign-in {row.name}")
    return DONE


def edit(
    context: typer.Context,
    name: AuthName,
    settings: Settings = None,
    secrets: Secrets = None,
    app: AppOption = None,
) -> int:
    """Replace values and secrets, as when a token was rotated; its connections go on using it."""
    call = call_of(context)
    values, fetched = read_values(settings), read_secrets(call, secrets)
    if not (values or fetched or app):
        raise InputError("nothing to change was named", "see `connect-tui auth edit --help`")
    with call.engine() as engine:
        row = engine.workspace.authentications.edit(name, values, fetched, app=app)
        users = engine.workspace.authentications.used_by(name)
    if call.output.as_json:
        call.output.document(authentication_shape(row, users, app_name(call, row)))
    else:
        changed = [*values, *fetched, *(["app"] if app else [])]
        call.output.text(f"changed {row.name}: {', '.join(changed)}")
        for user in users:
            call.output.note(f"next: connect-tui connection test {user}")
    return DONE


def _only_method(engine: "Engine", connector: str) -> str:
    methods = list(engine.catalog.get(connector).definition.auth)
    if len(methods) == 1:
        return methods[0]
    has = f"--method {' or '.join(methods)}" if methods else "it needs no authentication"
    raise InputError(f"{connector} has {len(methods) or 'no'} ways to sign in", has)


def show(context: typer.Context, name: AuthName) -> int:
    """Show one authentication and which connections use it; secrets stay where they are."""
    call = call_of(context)
    with call.reading() as reading:
        row = find_authentication(call, reading, name)
        shape = authentication_shape(row, users_of(row, connections(call, reading)), app_name(call, row))
    needs = _needs(call, row)
    missing = [scope for scope in needs if row.scopes is not None and scope not in row.scopes]
    if call.output.as_json:
        more = {"scopes_needed": needs, "scopes_missing": missing} if row.kind == "oauth2" else {}
        call.output.document({**shape, **more})
        return DONE
    call.output.facts(
        [
            ("name", row.name),
            ("state", row.state),
            ("connector", row.connector),
            ("method", f"{row.method} ({row.kind})"),
            *([("app", shape["app"])] if shape["app"] else []),
            *[(key, str(value)) for key, value in row.values.items()],
            *[(key, f"secret, in {where}") for key, where in shape["secrets"].items()],
            *_token_facts(row),
            *_scope_facts(needs, missing),
            ("used by", ", ".join(shape["used_by"]) or "nothing"),
            ("changed", since(row.updated_us)),
        ]
    )
    return DONE


def _needs(call: Call, row: "Authentication") -> dict[str, list[str]]:
    """Give the scopes that something of the connector names, and what names each."""
    if row.kind != "oauth2":
        return {}
    with call.engine(ask=False) as engine:
        facts = read_method(engine, (row.connector, row.method))
    return {scope: list(names) for scope, names in facts.needs.items()}


def _scope_facts(needs: dict[str, list[str]], missing: list[str]) -> list[tuple[str, str]]:
    facts = []
    if needs:
        facts.append(
            ("needed", "; ".join(f"{scope} for {', '.join(names)}" for scope, names in needs.items()))
        )
    if missing:
        facts.append(("missing", ", ".join(missing)))
    return facts


def _token_facts(row: "Authentication") -> list[tuple[str, str]]:
    """Say what is known of the tokens: when they end, what they allow, and how the last refresh went."""
    facts = [("expires", rfc3339(row.expires_us) or "no date is known")]
    if row.refreshed_us is not None:
        facts.append(("refreshed", since(row.refreshed_us)))
    if row.scopes is not None:
        facts.append(("scopes", ", ".join(row.scopes) or "none"))
    facts += [
        (key, value if isinstance(value, str) else json_text(value)) for key, value in row.captured.items()
    ]
    if row.refresh_error is not None:
        again = f"{row.refresh_failures} times" if row.refresh_failures > 1 else "once"
        facts.append(("last refresh", f"failed {since(row.refresh_failed_us)}, {again}: {row.refresh_error}"))
    if row.rotation_us is not None:
        facts.append(("in doubt", _doubt(row)))
    return facts


def _doubt(row: "Authentication") -> str:
    return (
        f"a refresh was cut off at {rfc3339(row.rotation_us)}; the provider may have used up the refresh "
        f"token. `connect-tui auth refresh {row.name}` finds out, "
        f"`connect-tui auth sign-in {row.name}` starts anew"
    )


def delete(context: typer.Context, name: AuthName, yes: Yes = False) -> int:
    """Forget an authentication and its secrets; refused while a connection uses it."""
    call = call_of(context)
    with call.engine() as engine:
        row = engine.workspace.authentications.get(name)
        make_sure(call, f"{row.name} and its secrets will be gone for ever.", row.name, yes=yes)
        engine.workspace.authentications.delete(name)
    if call.output.as_json:
        call.output.document({**authentication_shape(row, (), app_name(call, row)), "deleted": True})
    else:
        call.output.text(f"deleted {row.name}")
    return DONE
