"""``connector …``: the catalog."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import InputError

from .call import Call, call_of
from .catalog_filter import chosen_entries
from .exit_codes import DONE, WRONG_USE
from .options import ConnectorName
from .shapes import connector_shape, entry_shape

if TYPE_CHECKING:
    from core import CatalogEntry, Engine

_PARTS = ("auth", "inputs", "operations", "entities", "events", "limits", "permissions")


def list_all(
    context: typer.Context,
    filter_text: Annotated[
        str,
        typer.Option("--filter", metavar="F", help="Words, or keys: type:api category:support -auth:basic"),
    ] = "",
    sort: Annotated[
        str,
        typer.Option(
            "--sort", metavar="FIELD", help="name, handle, type, revision, operations, updated; - turns it"
        ),
    ] = "handle",
    page: Annotated[int | None, typer.Option("--page", min=1, help="Which page, from 1.")] = None,
    per_page: Annotated[int, typer.Option("--per-page", min=1, help="How many on a page.")] = 50,
    include: Annotated[
        str,
        typer.Option("--include", metavar="PARTS", help=f"More of each (with --json): {','.join(_PARTS)}"),
    ] = "",
) -> int:
    """List the connectors of the catalog: the library's and your own."""
    call = call_of(context)
    parts = _parts(include)
    with call.engine() as engine:
        entries = chosen_entries(engine.catalog, filter_text, sort)
        for broken in engine.catalog.broken:
            call.output.note(f"left out: {broken}")
        if page is not None:
            entries = entries[(page - 1) * per_page : page * per_page]
        if call.output.as_json:
            call.output.document([_shape(engine, entry, parts) for entry in entries])
        else:
            _print_entries(call, entries)
    return DONE


def _parts(include: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in include.split(",") if part.strip())
    wrong = [part for part in parts if part not in _PARTS]
    if wrong:
        raise InputError(f"--include does not know {', '.join(wrong)}", f"it knows {', '.join(_PARTS)}")
    return parts


def _shape(engine: "Engine", entry: "CatalogEntry", parts: tuple[str, ...]) -> dict[str, Any]:
    shape = entry_shape(entry)
    if parts:
        whole = connector_shape(engine.catalog.get(entry.handle))
        shape["included"] = {part: whole[part] for part in parts}
    return shape


def _print_entries(call: Call, entries: "list[CatalogEntry]") -> None:
    headings = ("HANDLE", "REV", "TYPE", "AUTH", "OPERATIONS", "SOURCE", "NAME", "SUMMARY")
    call.output.table(
        headings,
        [
            (
                entry.handle,
                str(entry.revision),
                entry.type,
                ",".join(entry.auth) or "none",
                str(entry.operations),
                entry.source,
                entry.name,
                entry.summary,
            )
            for entry in entries
        ],
    )
    if not entries:
        call.output.note("no connector matches")


def show(context: typer.Context, connector: ConnectorName) -> int:
    """Show what a connector asks for, how it signs in and what it can do."""
    call = call_of(context)
    with call.engine() as engine:
        shape = connector_shape(engine.catalog.get(connector))
    if call.output.as_json:
        call.output.document(shape)
    else:
        _print_connector(call, shape)
    return DONE


def _print_connector(call: Call, shape: dict[str, Any]) -> None:
    out = call.output
    out.text(
        f"{shape['name']}  ({shape['handle']}@{shape['revision']}, {shape['source']}, {shape['status']})"
    )
    out.text(shape["summary"])
    out.text(shape["hash"])
    _print_inputs(call, "Inputs", shape["inputs"])
    for method in shape["auth"]:
        _print_inputs(call, f"Sign in with {method['method']} ({method['kind']})", method["inputs"])
    if shape["operations"]:
        out.text()
        out.text("Operations")
        rows = [(f"  {item['name']}", _danger(item), item["title"] or "") for item in shape["operations"]]
        out.table(("  NAME", "CHANGES", "TITLE"), rows)


def _danger(operation: dict[str, Any]) -> str:
    return "no" if operation["read_only"] else str(operation["danger"] or "")


def _print_inputs(call: Call, title: str, inputs: list[dict[str, Any]]) -> None:
    call.output.text()
    call.output.text(title if inputs else f"{title}: nothing to fill in")
    if inputs:
        rows = [
            (
                f"  {item['key']}",
                "secret" if item.get("secret") else str(item.get("type") or ""),
                "required" if item.get("required") else "",
                "" if item.get("default") is None else f"default {item['default']}",
                item.get("label") or item.get("help") or "",
            )
            for item in inputs
        ]
        call.output.table(("  KEY", "TYPE", "", "", ""), rows)


def validate(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Connector files or folders.")],
) -> int:
    """Look for mistakes in connector files; each is written as file:line:col: path: message."""
    from core import find_problems

    call = call_of(context)
    problems = [problem for path in paths for problem in find_problems(path)]
    if call.output.as_json:
        found = [
            {
                "file": str(item.file),
                "line": item.line,
                "column": item.column,
                "path": item.path,
                "message": item.message,
            }
            for item in problems
        ]
        call.output.document({"valid": not problems, "problems": found})
    else:
        for problem in problems:
            call.output.text(str(problem))
        call.output.note(_verdict(len(problems), len(paths)))
    return WRONG_USE if problems else DONE


def _verdict(problems: int, paths: int) -> str:
    where = "1 place" if paths == 1 else f"{paths} places"
    return f"{where} looked at, {problems or 'no'} mistake{'' if problems == 1 else 's'}"


def add(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A YAML file, or a folder that holds one connector.")
    ],
) -> int:
    """Copy a connector file or folder into your own catalog."""
    call = call_of(context)
    if not path.exists():
        raise InputError(
            f"there is no file or folder {path}", "name a YAML file or a folder with a connector"
        )
    with call.engine() as engine:
        entry = engine.catalog.add(path)
    if call.output.as_json:
        call.output.document(entry_shape(entry))
    else:
        call.output.text(f"added {entry.handle}@{entry.revision}: {entry.name}")
        call.output.note(f"next: connect-tui connector show {entry.handle}")
    return DONE


def schema(context: typer.Context) -> int:
    """Print the JSON Schema of the format, for editors."""
    from core import json_schema

    call_of(context).output.document(json_schema())
    return DONE
