"""The capability matrix: what a connector can do, found out from its definition alone."""

from collections.abc import Callable
from typing import Any, Final

from connectors import Connector, Operation
from storage.catalog.documents import CAPABILITIES

_PAGED_BY: Final = frozenset({"page", "offset", "cursor", "after", "start", "page_token", "starting_after"})


def capabilities_of(definition: Connector) -> tuple[str, ...]:
    """Give the capabilities of a connector, in the order of the matrix."""
    return tuple(name for name in CAPABILITIES if _RULES[name](definition))


def _any_operation(holds: Callable[[Operation], bool]) -> Callable[[Connector], bool]:
    return lambda definition: any(holds(one) for one in definition.operations.values())


def _is_paged(operation: Operation) -> bool:
    """Tell whether an operation gives its records in parts: by a rule, or by an input that says which."""
    given = operation.input.get("properties", operation.input)
    by_hand = operation.records is not None and any(str(key).lower() in _PAGED_BY for key in given)
    return by_hand or getattr(operation, "paginate", None) is not None


def _sends_files(operation: Operation) -> bool:
    kind: Any = operation.request.body_type
    return kind in {"binary", "multipart"}


_RULES: Final[dict[str, Callable[[Connector], bool]]] = {
    "read": _any_operation(lambda one: one.read_only),
    "write": _any_operation(lambda one: one.danger == "write"),
    "delete": _any_operation(lambda one: one.danger == "delete"),
    "bulk": _any_operation(lambda one: one.danger == "bulk"),
    "records": _any_operation(lambda one: one.records is not None),
    "page": _any_operation(_is_paged),
    "upload": _any_operation(_sends_files),
    "download": _any_operation(lambda one: one.response.type == "binary"),
    "test": lambda definition: any(method.test for method in definition.auth.values()),
    "offline": lambda definition: bool(getattr(definition, "tests", ())),
}
