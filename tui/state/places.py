"""Where a person can go in the app: what is opened, and what it is opened with."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectionsPlace:
    """The list of connections, with the cursor on one that is named; a filter replaces the one there."""

    name: str | None = None
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class AuthenticationsPlace:
    """The list of authentications, with the cursor on one that is named; a filter replaces the one there."""

    name: str | None = None
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class AppsPlace:
    """The list of provider apps, as `AuthenticationsPlace`."""

    name: str | None = None
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class CertificatesPlace:
    """The list of client certificates, as `AuthenticationsPlace`."""

    name: str | None = None
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class SecretsPlace:
    """Where every secret is, as `AuthenticationsPlace`."""

    name: str | None = None
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogPlace:
    """The list of connectors, filtered when a text is given."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class ConnectorPlace:
    """One connector in full; ``broken`` is the source and the name of a file that cannot be used."""

    handle: str
    name: str
    broken: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class NewConnectionPlace:
    """New connection: from the start, for a connector, or on with one that was begun."""

    connector: str | None = None
    resume: str | None = None


@dataclass(frozen=True, slots=True)
class RunPlace:
    """Run, for a connection and an operation when they are known."""

    connection: str | None = None
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class OperationsPlace:
    """The log; a filter replaces the one that is there."""

    filter: str | None = None


@dataclass(frozen=True, slots=True)
class ExchangePlace:
    """What one operation sent and received."""

    operation: str


@dataclass(frozen=True, slots=True)
class DoctorPlace:
    """What is installed and where things are."""


@dataclass(frozen=True, slots=True)
class ProjectPlace:
    """Another project, in which everything is opened anew; without a name, the list to choose from."""

    name: str | None = None


Place = (
    ConnectionsPlace
    | AuthenticationsPlace
    | AppsPlace
    | CertificatesPlace
    | SecretsPlace
    | CatalogPlace
    | ConnectorPlace
    | NewConnectionPlace
    | RunPlace
    | OperationsPlace
    | ExchangePlace
    | DoctorPlace
    | ProjectPlace
)

# What the keys of the app open.
PLACE_BY_KEY: dict[str, Callable[[], Place]] = {
    "connections": ConnectionsPlace,
    "catalog": CatalogPlace,
    "new_connection": NewConnectionPlace,
    "run": RunPlace,
    "operations": OperationsPlace,
    "project": ProjectPlace,
    "authentications": AuthenticationsPlace,
    "doctor": DoctorPlace,
}
