"""Find what is set up by its name, through the reading door: nothing heavy is loaded and nothing is made."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from core.errors import NotKnownError

if TYPE_CHECKING:
    from storage.reading import Reading
    from storage.records import Authentication, Certificate, Connection, Project, ProviderApp

    from .call import Call

    N = TypeVar("N", Authentication, Certificate, Connection, Project, ProviderApp)


def find_project(reading: "Reading", name: str) -> "Project":
    """Give a project.

    Raises:
        NotKnownError: names the nearest one.
    """
    return _named("project", reading.projects(), name)


def connections(call: "Call", reading: "Reading") -> "tuple[Connection, ...]":
    """Give the connections of the project."""
    project = own_project(call, reading)
    return tuple(row.connection for row in reading.connections(project.id)) if project else ()


def find_connection(call: "Call", reading: "Reading", name: str) -> "Connection":
    """Give a connection of the project.

    Raises:
        NotKnownError: names the nearest one.
    """
    return _named("connection", connections(call, reading), name)


def authentications(call: "Call", reading: "Reading") -> "tuple[Authentication, ...]":
    """Give the authentications of the project."""
    project = own_project(call, reading)
    return reading.authentications(project.id) if project else ()


def find_authentication(call: "Call", reading: "Reading", name: str) -> "Authentication":
    """Give an authentication of the project.

    Raises:
        NotKnownError: names the nearest one.
    """
    return _named("authentication", authentications(call, reading), name)


def users_of(row: "Authentication", connections: "Iterable[Connection]") -> tuple[str, ...]:
    """List the connections that use an authentication; they name it by its name or by its id."""
    return tuple(one.name for one in connections if one.authentication in (row.name, row.id))


def find_app(call: "Call", reading: "Reading", name: str) -> "ProviderApp":
    """Give a provider app of the project.

    Raises:
        NotKnownError: names the nearest one.
    """
    return _named("provider app", apps(call, reading), name)


def apps(call: "Call", reading: "Reading") -> "tuple[ProviderApp, ...]":
    """Give the provider apps of the project."""
    project = own_project(call, reading)
    return reading.apps(project.id) if project else ()


def app_name(call: "Call", row: "Authentication") -> str | None:
    """Give the name of the app that an authentication was made with."""
    if row.provider_app is None:
        return None
    with call.reading() as reading:
        return next((one.name for one in reading.apps(row.project_id) if one.id == row.provider_app), None)


def find_certificate(call: "Call", reading: "Reading", name: str) -> "Certificate":
    """Give a certificate of the project.

    Raises:
        NotKnownError: names the nearest one.
    """
    return _named("certificate", certificates(call, reading), name)


def certificates(call: "Call", reading: "Reading") -> "tuple[Certificate, ...]":
    """Give the certificates of the project."""
    project = own_project(call, reading)
    return reading.certificates(project.id) if project else ()


def certificate_name(call: "Call", row: "Connection") -> str | None:
    """Give the name of the certificate that a connection shows."""
    if row.certificate is None:
        return None
    with call.reading() as reading:
        found = (one.name for one in reading.certificates(row.project_id) if one.id == row.certificate)
        return next(found, None)


def _named(what: str, rows: "Sequence[N]", name: str) -> "N":
    for row in rows:
        if row.name.lower() == name.lower():
            return row
    raise not_known(what, name, (row.name for row in rows))


def not_known(what: str, name: str, known: Iterable[str]) -> NotKnownError:
    """Say that there is nothing of this name, and name the nearest."""
    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"`connect-tui {_NOUNS[what]} list` shows all"
    return NotKnownError(f"there is no {what} called {name!r}", hint)


_NOUNS = {
    "project": "project",
    "connection": "connection",
    "authentication": "auth",
    "provider app": "app",
    "certificate": "certificate",
}


def own_project(call: "Call", reading: "Reading") -> "Project | None":
    """Give the project of this call; none where nothing is kept yet, not even the one that is always there.

    Raises:
        NotKnownError: another one was named that does not exist.
    """
    if call.project.lower() == "default" and not reading.projects():
        return None
    return find_project(reading, call.project)
