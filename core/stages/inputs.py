"""Stage inputs: every field is there and fits, and the base URL may be called."""

from collections.abc import Iterable, Mapping
from typing import Any

from connectors import Input, check_inputs

from ..errors import ConnectError, Failure, PolicyError
from ..prepare import base_url
from ..provider_apps import offered
from ..resolve import Target
from ..send import Route
from ..unseal import Unsealed
from .finding import Finding, broken, failed, passed


def check(target: Target, unsealed: Unsealed, route: Route) -> Finding:
    """Check the fields of the connection and of its authentication."""
    connection, authentication = target.connection, target.authentication
    problems = _problems(target.definition.inputs, connection.variables, connection.secrets)
    if authentication is not None and target.method is not None:
        theirs = offered(target.app, target.method.inputs)
        secrets = {**(target.app.secrets if target.app is not None else {}), **authentication.secrets}
        problems += _problems(target.method.inputs, {**theirs, **authentication.values}, secrets)
    if problems:
        edit = f"`connect-tui connection edit {connection.name}` or `e` in the app"
        return broken("config", "; ".join(problems), f"mend the fields: {edit}")
    try:
        url = base_url(target.definition, unsealed)
        route.policy.check_url(url)
    except PolicyError as error:
        return failed(error.failure)
    except ConnectError as error:
        return failed(Failure("config", error.failure.message, error.failure.remedy))
    return passed("all present")


def _problems(inputs: Iterable[Input], values: Mapping[str, Any], secrets: Mapping[str, str]) -> list[str]:
    _, problems = check_inputs(tuple(inputs), values, have_secrets=frozenset(secrets))
    return [f"{key}: {text}" for key, text in problems]
