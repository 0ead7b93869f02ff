"""What one stage found."""

from dataclasses import dataclass

from ..errors import ErrorClass, Failure
from ..outcome import Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict of a stage with its evidence, and what to do about it."""

    verdict: Verdict
    evidence: str
    hint: str | None = None
    error_class: ErrorClass | None = None
    failure: Failure | None = None


def passed(evidence: str) -> Finding:
    """Give a finding that is fine."""
    return Finding("passed", evidence)


def warned(evidence: str, hint: str, error_class: ErrorClass | None = None) -> Finding:
    """Give a finding that deserves attention and stops nothing."""
    return Finding("warned", evidence, hint, error_class)


def failed(failure: Failure) -> Finding:
    """Give a finding that ends the test."""
    return Finding("failed", failure.message, failure.remedy or None, failure.error_class, failure)


def broken(error_class: ErrorClass, evidence: str, hint: str, *, retryable: bool = False) -> Finding:
    """Give a finding that ends the test, from its parts."""
    return failed(Failure(error_class, evidence, hint, retryable))


def skipped(why: str) -> Finding:
    """Give the finding of a stage that was not needed or not reached."""
    return Finding("skipped", why)


def undefined(why: str) -> Finding:
    """Give the finding of a stage for which nothing is defined; that is not a failure."""
    return Finding("undefined", why)
