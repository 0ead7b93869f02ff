"""Stand-ins for what a test has no home for: a connection, harmless credentials, and a journal of nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors import (
    AppInstallationAuth,
    AuthMethod,
    Connector,
    Input,
    OAuth1Auth,
    OAuth2Auth,
    OfflineTest,
    SessionAuth,
    check_inputs,
)
from storage.records import Connection, Exchange, LogLine, Operation

from ..asking import judge_inputs
from ..errors import InputError
from ..resolve import Target
from ..tokens import TokenSet
from ..unseal import Unsealed, build_unsealed
from .fitting_keys import fitting_key

_MADE_UP = frozenset({"string", "secret"})


@dataclass(frozen=True, slots=True)
class NoJournal:
    """Keeps nothing."""

    def begin(self, operation: Operation, /) -> None:
        """Take the row of an operation."""

    def add_exchange(self, exchange: Exchange, /) -> None:
        """Take one exchange."""

    def add_line(self, line: LogLine, /) -> None:
        """Take one message."""

    def finish(self, operation: Operation, /) -> None:
        """Take how it ended."""


def stand_in_target(definition: Connector, test: OfflineTest) -> Target:
    """Give the target of a test: a connection of no home, signed by the method that the test names."""
    connection = Connection(
        id="con_test",
        project_id="test",
        name="test",
        connector=definition.handle,
        connector_revision=definition.revision,
        connector_hash="",
        authentication=None,
        state="active",
        variables={},
        created_us=0,
        updated_us=0,
        time_zone="UTC",
    )
    return Target(connection, definition, None, _method(definition, test))


def stand_in_values(target: Target, test: OfflineTest) -> Unsealed:
    """Give what the templates of a test see; no secret in it is anybody's.

    Raises:
        InputError: a variable of the test cannot be used, or one is missing.
    """
    inputs = target.definition.inputs
    fields = target.method.inputs if target.method else ()
    variables = _variables(inputs, test.given.variables)
    credentials = _credentials(target.method, fields)
    secret = {("var", one.key) for one in inputs if one.secret and one.key in variables}
    secret |= {("auth", one.key) for one in fields if one.secret and one.key in credentials}
    unsealed = build_unsealed(target.connection, variables, credentials, secret)
    if (tokens := stand_in_tokens(target.method)) is not None:
        unsealed.learn(tokens)
    return unsealed


def stand_in_tokens(method: AuthMethod | None) -> TokenSet | None:
    """Give what a login would have brought: `test-KEY` for each value; None where there is no login."""
    match method:
        case OAuth1Auth() if method.is_attended:
            return _stand_in_for_provider(method, ("token", "token_secret"))
        case OAuth2Auth():
            return _stand_in_for_provider(method, ("access_token",))
        case SessionAuth():
            extracts = [one for step in method.steps for one in step.extract]
        case AppInstallationAuth():
            extracts = list(method.extract)
        case _:
            return None
    return TokenSet(
        values={one.key: f"test-{one.key}" for one in extracts if one.secret},
        obtained_us=0,
        captured={one.key: f"test-{one.key}" for one in extracts if not one.secret},
    )


def _stand_in_for_provider(method: OAuth1Auth | OAuth2Auth, tokens: Sequence[str]) -> TokenSet:
    """Give what a sign-in would have brought; a captured fact is its example, where it has one."""
    facts = {
        one.key: one.example if one.example is not None else f"test-{one.key}" for one in method.captured
    }
    secret = {one.key for one in method.captured if one.secret}
    return TokenSet(
        values={**{name: f"test-{name}" for name in tokens}, **{key: str(facts[key]) for key in secret}},
        obtained_us=0,
        captured={key: value for key, value in facts.items() if key not in secret},
    )


def _method(definition: Connector, test: OfflineTest) -> AuthMethod | None:
    """Give the method that signs, without its certificate: nobody is there to be shown one."""
    named = definition.auth[test.auth] if test.auth is not None else None
    method = named or next(iter(definition.auth.values()), None)
    return method.model_copy(update={"certificate": None}) if method is not None else None


def _variables(inputs: Sequence[Input], given: Mapping[str, Any]) -> dict[str, Any]:
    named = {
        one.key: given[name] for one in inputs for name in (one.alias, one.key) if name and name in given
    }
    usual = {one.key: value for one in inputs if (value := _usual(one)) is not None}
    entered = {key: value for key, value in {**usual, **named}.items() if value is not None}
    # What a secret must look like is nobody's business here, and a file need not be on this machine.
    unchecked = {one.key for one in inputs if one.secret or one.type == "file"} & entered.keys()
    plain = {key: value for key, value in entered.items() if key not in unchecked}
    hidden = judge_inputs(inputs, plain, have_secrets=unchecked).hidden - named.keys()
    plain = {key: value for key, value in plain.items() if key not in hidden}
    values, problems = check_inputs(inputs, plain, have_secrets=unchecked)
    if problems:
        raise InputError("; ".join(sentence for _, sentence in problems))
    return values | {key: entered[key] for key in unchecked - hidden}


def _usual(one: Input) -> Any:
    """Give what a variable is when the test says nothing about it; a default comes by itself."""
    if one.secret:
        return f"test-{one.key}"
    return None if one.default is not None else one.example


def _credentials(method: AuthMethod | None, fields: Sequence[Input]) -> dict[str, Any]:
    values = {one.key: _credential(one) for one in fields}
    values |= {one.key: fitting_key(method, one.key, values[one.key]) for one in fields if one.secret}
    hidden = judge_inputs(fields, {}, have_secrets=values.keys()).hidden
    return {key: value for key, value in values.items() if key not in hidden}


def _credential(one: Input) -> Any:
    if one.default is not None:
        return one.default
    if one.options:
        first = one.options[0].value
        return [first] if one.type == "multi-enum" else first
    return f"test-{one.key}" if one.type in _MADE_UP or one.example is None else one.example
