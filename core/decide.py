"""Decide what an answer means: success or which failure, by the connector's rules first."""

import http
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from connectors import ErrorRule
from connectors.templates import MISSING, TemplateError, holds

from .clock_skew import with_clock
from .errors import ErrorClass, Failure
from .read import Decoded
from .request import Request
from .tls_words import page_failure
from .unseal import Unsealed

_CLASSES: Mapping[int, ErrorClass] = {
    400: "input",
    401: "auth",
    402: "limit",
    403: "permission",
    404: "not_found",
    407: "network",
    408: "timeout",
    409: "conflict",
    410: "not_found",
    412: "conflict",
    413: "input",
    415: "input",
    422: "input",
    429: "limit",
}
_REMEDIES: Mapping[str, str] = {
    "auth": "give new credentials to the authentication, then test the connection",
    "permission": "the credentials work but are not allowed to do this; ask for the permission",
    "not_found": "check the id and the base URL",
    "conflict": "read the record again, then repeat the change",
    "input": "check what was sent against the operation's input",
    "limit": "wait until the limit frees, or lower the rate",
    "vendor": "the fault is at the vendor; try again, then look at its status page",
}
Warn = Callable[[str], object]
NOT_MODIFIED = 304
_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
_RETRYABLE = frozenset({"limit", "timeout", "network"})
_SAID_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Decision:
    """What an answer means; without a failure it is a success."""

    do: Literal["ok", "ignore", "fail", "reauthorize"]
    failure: Failure | None = None


def decide(
    rules: Sequence[tuple[str, ErrorRule]],
    decoded: Decoded,
    request: Request,
    given: Mapping[str, Any],
    unsealed: Unsealed,
    warn: Warn | None = None,
) -> Decision:
    """Let the first rule that matches decide, else the status.

    ``rules`` pairs each rule with its name for people (``errors[2]``). ``warn`` hears which of its sentences
    this answer cannot fill; the usual one stands in its place.
    """
    scope = {
        "response": decoded.scope(),
        "request": {"method": request.method, "url": request.url},
        "input": given,
    }
    for name, rule in rules:
        if _matches(rule, decoded, scope):
            if rule.do in {"ok", "ignore"}:
                return Decision(rule.do)
            failure = _failure(_Saying(name, scope, unsealed, warn), rule, decoded)
            return Decision(rule.do, with_clock(failure, decoded.response))
    status = decoded.response.status
    if status < 300 or (status == NOT_MODIFIED and _is_conditional(request)):
        return Decision("ok")
    return Decision("fail", with_clock(default_failure(decoded), decoded.response))


def _is_conditional(request: Request) -> bool:
    """Tell whether the request asked for an answer only if something changed (RFC 9110, section 13.1)."""
    return any(name.lower() in _CONDITIONS for name, _ in request.headers)


def named_rules(*levels: tuple[str, Sequence[ErrorRule]]) -> tuple[tuple[str, ErrorRule], ...]:
    """Name rules by where they stand, the most specific level first."""
    return tuple((f"{where}[{index}]", rule) for where, rules in levels for index, rule in enumerate(rules))


def decide_break(
    rules: Sequence[tuple[str, ErrorRule]], failure: Failure, unsealed: Unsealed, warn: Warn | None = None
) -> Failure:
    """Let the first rule about a missing answer describe its failure in the connector's words."""
    for name, rule in rules:
        if rule.match.exception == failure.error_class and rule.do in {"fail", "reauthorize"}:
            saying = _Saying(name, {}, unsealed, warn)
            return replace(
                failure,
                error_class=rule.class_ or failure.error_class,
                message=saying.fill("message", rule.message) or failure.message,
                remedy=saying.fill("remedy", rule.remedy) or failure.remedy,
                retryable=failure.retryable if rule.retryable is None else rule.retryable,
                rule=name,
            )
    return failure


def default_failure(decoded: Decoded) -> Failure:
    """Describe a status that no rule knows."""
    status = decoded.response.status
    if 300 <= status < 400:
        return _redirect_failure(decoded)
    if (refusal := page_failure(status, decoded.value)) is not None:
        return refusal
    error_class = _class_of(status)
    message = f"{status} {status_phrase(status)}"
    if said := vendor_message(decoded.value):
        message = f"{message}: {said}"
    remedy, retryable = _REMEDIES.get(error_class, ""), _can_retry(error_class, status)
    return Failure(error_class, message, remedy, retryable, status, reauthorize=error_class == "auth")


