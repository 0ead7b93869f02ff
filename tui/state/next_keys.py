"""Which keys are worth pressing for what is shown."""

from collections.abc import Sequence

from .spans import Span, Spans


def key_spans(keys: Sequence[tuple[str, str]], indent: int = 9) -> Spans:
    """Give the line that says which keys are worth pressing."""
    spans: list[Span] = [(f"{'next':<{indent}}", "quiet")]
    for index, (key, word) in enumerate(keys):
        spans += [("· " if index else "", "faint"), (f"{key} ", "key"), (f"{word} ", "")]
    return spans
