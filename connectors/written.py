"""Write a definition as an author would: without what comes by itself."""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .format.connector import Connector
    from .format.inputs import Input
    from .format.operations import Operation

_DERIVED: Final = ("read_only", "idempotent", "danger", "irreversible", "secret")


def written(definition: "Connector") -> dict[str, Any]:
    """Give a document that means the definition and leaves open whatever follows from the rest of it.

    Who extends a kept revision changes this document, as if it were the file that it was read from.
    """
    plain = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for name, operation in definition.operations.items():
        _leave_out(plain["operations"][name], operation)
    _leave_out_all(plain.get("inputs"), definition.inputs)
    for name, method in definition.auth.items():
        _leave_out_all(plain["auth"][name].get("inputs"), method.inputs)
    _put_below_modules(plain)
    return plain


def _put_below_modules(plain: dict[str, Any]) -> None:
    for name, operation in list(plain.get("operations", {}).items()):
        if "module" in operation:
            below = plain["modules"][operation["module"]].setdefault("operations", {})
            below[name] = {key: value for key, value in operation.items() if key != "module"}
            del plain["operations"][name]


def _leave_out_all(plain: list[dict[str, Any]] | None, inputs: "Iterable[Input]") -> None:
    for fields, one in zip(plain or (), inputs, strict=False):
        _leave_out(fields, one)


def _leave_out(plain: dict[str, Any], part: "Operation | Input") -> None:
    for name, field in type(part).model_fields.items():
        if name in _DERIVED:
            usual = field.get_default(call_default_factory=True, validated_data=dict(part))
            if usual == getattr(part, name):
                plain.pop(name, None)
