"""Turn provider apps and certificates into the JSON that the contract promises."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .shapes import place_of
from .times import now_us, rfc3339

if TYPE_CHECKING:
    from storage.records import Certificate, ProviderApp


def app_shape(row: "ProviderApp", used_by: Sequence[str]) -> dict[str, Any]:
    """One provider app and the authentications made with it; of its secrets only where each one is."""
    return {
        "name": row.name,
        "id": row.id,
        "provider": row.provider,
        "client_id": row.client_id,
        "values": dict(row.values),
        "secrets": {key: place_of(where) for key, where in row.secrets.items()},
        "used_by": list(used_by),
        "created_at": rfc3339(row.created_us),
        "updated_at": rfc3339(row.updated_us),
    }


def certificate_shape(row: "Certificate", used_by: Sequence[str]) -> dict[str, Any]:
    """One certificate and the connections that show it; of it and its key only where each one is."""
    return {
        "name": row.name,
        "id": row.id,
        "state": certificate_state(row),
        "subject": row.subject,
        "issuer": row.issuer,
        "serial": row.serial,
        "not_before": rfc3339(row.not_before_us),
        "expires_at": rfc3339(row.not_after_us),
        "secrets": {key: place_of(where) for key, where in row.secrets.items()},
        "used_by": list(used_by),
        "created_at": rfc3339(row.created_us),
        "updated_at": rfc3339(row.updated_us),
    }


def certificate_state(row: "Certificate") -> str:
    """Say whether a certificate is good now: valid, expired or not_yet_valid."""
    now = now_us()
    if now < row.not_before_us:
        return "not_yet_valid"
    return "valid" if now < row.not_after_us else "expired"
