"""The grant for a machine without a browser (RFC 8628): a code that a person enters elsewhere."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import VendorError
from ..tokens import TokenSet
from .asking import ask, ask_token
from .bounds import check_token, is_plain
from .client import Asking, Client
from .dpop import new_key
from .endpoints import Endpoints, find_endpoints, is_web
from .reading import read_tokens
from .refusals import refusal, retry

_LONGEST_CODE = 64
GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_LIFETIME_S, _INTERVAL_S, _SLOWER_S = 600, 5, 5
# Whoever says less would be asked without end, whoever says more is not waited for.
LEAST_INTERVAL_S, _MOST_INTERVAL_S, _MOST_LIFETIME_S = 1.0, 300.0, 24 * 3600.0
_MOST_PAUSE_S = 60.0


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person is shown, and how often to ask whether it was entered.

    ``whole_url`` is the page with the code in it, for a QR code, where the provider has one. ``device_code``
    and ``dpop_key`` are secret.
    """

    user_code: str
    url: str
    whole_url: str | None
    expires_us: int
    interval_s: float
    scopes: tuple[str, ...]
    endpoints: Endpoints
    device_code: str = field(repr=False)
    dpop_key: str | None = field(default=None, repr=False)

    def pause_s(self, lost: int) -> float:
        """Give how long to wait after so many questions in a row that had no answer (section 3.5)."""
        longer = self.interval_s * 2.0 ** min(lost, 16)
        return max(self.interval_s, min(longer, _MOST_PAUSE_S))

    def slower(self) -> "DeviceCode":
        """Give the same, to be asked for less often from now on."""
        return replace(self, interval_s=min(self.interval_s + _SLOWER_S, _MOST_INTERVAL_S))


def start_device(client: Client) -> Asking[DeviceCode]:
    """Ask for a code that a person enters elsewhere.

    Raises:
        ConnectError: the provider gives none; says why, and what helps.
    """
    method = client.method
    endpoints = yield from find_endpoints(client)
    url, chosen = endpoints.needed("device_url", client), client.scopes()
    fields: dict[str, Any] = {
        "client_id": client.id,
        "scope": client.scope_text(chosen),
        "audience": client.optional(method.audience),
        "resource": client.optional(method.resource),
        **client.fields(method.params.device),
    }
    answer = yield from ask(client, url, fields, audience=endpoints.token_url)
    doing = f"the sign-in of {client.name}"
    if not answer.is_good:
        raise refusal(client, answer, doing)
    return _read(client, answer.body or {}, chosen, endpoints)


def poll_device(client: Client, device: DeviceCode) -> Asking[TokenSet | DeviceCode]:
    """Ask once whether the code was entered: tokens, or what to ask with after another ``interval_s``.

    Raises:
        VendorError: the person declined, or the code has expired.
    """
    fields = {"grant_type": GRANT, "device_code": device.device_code, "client_id": client.id}
    client.keep_secret(device.device_code, device.dpop_key)
    endpoints = device.endpoints
    url = endpoints.needed("token_url", client)
    answer = yield from ask_token(client, url, fields, dpop_key=device.dpop_key)
    match answer.error:
        case "authorization_pending":
            return device
        case "slow_down":
            return device.slower()
        case "access_denied" | "authorization_declined":
            raise VendorError(
                f"the sign-in of {client.name} was declined", f"allow it: {retry(client)}", error_class="auth"
            )
        case "expired_token" | "code_expired":
            raise expired(client)
    if answer.response.status >= 500 or answer.response.status == 429:
        # Nothing is lost yet: the code is good until it expires.
        return device.slower()
    return read_tokens(
        client, answer, f"the sign-in of {client.name}", endpoints, scopes=device.scopes,
        dpop_key=device.dpop_key,
    )  # fmt: skip


def expired(client: Client) -> VendorError:
    """Build the error for a code that nobody entered in time."""
    return VendorError(
        f"nobody entered the code for {client.name} in time",
        f"start once more: {retry(client)}",
        error_class="timeout",
    )


def _read(
    client: Client, body: Mapping[str, Any], scopes: tuple[str, ...], endpoints: Endpoints
) -> DeviceCode:
    page = body.get("verification_uri") or body.get("verification_url")
    device_code, user_code = body.get("device_code"), body.get("user_code")
    if not (is_plain(str(page)) and is_plain(str(user_code), _LONGEST_CODE)):
        raise VendorError(
            f"the provider gave a code or an address for {client.name} that no person could type",
            "it is in the operation log: `connect-tui operation list --filter kind:auth`; "
            "do not trust this provider",
        )
    if not (page and device_code and user_code and is_web(str(page))):
        raise VendorError(
            f"the provider gave no code to enter for {client.name}", "check the device_url of the connector"
        )
    device_code = check_token("device_code", device_code, f"the sign-in of {client.name}")
    client.keep_secret(device_code)
    dpop_key = new_key() if client.method.dpop else None
    client.keep_secret(dpop_key)
    whole = body.get("verification_uri_complete") or body.get("verification_url_complete")
    return DeviceCode(
        user_code=str(user_code),
        url=str(page),
        whole_url=str(whole) if whole and is_web(str(whole)) and is_plain(str(whole)) else None,
        expires_us=int(
            (client.now() + min(_seconds(body.get("expires_in"), _LIFETIME_S), _MOST_LIFETIME_S)) * 1e6
        ),
        interval_s=min(max(_seconds(body.get("interval"), _INTERVAL_S), LEAST_INTERVAL_S), _MOST_INTERVAL_S),
        scopes=scopes,
        endpoints=endpoints,
        device_code=device_code,
        dpop_key=dpop_key,
    )


def _seconds(value: Any, usual: float) -> float:
    """Read a number of seconds; what is none, or not more than 0, is as if nothing was said."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return usual
    return seconds if seconds > 0 and math.isfinite(seconds) else usual
