"""Read the facts of a sign-in that are asked for, as who signed in, or which site the account may use.

The tokens are kept before: whatever fails here loses nothing, and is tried again when they are used.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from connectors import AuthMethod, Captured, OAuth2Auth
from connectors.templates import TemplateError, has_template, mentions_of

from .auth.oauth2 import BEGUN_WITH
from .call import Caller, Transport
from .decide import decide
from .errors import ConfigError, ConnectError, Failure, PolicyError, failure_of
from .hosts import build_policy
from .inputs import check_input
from .oauth2.capturing import capture
from .oauth2.endpoints import is_web
from .prepare import build_route, build_tls
from .read import decode_aside
from .record import Recording
from .resolve import Target
from .run import DecidedError, plan_operation
from .send import Route
from .tokens import TokenSet
from .unseal import Unsealed

_LOOKED_UP: Final = "_looked_up"


def lacks_facts(method: AuthMethod | None, tokens: TokenSet) -> bool:
    """Tell whether userinfo or an operation was not asked yet for what a connector wants of it."""
    return bool(_wanted(method, "userinfo", "operation")) and not tokens.captured.get(_LOOKED_UP)


def with_facts_of(method: AuthMethod | None, before: TokenSet | None, tokens: TokenSet) -> TokenSet:
    """Give new tokens of the same account with what was looked up for those before."""
    keys = {one.key for one in _wanted(method, "userinfo", "operation")} | {_LOOKED_UP}
    if before is None or before.captured.get(_LOOKED_UP) is None:
        return tokens
    if before.values.get(BEGUN_WITH) != tokens.values.get(BEGUN_WITH):
        return tokens  # a refresh token that a person gave may be another account's
    kept = {key: value for key, value in before.captured.items() if key in keys}
    secret = {key: value for key, value in before.values.items() if key in keys}
    return replace(tokens, values={**secret, **tokens.values}, captured={**kept, **tokens.captured})


async def look_up(
    transport: Transport,
    target: Target,
    unsealed: Unsealed,
    recording: Recording,
    tokens: TokenSet,
    *,
    is_whole: bool = True,
) -> TokenSet:
    """Give the tokens with the facts that operations told; what could not be asked now is asked later.

    They are whole when nothing has to be asked again, and ``is_whole`` says that of what was asked before.
    """
    unsealed.learn(tokens)
    found: dict[str, Any] = {}
    for one in _wanted(target.method, "operation"):
        try:
            value = await _ask(transport, target, unsealed, recording, one)
            told = capture((one,), {"operation": value})[1]
        except (ConnectError, TemplateError) as error:
            failure = failure_of(error)
            recording.warn(f"{one.key} could not be read by {one.operation}: {failure.message}")
            is_whole = is_whole and is_for_good(failure)
            continue
        found |= told
    return replace(tokens, captured={**tokens.captured, **found, **({_LOOKED_UP: True} if is_whole else {})})


def is_for_good(failure: Failure) -> bool:
    """Tell whether a vendor refused something for good, so that it is not asked for at each use."""
    return failure.status is not None and not failure.retryable


def _wanted(method: AuthMethod | None, *sources: str) -> tuple[Captured, ...]:
    if not isinstance(method, OAuth2Auth):
        return ()
    return tuple(one for one in method.captured if one.from_ in sources)


async def _ask(
    transport: Transport, target: Target, unsealed: Unsealed, recording: Recording, one: Captured
) -> Any:
    operation = target.definition.operations[str(one.operation)]
    given: Mapping[str, Any] = check_input(operation.input_schema(), one.input)
    plan = plan_operation(target, str(one.operation), operation, given)
    request = plan.build(unsealed)
    caller = Caller(transport, plan.target, _route(plan.target, unsealed), unsealed, recording)
    decoded = await decode_aside(await caller.call(request), plan.response)
    decision = decide(plan.rules, decoded, request, given, unsealed, recording.warn)
    if decision.failure is not None:
        raise DecidedError(decision.failure)
    return decoded.value


def _route(target: Target, unsealed: Unsealed) -> Route:
    """Give the connection's route; its base URL may be made of what is looked up."""
    definition = target.definition
    try:
        return build_route(definition, unsealed, target.connection.id, target.method)
    except (TemplateError, ConfigError, PolicyError):
        if not has_template(definition.http.base_url):
            raise
    others = [text for text in definition.http.hosts.values() if not has_template(text)]
    policy = build_policy(
        _base(definition.http.base_url, unsealed), [*others, *(one.url for one in definition.http.servers)]
    )
    return Route(target.connection.id, policy, build_tls(definition, unsealed, target.method))


def _base(template: str, unsealed: Unsealed) -> str:
    """Give the base URL with anything in place of what is not known yet; nothing where that is its host."""
    unknown = {path[1]: "x" for path in mentions_of(template) if len(path) > 1 and path[0] == "captured"}
    try:
        base = str(unsealed.fill(template, {"captured": unknown, "input": {}}))
    except TemplateError:
        return ""
    return base if is_web(base) else ""
