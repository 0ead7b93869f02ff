"""Tell whether a person signs in with a method, at the pages of a provider."""

from typing import TypeGuard

from connectors import AuthMethod, OAuth1Auth, OAuth2Auth


def is_attended(method: AuthMethod | None) -> TypeGuard[OAuth1Auth | OAuth2Auth]:
    """Tell whether a person signs in; else credentials that were entered are enough."""
    return isinstance(method, OAuth1Auth | OAuth2Auth) and method.is_attended
