"""The engine: everything that happens when a connection is used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors import files_of, find_problems, json_schema
    from storage.vault import read_source

    from .asking import Asked, judge_inputs
    from .catalog import Catalog, CatalogEntry
    from .engine import Engine
    from .errors import (
        ConfigError,
        ConnectError,
        Failure,
        InputError,
        NotKnownError,
        PolicyError,
        TransportError,
        VendorError,
        failure_of,
    )
    from .events import (
        Emit,
        Event,
        LineLogged,
        OperationEnded,
        OperationStarted,
        RecordsRead,
        RequestSent,
        ResponseReceived,
        StageEnded,
    )
    from .home import Home, find_home
    from .keeper import Keeper, Unlock, UnlockChoice, UnlockRequest
    from .outcome import Outcome, RequestPreview, Stage, TestReport
    from .root import open_engine
    from .workspace import Workspace

_HOMES = {
    "Asked": ".asking",
    "judge_inputs": ".asking",
    "Catalog": ".catalog",
    "CatalogEntry": ".catalog",
    "Engine": ".engine",
    "ConfigError": ".errors",
    "ConnectError": ".errors",
    "Failure": ".errors",
    "InputError": ".errors",
    "NotKnownError": ".errors",
    "PolicyError": ".errors",
    "TransportError": ".errors",
    "VendorError": ".errors",
    "failure_of": ".errors",
    "Emit": ".events",
    "Event": ".events",
    "LineLogged": ".events",
    "OperationEnded": ".events",
    "OperationStarted": ".events",
    "RecordsRead": ".events",
    "RequestSent": ".events",
    "ResponseReceived": ".events",
    "StageEnded": ".events",
    "Home": ".home",
    "find_home": ".home",
    "Keeper": ".keeper",
    "Unlock": ".keeper",
    "UnlockChoice": ".keeper",
    "UnlockRequest": ".keeper",
    "Outcome": ".outcome",
    "RequestPreview": ".outcome",
    "Stage": ".outcome",
    "TestReport": ".outcome",
    "open_engine": ".root",
    "files_of": "connectors",
    "find_problems": "connectors",
    "json_schema": "connectors",
    "read_source": "storage.vault",
    "Workspace": ".workspace",
}

__all__ = [
    "Asked",
    "Catalog",
    "CatalogEntry",
    "ConfigError",
    "ConnectError",
    "Emit",
    "Engine",
    "Event",
    "Failure",
    "Home",
    "InputError",
    "Keeper",
    "LineLogged",
    "NotKnownError",
    "OperationEnded",
    "OperationStarted",
    "Outcome",
    "PolicyError",
    "RecordsRead",
    "RequestPreview",
    "RequestSent",
    "ResponseReceived",
    "Stage",
    "StageEnded",
    "TestReport",
    "TransportError",
    "Unlock",
    "UnlockChoice",
    "UnlockRequest",
    "VendorError",
    "Workspace",
    "failure_of",
    "files_of",
    "find_home",
    "find_problems",
    "json_schema",
    "judge_inputs",
    "open_engine",
    "read_source",
]


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name when the name is first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home, __name__), name)
