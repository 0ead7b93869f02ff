"""What a connector says about a method: whether a person signs in, and which scopes something needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core import Engine


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """What the connector told, or in ``problem`` why it could not.

    ``needs`` are scopes with the operations and tests that name them. A sign-in asks for those of ``asked``,
    and for those of ``optional`` that a person chose.
    """

    is_attended: bool | None = None
    asked: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str = ""


def read_method(engine: "Engine", key: tuple[str, str]) -> MethodFacts:
    """Ask the file of a connector, as it is now, about one of its methods."""
    from core import ConnectError

    connector, method = key
    try:
        definition = engine.catalog.get(connector).definition
    except ConnectError as error:
        return MethodFacts(problem=error.failure.message)
    option = definition.auth.get(method)
    if option is None:
        return MethodFacts(problem=f"{connector} has no method {method} any more")
    needs: dict[str, list[str]] = {}
    for test in option.test:
        if test.needs_scope:
            needs.setdefault(test.needs_scope, []).append(f"test {test.name}")
    for name, operation in definition.operations.items():
        for scope in operation.scopes:
            needs.setdefault(scope, []).append(name)
    scopes = getattr(option, "scopes", None)
    required = (*getattr(scopes, "required", ()), *getattr(scopes, "default", ()))
    return MethodFacts(
        is_attended=bool(getattr(option, "is_attended", False)),
        asked=tuple(dict.fromkeys(required)),
        optional=tuple(one.scope for one in getattr(scopes, "optional", ())),
        needs={scope: tuple(names) for scope, names in needs.items()},
    )
