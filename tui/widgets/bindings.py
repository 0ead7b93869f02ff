"""Turn the key table into Textual's bindings."""

from textual.binding import Binding, BindingType

from ..keys import keys_of, shown


def bind(context: str, *, priority: bool = False) -> list[BindingType]:
    """Give the bindings of one context; each runs ``action_do`` of what carries them with the key's name."""
    return [
        Binding(
            key.keys,
            f"do({key.name!r})",
            key.help,
            show=bool(key.short),
            key_display=shown(key.keys),
            id=key.id,
            priority=priority,
        )
        for key in keys_of(context)
    ]
