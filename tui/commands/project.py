"""``project …``: the workspaces."""

import difflib
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import NotKnownError

from .call import call_of
from .exit_codes import DONE
from .times import rfc3339

if TYPE_CHECKING:
    from storage.reading import Reading
    from storage.records import Project


def list_all(context: typer.Context) -> int:
    """List the projects."""
    call = call_of(context)
    with call.reading() as reading:
        shapes = [_shape(reading, project) for project in reading.projects()]
    if call.output.as_json:
        call.output.document(shapes)
    else:
        rows = [
            (one["name"], _kind(one), str(one["connections"]), str(one["authentications"])) for one in shapes
        ]
        call.output.table(("NAME", "KIND", "CONNECTIONS", "AUTHENTICATIONS"), rows)
        if not shapes:
            call.output.note("nothing is kept yet; the first connection makes the project `default`")
    return DONE


def show(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The project.")] = None,
) -> int:
    """Show one project and how much is in it."""
    call = call_of(context)
    wanted = name or call.project
    with call.reading() as reading:
        shape = _shape(reading, _find(reading, wanted))
    if call.output.as_json:
        call.output.document(shape)
    else:
        call.output.facts(
            [
                ("name", shape["name"]),
                ("kind", _kind(shape)),
                ("connections", str(shape["connections"])),
                ("authentications", str(shape["authentications"])),
                ("made", str(shape["created_at"])),
                ("id", shape["id"]),
            ]
        )
    return DONE


def _find(reading: "Reading", name: str) -> "Project":
    projects = reading.projects()
    for project in projects:
        if project.name.lower() == name.lower():
            return project
    near = difflib.get_close_matches(name, [project.name for project in projects], n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "`connect-tui project list` shows all"
    raise NotKnownError(f"there is no project called {name!r}", hint)


def _shape(reading: "Reading", project: "Project") -> dict[str, Any]:
    return {
        "name": project.name,
        "id": project.id,
        "production": project.production,
        "connections": len(reading.connections(project.id)),
        "authentications": len(reading.authentications(project.id)),
        "created_at": rfc3339(project.created_us),
    }


def _kind(shape: dict[str, Any]) -> str:
    return "production" if shape["production"] else "not production"
