"""Find the part of the format that stands at a path of a document, for help and for messages."""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .connector import Connector


def keys_at(path: tuple[str | int, ...], data: Any) -> list[str]:
    """Give the keys that are known at a path; none where any are allowed."""
    model = _model_at(path, data)
    return [] if model is None else [field.alias or name for name, field in model.model_fields.items()]


def field_at(path: tuple[str | int, ...], data: Any) -> FieldInfo | None:
    """Give the field that a path ends in, with its description."""
    if not path or not isinstance(path[-1], str):
        return None
    model = _model_at(path[:-1], data)
    return None if model is None else _field(model, path[-1])


def _model_at(path: tuple[str | int, ...], data: Any) -> type[BaseModel] | None:
    kind: Any = Connector
    value = data
    for step in path:
        model = _model_of(kind, value)
        if model is not None and isinstance(step, str):
            field = _field(model, step)
            kind = None if field is None else field.annotation
        else:
            kind = _item_of(kind)
        value = _step(value, step)
    return _model_of(kind, value)


def _step(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    fields = model.model_fields.items()
    return next((field for name, field in fields if (field.alias or name) == key), None)


def _bare(kind: Any) -> Any:
    return _bare(get_args(kind)[0]) if get_origin(kind) is Annotated else kind


def _choices(kind: Any) -> list[Any]:
    kind = _bare(kind)
    if get_origin(kind) in {Union, UnionType}:
        return [choice for part in get_args(kind) for choice in _choices(part)]
    return [kind]


def _model_of(kind: Any, value: Any) -> type[BaseModel] | None:
    models = [
        choice for choice in _choices(kind) if isinstance(choice, type) and issubclass(choice, BaseModel)
    ]
    if len(models) > 1 and isinstance(value, Mapping):
        tag = value.get("kind")
        tagged = (model for model in models if tag in get_args(model.model_fields["kind"].annotation))
        return next(tagged, None)
    return models[0] if models else None


def _item_of(kind: Any) -> Any:
    for choice in _choices(kind):
        arguments = get_args(choice)
        if get_origin(choice) is tuple:
            return arguments[0]
        if get_origin(choice) is dict:
            return arguments[1]
    return None
