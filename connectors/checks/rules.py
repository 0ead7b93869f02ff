"""Check the rules about failures, and what all requests share."""

import re
from collections.abc import Iterator, Sequence

from ..explain import Finding
from ..format.connector import Connector
from ..format.rules import ErrorMatch, ErrorRule
from ..yaml12 import TreePath


def check_rules(rules: Sequence[ErrorRule], path: TreePath) -> Iterator[Finding]:
    """Yield what does not fit in a list of rules."""
    for number, rule in enumerate(rules):
        where = (*path, number)
        if rule.match == ErrorMatch() and rule.when is None:
            yield Finding(where, "a rule without `match` and `when` would take every answer")
        if rule.match.exception is not None and (rule.do not in {"fail", "reauthorize"} or rule.when):
            yield Finding(
                (*where, "match", "exception"), "without an answer a rule can only name the failure"
            )
        for name, pattern in rule.match.header.items():
            try:
                re.compile(pattern)
            except (re.error, RecursionError, OverflowError):
                yield Finding((*where, "match", "header", name), "this is not a regular expression")


def check_transport(definition: Connector) -> Iterator[Finding]:
    """Yield what does not fit in the http section and in the header of the file."""
    verify = definition.http.tls.verify
    if isinstance(verify, str) and "{{" not in verify:
        yield Finding(("http", "tls", "verify"), f"found '{verify}', expected true, false or a template")
    for number, change in enumerate(definition.changelog):
        if change.revision > definition.revision:
            message = f"it is newer than this file, which is revision {definition.revision}"
            yield Finding(("changelog", number, "revision"), message)
