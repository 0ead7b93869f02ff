"""``run``: run one operation of a connector."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import InputError

from .call import call_of
from .json_text import read_json
from .options import Armed, OutputFile, Secrets, Settings
from .outcomes import run_to_end
from .output_file import check_can_write
from .pairs import read_secrets, read_values
from .result_sink import ResultSink, choose_format

if TYPE_CHECKING:
    from core import Engine, Outcome

    from .call import Call


def run(
    context: typer.Context,
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection to use.")],
    operation: Annotated[str, typer.Argument(metavar="OPERATION", help="`connector show` lists them.")],
    settings: Settings = None,
    secrets: Secrets = None,
    input_file: Annotated[
        str | None,
        typer.Option("--input", metavar="FILE|-", help="A JSON object with the input; --set goes on top."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the exact request, send nothing.")] = False,
    armed: Armed = False,
    output: OutputFile = None,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="F", help="table, json, jsonl or csv; else by the file's ending."),
    ] = None,
) -> int:
    """Run an operation. Records go to standard output or to a file, the line about it to standard error."""
    call = call_of(context)
    check_can_write(output)
    given = {**(_read_input(input_file) if input_file else {}), **read_values(settings)}
    given |= _fetched(call, secrets)
    sink = ResultSink(call.output, output, choose_format(call.output, output, form))

    async def job(engine: "Engine") -> "Outcome":
        return await engine.run(
            connection, operation, given, output=output, dry_run=dry_run, armed=armed, emit=sink.take
        )

    return run_to_end(call, job, sink, connection, output)


def _fetched(call: "Call", secrets: list[str] | None) -> dict[str, str]:
    """Give the inputs that must not stand on a command line, from where they are."""
    found = read_secrets(call, secrets)
    for key, value in found.items():
        if value.startswith("ref:"):
            raise InputError(
                f"{key} is sent now, and no reference to it is kept",
                f"give it as {value.removeprefix('ref:')}",
            )
    return found


def _read_input(source: str) -> dict[str, Any]:
    where = "standard input" if source == "-" else source
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8-sig")
        value = read_json(text)
    except OSError as error:
        raise InputError(
            f"{where} cannot be read: {error.strerror}", "name a file with a JSON object"
        ) from error
    except ValueError as error:
        raise InputError(
            f"{where} is not JSON: {error}", "it holds one JSON object with the input"
        ) from error
    if not isinstance(value, dict):
        raise InputError(f"{where} holds no JSON object", 'like {"limit": 10}')
    return value
