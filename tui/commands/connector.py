"""``connector …``: the catalog."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import InputError
from core.shown import one_line

from .call import Call, call_of
from .exit_codes import DONE, WRONG_USE
from .options import ConnectorName
from .shapes import connector_shape, entry_shape, used_by_shape


def show(context: typer.Context, connector: ConnectorName) -> int:
    """Show what a connector asks for, how it signs in and what it can do."""
    call = call_of(context)
    with call.engine() as engine:
        shape = connector_shape(engine.catalog.get(connector))
        shape |= used_by_shape(engine.workspace, shape["handle"])
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
    if shape["lineage"]:
        out.text(f"Extends: {', which extends '.join(_ancestor(one) for one in shape['lineage'])}")
    for module in shape["modules"]:
        out.text(f"Module {module['name']}: {module['summary'] or module['title']} ({module['base_url']})")
    if shape["can"]:
        out.text(f"Can: {', '.join(shape['can'])}")
    _print_inputs(call, "Inputs", shape["inputs"])
    for method in shape["auth"]:
        _print_inputs(call, f"Sign in with {method['method']} ({method['kind']})", method["inputs"])
        if method["redirect_uri"]:
            out.text(f"  The provider must know the redirect address {method['redirect_uri']}")
    if shape["operations"]:
        out.text()
        out.text("Operations")
        rows = [(f"  {item['name']}", _danger(item), item["title"] or "") for item in shape["operations"]]
        out.table(("  NAME", "CHANGES", "TITLE"), rows)
    for title in ("connections", "authentications"):
        if shape[title]:
            out.text()
            out.text(f"{title.capitalize()}: {', '.join(one['name'] for one in shape[title])}")


def _ancestor(one: dict[str, Any]) -> str:
    return f"{one['handle']}@{one['revision']} ({one['hash'][:19]}…)"


def _danger(operation: dict[str, Any]) -> str:
    """Say what an operation changes, and where its danger does not tell it, whether that can be undone."""
    if operation["read_only"]:
        return "no"
    danger = str(operation["danger"] or "")
    if operation["irreversible"] == (danger in ("delete", "bulk")):
        return danger
    return f"{danger}, {'for good' if operation['irreversible'] else 'can be undone'}"


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
    from core.catalog_parents import file_problems

    call = call_of(context)
    problems = [problem for path in paths for problem in file_problems(path, call.home.connectors)]
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
            f"there is no file or folder {one_line(path)}", "name a YAML file or a folder with a connector"
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
