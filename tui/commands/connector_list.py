"""``connector list``: the catalog, filtered, sorted, page by page, with what hangs on each connector."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from core.errors import InputError
from tui.sanitize import sanitize

from .call import Call, call_of
from .catalog_filter import SORTS, find_connectors, read_mistakes
from .exit_codes import DONE
from .shapes import catalog_row_shape, connector_shape, used_by_shape

if TYPE_CHECKING:
    from core import Engine
    from storage.reading import CatalogRow

_DEFINED: Final = ("auth", "inputs", "operations", "entities", "events", "limits", "permissions")
_HANGING: Final = ("connections", "authentications")
_PARTS: Final = (*_DEFINED, *_HANGING)


def list_all(
    context: typer.Context,
    filter_text: Annotated[
        str,
        typer.Option(
            "--filter", metavar="F", help="Words, or keys: type:api category:support can:write -auth:basic"
        ),
    ] = "",
    sort: Annotated[
        str, typer.Option("--sort", metavar="FIELD", help=f"{', '.join(SORTS)}; - turns it")
    ] = "handle",
    page: Annotated[int | None, typer.Option("--page", min=1, help="Which page, from 1.")] = None,
    per_page: Annotated[int, typer.Option("--per-page", min=1, help="How many on a page.")] = 50,
    include: Annotated[
        str,
        typer.Option("--include", metavar="PARTS", help=f"More of each, and how many: {','.join(_PARTS)}"),
    ] = "",
) -> int:
    """List the connectors of the catalog: the library's and your own, and files that cannot be used."""
    call = call_of(context)
    parts = _parts(include)
    with call.engine() as engine:
        rows: Sequence[CatalogRow] = tuple(find_connectors(call, engine, filter_text, sort).rows)
        if page is not None:
            rows = rows[(page - 1) * per_page : page * per_page]
        included = [_included(engine, row, parts) for row in rows] if parts else [{} for _ in rows]
        shapes = [_shape(call, engine, row, more) for row, more in zip(rows, included, strict=True)]
    if call.output.as_json:
        call.output.document(shapes)
    else:
        _print(call, rows, included, parts)
    for shape in shapes:
        for one in shape.get("problems", ()):
            file = sanitize(one["file"], newlines=False)
            call.output.note(f"broken: {file}:{one['line']}:{one['column']}: {_said(one)}")
    return DONE


def _parts(include: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in include.split(",") if part.strip())
    wrong = [part for part in parts if part not in _PARTS]
    if wrong:
        raise InputError(f"--include does not know {', '.join(wrong)}", f"it knows {', '.join(_PARTS)}")
    return parts


def _included(engine: "Engine", row: "CatalogRow", parts: tuple[str, ...]) -> dict[str, list[Any]]:
    """Give what hangs on a connector; its own parts are read from its file, which a broken one has not."""
    whole: dict[str, Any] = {}
    if row.status != "broken" and any(part in _DEFINED for part in parts):
        whole |= connector_shape(engine.catalog.get(row.handle))
    if any(part in _HANGING for part in parts):
        whole |= used_by_shape(engine.workspace, row.handle)
    return {part: whole.get(part, []) for part in parts}


def _shape(call: Call, engine: "Engine", row: "CatalogRow", included: dict[str, list[Any]]) -> dict[str, Any]:
    shape = catalog_row_shape(row)
    if row.status == "broken":
        shape["problems"] = read_mistakes(call, engine, row)
    if included:
        shape["included"] = included
        shape["counts"] = {part: len(found) for part, found in included.items()}
    return shape


def _print(
    call: Call, rows: "Sequence[CatalogRow]", included: Sequence[dict[str, list[Any]]], parts: tuple[str, ...]
) -> None:
    counted = [part for part in parts if part != "operations"]
    headings = ("HANDLE", "REV", "TYPE", "AUTH", "OPERATIONS", *(part.upper() for part in counted), "SOURCE",
                "NAME", "SUMMARY")  # fmt: skip
    lines = [
        (
            row.handle,
            str(row.revision or ""),
            row.type,
            "broken" if row.status == "broken" else ",".join(row.auth) or "none",
            "" if row.status == "broken" else str(row.operations),
            *(str(len(more[part])) for part in counted),
            row.source,
            row.name,
            row.summary,
        )
        for row, more in zip(rows, included, strict=True)
    ]
    call.output.table(headings, lines)
    if not rows:
        call.output.note("no connector matches")


def _said(problem: dict[str, Any]) -> str:
    return f"{problem['path']}: {problem['message']}" if problem["path"] else str(problem["message"])
