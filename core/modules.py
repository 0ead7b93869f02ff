"""Lead an operation of a sub-product to the address of that sub-product."""

from dataclasses import replace

from connectors import ErrorRule, Operation

from .resolve import Target


def in_module(target: Target, operation: Operation) -> Target:
    """Give the target whose address, headers and query are those of the operation's module."""
    if operation.module is None:
        return target
    module, http = target.definition.modules[operation.module], target.definition.http
    changed = http.model_copy(
        update={
            "base_url": module.base_url,
            "headers": {**http.headers, **module.headers},
            "query": {**http.query, **module.query},
        }
    )
    return replace(target, definition=target.definition.model_copy(update={"http": changed}))


def module_rules(target: Target, operation: Operation) -> tuple[str, tuple[ErrorRule, ...]]:
    """Give the rules of the operation's module, with the name of where they stand."""
    if operation.module is None:
        return "", ()
    return f"modules.{operation.module}.errors", target.definition.modules[operation.module].errors
