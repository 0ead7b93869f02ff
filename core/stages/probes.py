"""Stages auth and probe:NAME: the calls that the method defines, over the way of every request."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors import AuthTest, Operation
from connectors import Request as RequestSpec
from connectors.templates import MISSING, TemplateError, holds

from ..call import Caller
from ..decide import decide, default_failure, named_rules
from ..errors import ConnectError, Failure, failure_of
from ..inputs import check_input
from ..prepare import prepare_request
from ..read import Decoded, decode_aside, select_records
from ..resolve import Target
from ..run import record_noun
from ..unseal import Unsealed
from .finding import Finding, failed, passed, warned


async def check(
    test: AuthTest, target: Target, unsealed: Unsealed, caller: Caller, limit_s: float
) -> Finding:
    """Make the call of an auth test and judge its answer."""
    try:
        async with asyncio.timeout(limit_s):
            return await _check(test, target, unsealed, caller)
    except TimeoutError:
        late = Failure("timeout", f"no answer within {limit_s:.3g} s", "try again", retryable=True)
        return _judged(test, late)
    except (ConnectError, TemplateError) as error:
        return _judged(test, failure_of(error))


async def _check(test: AuthTest, target: Target, unsealed: Unsealed, caller: Caller) -> Finding:
    definition = target.definition
    spec, operation, given = _call_of(test, target)
    request = prepare_request(definition, spec, unsealed, given)
    response = await caller.call(request)
    decoded = await decode_aside(response, operation.response if operation else None)
    own = operation.errors if operation else ()
    rules = named_rules((f"operations.{test.operation}.errors", own), ("errors", definition.errors))
    decision = decide(rules, decoded, request, given, unsealed, caller.warn)
    told_inside = decision.failure is not None and response.status < 300 and test.expect.when is None
    if decision.failure is not None and (told_inside or not _expected(test, decoded)):
        return _judged(test, decision.failure)
    if not _expected(test, decoded):
        return _judged(test, _unexpected(test, decoded))
    return passed(_evidence(test, operation, decoded, unsealed))


def _call_of(test: AuthTest, target: Target) -> tuple[RequestSpec, Operation | None, Mapping[str, Any]]:
    if test.operation is not None:
        operation = target.definition.operations[test.operation]
        return operation.request, operation, check_input(operation.input_schema(), test.input)
    assert test.request is not None  # noqa: S101 - the format asks for one of the two
    return test.request, None, dict(test.input)


def _expected(test: AuthTest, decoded: Decoded) -> bool:
    """Tell whether the answer is what the test asks for, whatever the rules of errors say."""
    if not test.expect.covers(decoded.response.status):
        return False
    if test.expect.when is None:
        return decoded.problem is None
    return holds(test.expect.when, {"response": decoded.scope()})


def _unexpected(test: AuthTest, decoded: Decoded) -> Failure:
    status = decoded.response.status
    if decoded.problem is not None:
        return Failure("vendor", decoded.problem, decoded.remedy, status=status)
    if status >= 300:
        return default_failure(decoded)
    return Failure(
        "vendor", f"{status}, but not what {test.name} expects", "check the base URL", status=status
    )


def _evidence(test: AuthTest, operation: Operation | None, decoded: Decoded, unsealed: Unsealed) -> str:
    if test.show is not None:
        try:
            text = unsealed.fill(test.show, {"response": decoded.scope(), "input": test.input})
        except TemplateError:
            text = None
        if text is not None and text is not MISSING:
            return str(text)
    if operation is not None and test.operation is not None and operation.records is not None:
        count = len(select_records(decoded, operation.records))
        return f"{count} {record_noun(test.operation, count)} read"
    return str(decoded.response.status)


def _judged(test: AuthTest, failure: Failure) -> Finding:
    """Fail, or only warn where the test is optional or the answer is no fault of this connection."""
    if failure.error_class == "permission" and test.needs_scope:
        failure = replace(failure, remedy=f"it needs the scope {test.needs_scope}; {failure.remedy}")
    if test.level == "required" and failure.error_class != "limit":
        return failed(failure)
    hint = "not a fault of this connection; " if failure.error_class in {"limit", "vendor"} else ""
    return warned(
        failure.message, hint + (failure.remedy or "the rest works without it"), failure.error_class
    )
