"""Say which inputs a form asks for: some are hidden, some required, by the values at hand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors import Input, TemplateError, check_inputs
from connectors.templates import holds


@dataclass(frozen=True, slots=True)
class Asked:
    """The keys of inputs that are hidden or required now, and a sentence for each that cannot be used."""

    hidden: frozenset[str]
    required: frozenset[str]
    problems: Mapping[str, str]


def judge_inputs(
    inputs: Sequence[Input], given: Mapping[str, Any], *, have_secrets: Collection[str] = frozenset()
) -> Asked:
    """Judge what was entered so far; ``have_secrets`` are the keys of secrets that are kept already."""
    values, problems = check_inputs(inputs, given, have_secrets=have_secrets)
    known = {**values, **{key: True for key in have_secrets if key not in values}}
    titles = {one.key: one.title for one in inputs}
    return Asked(
        hidden=frozenset(one.key for one in inputs if not _holds(one.visible_when, known, usual=True)),
        required=frozenset(
            one.key for one in inputs if one.required or _holds(one.required_when, known, usual=False)
        ),
        problems={key: _bare(sentence, titles.get(key, "")) for key, sentence in problems},
    )


def _holds(condition: str | None, known: Mapping[str, Any], *, usual: bool) -> bool:
    if condition is None:
        return usual
    try:
        return holds(condition, dict(known))
    except TemplateError:
        # What is wrong with the condition is one of the problems already.
        return usual


def _bare(sentence: str, title: str) -> str:
    """Take the title off a sentence that stands beside its field."""
    return sentence.removeprefix(f"{title}:").removeprefix(title).strip() if title else sentence
