"""``request``: send a request of one's own with the authentication of a connection."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError

from .call import call_of
from .options import Armed, OutputFile
from .outcomes import request_to_end
from .output_file import check_can_write
from .pairs import read_pairs
from .result_sink import ResultSink

if TYPE_CHECKING:
    from core import Engine, Outcome

_PAIRS = "Can be repeated."


def request(
    context: typer.Context,
    connection: Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection to use.")],
    method: Annotated[str, typer.Argument(metavar="METHOD", help="GET, POST, …")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Below the base URL of the connection.")],
    query: Annotated[list[str] | None, typer.Option("--query", metavar="K=V", help=_PAIRS)] = None,
    header: Annotated[list[str] | None, typer.Option("--header", metavar="K=V", help=_PAIRS)] = None,
    body: Annotated[str | None, typer.Option("--body", metavar="FILE|-", help="What to send.")] = None,
    output: OutputFile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the exact request, send nothing.")] = False,
    armed: Armed = False,
) -> int:
    """Send a request, signed in as the connection; the answer goes to standard output or to a file."""
    call = call_of(context)
    check_can_write(output)
    pairs, headers = read_pairs("--query", query), read_pairs("--header", header)
    content = _read_body(body) if body else None
    sink = ResultSink(call.output, None, None)

    async def job(engine: "Engine") -> "Outcome":
        return await engine.request(
            connection,
            method,
            path,
            query=pairs,
            headers=headers,
            body=content,
            output=output,
            dry_run=dry_run,
            armed=armed,
            emit=sink.take,
        )

    return request_to_end(call, job, sink, connection)


def _read_body(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise InputError(
            f"{source} cannot be read: {error.strerror}", "--body takes a file, or - for input"
        ) from error
