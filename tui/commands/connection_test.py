"""``connection test``: every stage with its own verdict, evidence and hint."""

from typing import TYPE_CHECKING

import typer

from .call import Call, call_of
from .exit_codes import DONE, FAILED, code_of
from .failures import say
from .options import ConnectionName
from .shapes import report_shape
from .times import took

if TYPE_CHECKING:
    from core import Engine, TestReport


def test(context: typer.Context, name: ConnectionName) -> int:
    """Test a connection: inputs, DNS, TCP, TLS, clock, sign-in, then each probe of the connector.

    A draft that passes becomes active. The exit code is that of the first failing stage: 3 credentials,
    4 the vendor is down, 5 the network.
    """
    call = call_of(context)

    async def job(engine: "Engine") -> "TestReport":
        report = await engine.test(name)
        if report.verdict != "failed" and engine.workspace.connection(name).state == "draft":
            engine.workspace.activate(name)
        return report

    report = call.work(job, connection=name)
    if call.output.as_json:
        call.output.document(report_shape(report))
    else:
        print_report(call, report)
        if report.error:
            say(call, report.error)
    return report_code(report)


def print_report(call: Call, report: "TestReport") -> None:
    """Write the stages of a test for people."""
    call.output.table(
        ("STAGE", "VERDICT", "TOOK", "EVIDENCE"),
        [(stage.stage, stage.verdict, took(stage.took_ms), stage.evidence) for stage in report.stages],
    )
    for stage in report.stages:
        if stage.hint:
            call.output.text(f"{stage.stage}: {stage.hint}")
    call.output.text(f"{report.verdict} in {took(report.took_ms)}  ({report.operation})")


def report_code(report: "TestReport") -> int:
    """Give the exit code of a test: by the class of its first failing stage."""
    if report.error is not None:
        return code_of(report.error)
    return FAILED if report.verdict == "failed" else DONE
