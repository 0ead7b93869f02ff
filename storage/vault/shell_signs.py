"""Find what only a shell would understand in a command that is run without one."""

import re

_ASSIGNMENT = re.compile(r"\s*[A-Za-z_]\w*=")
_QUOTED = re.compile(
    r"""
      \\. | '[^']*'                                # stands for itself
    | (?P<quotes>" (?: \\. | [^"\\] )* ")
    | (?P<sign> [|&;<>`] | \$ (?=[A-Za-z_0-9({?$!@*\#]) | (?<!\S) ~ (?=[/A-Za-z]|\s|$) )
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_QUOTES = re.compile(r"\\. | (?P<sign> ` | \$ (?=[A-Za-z_0-9({?$!@*\#]) )", re.VERBOSE | re.DOTALL)


def find_shell_sign(line: str) -> str:
    """Give the first sign that a shell would act on, such as ``|`` or ``$``; nothing where there is none."""
    if _ASSIGNMENT.match(line):
        return "NAME="
    for found in _QUOTED.finditer(line):
        if sign := found["sign"]:
            return sign
        for inside in _IN_QUOTES.finditer(found["quotes"] or ""):
            if sign := inside["sign"]:
                return sign
    return ""
