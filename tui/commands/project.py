"""``project …``: the workspaces."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .call import call_of
from .exit_codes import DONE
from .kept import find_project
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


def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    production: Annotated[
        bool, typer.Option("--production", help="Red and read-only, until it is armed for each change.")
    ] = False,
) -> int:
    """Make a project: connections and authentications of its own, used with --project NAME."""
    call = call_of(context)
    with call.engine() as engine:
        engine.create_project(name, production=production)
    with call.reading() as reading:
        shape = _shape(reading, find_project(reading, name))
    if call.output.as_json:
        call.output.document(shape)
    else:
        call.output.text(f"made {name} ({_kind(shape)})")
        call.output.note(f"next: connect-tui --project {name}")
    return DONE


def show(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The project.")] = None,
) -> int:
    """Show one project and how much is in it."""
    call = call_of(context)
    wanted = name or call.project
    with call.reading() as reading:
        shape = _shape(reading, find_project(reading, wanted))
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
