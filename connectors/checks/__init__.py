"""What the models cannot see: whether names, templates, defaults and examples fit each other."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..explain import Finding
    from ..format.connector import Connector


def check_document(data: Mapping[str, Any]) -> "list[Finding]":
    """Check every template and expression of a document, even of one that the models refuse."""
    from .expressions import check_expressions

    return list(check_expressions(data))


def check_definition(definition: "Connector") -> "list[Finding]":
    """Check a definition that the models accept."""
    from .auth import check_auth
    from .inputs import check_inputs
    from .looked_up import check_looked_up
    from .modules import check_modules, check_presets
    from .operations import check_operations
    from .rules import check_rules, check_transport
    from .tests import check_tests
    from .told import check_told

    return [
        *check_inputs(definition.inputs, ("inputs",)),
        *check_transport(definition),
        *check_auth(definition),
        *check_told(definition),
        *check_looked_up(definition),
        *check_rules(definition.errors, ("errors",)),
        *check_modules(definition),
        *check_presets(definition),
        *check_operations(definition),
        *check_tests(definition),
    ]
