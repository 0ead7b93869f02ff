"""Check sub-products, and presets that nobody may use yet."""

from collections.abc import Iterator

from pydantic import BaseModel

from ..explain import Finding
from ..format.connector import Connector
from ..format.operations import Operation
from ..format.request import Request
from ..words import nearest
from .rules import check_rules


def check_modules(definition: Connector) -> Iterator[Finding]:
    """Yield what does not fit in the modules."""
    for name, module in definition.modules.items():
        yield from check_rules(module.errors, ("modules", name, "errors"))


def check_presets(definition: Connector) -> Iterator[Finding]:
    """Yield what does not fit in the presets; the rest is found where one is used."""
    pieces: tuple[tuple[str, type[BaseModel]], ...] = (("operations", Operation), ("requests", Request))
    for kind, model in pieces:
        known = [field.alias or name for name, field in model.model_fields.items()]
        for name, piece in getattr(definition.presets, kind).items():
            for key in piece:
                if key not in known and key != "use":
                    message = f"unknown key '{key}'{nearest(key, known)}"
                    yield Finding(("presets", kind, name, key), message, on_key=True)
    for name, rules in definition.presets.errors.items():
        yield from check_rules(rules, ("presets", "errors", name))
