"""Read the facts that a connector wants to keep of a sign-in."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from connectors import Captured
from connectors.templates import TemplateError

from .answers import found
from .bounds import check_fact


def capture(wanted: Iterable[Captured], sources: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Give the secret facts and the others, as far as the sources have them.

    Raises:
        VendorError: one is longer than a fact can be.
    """
    secret: dict[str, str] = {}
    plain: dict[str, Any] = {}
    for one in wanted:
        source = sources.get(one.from_)
        if source is None:
            continue
        value = None
        with suppress(TemplateError):
            value = _searched(found(one.path or one.key, source), one.regex)
        if value is None:
            continue
        check_fact(one.key, value)
        if one.secret:
            secret[one.key] = value if isinstance(value, str) else json.dumps(value)
        else:
            plain[one.key] = value
    return secret, plain


def claims_of(token: str | None) -> dict[str, Any] | None:
    """Give the claims of a token; its signature is not looked at, for the provider itself gave it."""
    parts = (token or "").split(".")
    if len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def _searched(value: Any, regex: str | None) -> Any:
    if regex is None or value is None:
        return value
    match = re.search(regex, value if isinstance(value, str) else json.dumps(value))
    if match is None:
        return None
    return match[1] if match.re.groups else match[0]
