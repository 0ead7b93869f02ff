"""Why a body could not be read, and the limits that keep reading from taking the memory."""

from typing import Final

MAX_DEPTH: Final = 256
# What decoded values may weigh, in bytes, by a rough estimate from above.
MAX_WEIGHT: Final = 96 * 1024 * 1024

NOT_AS_SAID: Final = "the body is in the operation's detail; `response: {type: text}` takes it as it is"
TOO_MUCH: Final = "ask for fewer records, or save the answer as it is: `connect-tui request … --output FILE`"


class BodyProblem(ValueError):  # noqa: N818 - it is kept beside the answer, whose status decides first
    """A body is not what it should be; the message completes "the body …"."""

    def __init__(self, message: str, remedy: str = NOT_AS_SAID) -> None:
        super().__init__(message)
        self.remedy = remedy


def too_many(what: str, most: int) -> BodyProblem:
    """Describe a body that would fill the memory when it is decoded."""
    return BodyProblem(f"holds more than {most:,} {what}", TOO_MUCH)


def too_deep(levels: str) -> BodyProblem:
    """Describe a body that is nested too deep for anything that walks through it."""
    return BodyProblem(f"is nested {levels} deep; at most {MAX_DEPTH} levels are read", TOO_MUCH)