def _redirect_failure(decoded: Decoded) -> Failure:
    """Describe an answer that sends elsewhere, or says that nothing changed although nobody asked that."""
    status, location = decoded.response.status, decoded.response.header("location")
    message = f"{status} {status_phrase(status)}"
    if status == NOT_MODIFIED:
        message += ", although the request did not ask whether anything changed"
        remedy = "a cache before the vendor answers wrongly; the header Cache-Control: no-cache goes past it"
        return Failure("vendor", message, remedy, status=status)
    if location is None:
        message += ", and it does not say where to"
        return Failure("vendor", message, "check the base URL and the path", status=status)
    message += f": redirects to {location}, which is not followed"
    remedy = "set the base URL to where it leads, or let the connector say `redirects: same-host` or `any`"
    return Failure("config", message, remedy, status=status)


def status_phrase(status: int) -> str:
    """Give the registered phrase of a status in lower case (RFC 9110, section 15)."""
    try:
        return http.HTTPStatus(status).phrase.lower()
    except ValueError:
        return "unknown status"


def vendor_message(value: Any) -> str:
    """Find the sentence for people in an error body; vendors put it under few names (RFC 9457 among them)."""
    if isinstance(value, str):
        return "" if "<" in value[:100] else _short(value)
    if not isinstance(value, dict):
        return ""
    if len(value) == 1 and isinstance(inner := next(iter(value.values())), dict):
        # An XML document has one root, and everything is below it.
        value = inner
    known = {str(key).lower(): item for key, item in value.items()}
    for key in (
        "detail",
        "message",
        "error_description",
        "reason",
        "error",
        "title",
        "errors",
        "faultstring",
    ):
        found = known.get(key)
        if isinstance(found, list) and found:
            found = found[0]
        text = vendor_message(found) if isinstance(found, dict | str) else ""
        if text:
            return text
    return ""


def _matches(rule: ErrorRule, decoded: Decoded, scope: Mapping[str, Any]) -> bool:
    match = rule.match
    if match.exception is not None or not match.covers(decoded.response.status):
        return False
    for name, pattern in match.header.items():
        value = decoded.response.header(name)
        if value is None or not re.search(pattern, value):
            return False
    if match.body is not None and not _holds(match.body, decoded.value):
        return False
    return rule.when is None or _holds(rule.when, scope)


def _holds(condition: str, scope: Any) -> bool:
    """Tell whether a condition holds; one that this answer cannot satisfy in type does not."""
    try:
        return holds(condition, scope)
    except TemplateError:
        return False


def _failure(saying: "_Saying", rule: ErrorRule, decoded: Decoded) -> Failure:
    plain = default_failure(decoded)
    error_class = rule.class_ or ("auth" if rule.do == "reauthorize" else plain.error_class)
    if error_class == plain.error_class or decoded.response.status >= 400:
        message = plain.message
    else:
        message = vendor_message(decoded.value) or plain.message
    retryable = _can_retry(error_class, decoded.response.status) if rule.retryable is None else rule.retryable
    remedy = saying.fill("remedy", rule.remedy) or _REMEDIES.get(error_class, plain.remedy)
    if rule.docs:
        remedy = f"{remedy} ({rule.docs})" if remedy else rule.docs
    said = saying.fill("message", rule.message) or message
    again = rule.do == "reauthorize"
    return Failure(error_class, said, remedy, retryable, decoded.response.status, saying.rule, again)


@dataclass(frozen=True, slots=True)
class _Saying:
    """The sentences of one rule, named ``rule``, over one answer."""

    rule: str
    scope: Mapping[str, Any]
    unsealed: Unsealed
    warn: Warn | None

    def fill(self, field: str, template: str | None) -> str:
        """Fill a sentence; one that the answer cannot fill is left out, the failure itself is told."""
        if template is None:
            return ""
        try:
            text = self.unsealed.fill(template, self.scope)
        except TemplateError as error:
            if self.warn is not None:
                self.warn(f"{self.rule}.{field} could not be filled, the usual sentence stands: {error}")
            return ""
        return "" if text is MISSING or text is None else str(text)


def _class_of(status: int) -> ErrorClass:
    return _CLASSES.get(status, "vendor")


def _can_retry(error_class: str, status: int) -> bool:
    return error_class in _RETRYABLE or status in {500, 502, 503, 504}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SAID_LENGTH else line[: _SAID_LENGTH - 1] + "…"
