"""``connection create``: set up a connection, test it, and say in which state it is."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import InputError

from .call import Call, call_of, unlock_for_authentication
from .connection import tell
from .connection_test import print_report, report_code
from .exit_codes import DONE
from .failures import failure_shape, say
from .kept import certificate_name
from .options import CertificateOption, ConnectorName, Secrets, Settings
from .pairs import read_secrets, read_values
from .shapes import connection_shape, stage_shape

if TYPE_CHECKING:
    from core import Engine, TestReport
    from storage.records import Connection


def create(
    context: typer.Context,
    connector: ConnectorName,
    name: Annotated[str, typer.Option("--name", metavar="N", help="What to call it.")],
    auth: Annotated[
        str | None, typer.Option("--auth", metavar="NAME", help="An authentication that exists.")
    ] = None,
    method: Annotated[
        str | None, typer.Option("--method", metavar="M", help="Make a new authentication with this method.")
    ] = None,
    settings: Settings = None,
    secrets: Secrets = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", metavar="ZONE", help="Such as Europe/Berlin.")
    ] = None,
    date_format: Annotated[
        str | None, typer.Option("--date-format", metavar="F", help="How it writes dates.")
    ] = None,
    certificate: CertificateOption = None,
    no_test: Annotated[bool, typer.Option("--no-test", help="Do not test it now.")] = False,
) -> int:
    """Set up a connection and test it. One that fails its test is kept, so that it can be mended."""
    call = call_of(context)
    if auth and method:
        raise InputError("--auth names an authentication, --method makes a new one", "give one of them")
    values, fetched = read_values(settings), read_secrets(call, secrets)
    more = {key: text for key, text in (("time_zone", time_zone), ("date_format", date_format)) if text}

    def set_up(engine: "Engine") -> None:
        if auth is not None and not no_test:
            unlock_for_authentication(engine, auth)
        engine.workspace.create_connection(
            connector,
            name,
            authentication=auth,
            method=method,
            variables=values,
            secrets=fetched,
            certificate=certificate,
            **more,
        )

    async def test_and_activate(engine: "Engine") -> "tuple[Connection, TestReport | None, str | None]":
        report = None if no_test else await engine.test(name)
        account, is_due = engine.who_signs_in(name) or ("", False)
        return engine.workspace.activate(name), report, account if is_due else None

    row, report, signs_in = call.work(test_and_activate, before=set_up)
    return _tell(call, row, report, signs_in)


def _tell(call: Call, row: "Connection", report: "TestReport | None", signs_in: str | None) -> int:
    if call.output.as_json:
        call.output.document(
            {**connection_shape(row, call.project, certificate_name(call, row)), **_test_shape(call, report)}
        )
    else:
        tell(call, row)
        if report:
            call.output.text()
            print_report(call, report)
    if report is None or report.error is None:
        if signs_in is not None:
            call.output.note(f"next: connect-tui auth sign-in {signs_in}")
            return DONE
        call.output.note(
            f"next: connect-tui connection show {row.name}, then connect-tui run {row.name} OPERATION"
        )
        return DONE
    say(call, report.error)
    call.output.note(
        f"  it is kept: mend it with `connect-tui connection edit {row.name}`, then test it again"
    )
    return report_code(report)


def _test_shape(call: Call, report: "TestReport | None") -> dict[str, Any]:
    if report is None:
        return {}
    return {
        "operation": report.operation,
        "stages": [stage_shape(stage) for stage in report.stages],
        "error": failure_shape(call, report.error) if report.error else None,
    }
