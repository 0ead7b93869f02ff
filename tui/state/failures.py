"""What an error says on a screen: what, where, likely cause, what to press next."""

from typing import TYPE_CHECKING

from .spans import Lines, Span, label_lines

if TYPE_CHECKING:
    from core.errors import Failure

_CAUSES = {
    "config": "something is set up wrongly",
    "input": "what was given cannot be used",
    "auth": "the credentials were refused, or are missing",
    "permission": "signed in, but not allowed to do this",
    "limit": "a limit of the vendor was reached",
    "vendor": "the vendor answered with a failure",
    "network": "the network failed before an answer was there",
    "timeout": "the answer took too long",
    "tls": "the certificate or the encryption was not accepted",
    "policy": "a guard of ours refused it",
    "storage": "the database cannot be used",
    "vault": "the vault is locked, or cannot be used",
    "bug": "a mistake of ours",
}


def failure_lines(failure: "Failure", where: str, width: int) -> Lines:
    """Give a failure in four facts and the keys that help."""
    lines: Lines = [[], [("   ✗ ", "bad"), (failure.message, "strong")], []]
    facts = [("where", where), ("cause", _CAUSES.get(failure.error_class, failure.error_class))]
    if failure.remedy:
        facts.append(("remedy", failure.remedy))
    if failure.retryable:
        facts.append(("retry", "trying again can help"))
    for label, said in facts:
        lines += label_lines(f"     {label}", said, width=width - 3, indent=14)
    keys = [("r", "try again"), ("0", "doctor"), ("q", "leave")]
    pressed: list[Span] = [("     ", "")]
    for key, word in keys:
        pressed += [(f"{key} ", "key"), (f"{word}   ", "quiet")]
    return [*lines, [], pressed]
