"""Say in words what a server makes of our client certificate: by a TLS alert, or by a page of its own."""

from typing import Final

from .errors import ErrorClass, Failure

_OTHER: Final = "give the authentication the certificate that the vendor issued for this connection"

# The names under which OpenSSL tells the alerts of RFC 8446, section 6.2, with what is behind each.
_ALERTS: Final = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": (
        "wants a client certificate, and none was given",
        "use an authentication with a client certificate, as the connector's kind mtls asks for",
    ),
    "TLSV1_ALERT_UNKNOWN_CA": (
        "does not trust the authority of your client certificate",
        "give the whole chain beside the certificate, or " + _OTHER,
    ),
    "SSLV3_ALERT_BAD_CERTIFICATE": ("does not accept your client certificate", _OTHER),
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": ("does not accept this kind of client certificate", _OTHER),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": ("does not accept your client certificate", _OTHER),
    "SSLV3_ALERT_CERTIFICATE_REVOKED": ("says that your client certificate was revoked", _OTHER),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": (
        "says that your client certificate has expired",
        "give the authentication a certificate that is valid",
    ),
    "TLSV1_ALERT_ACCESS_DENIED": ("does not let your client certificate in", _OTHER),
    "TLSV1_ALERT_DECRYPT_ERROR": ("could not verify what your certificate's key signed", _OTHER),
}
_PAGES: Final = (
    ("No required SSL certificate was sent", "TLSV13_ALERT_CERTIFICATE_REQUIRED"),
    ("The SSL certificate error", "SSLV3_ALERT_BAD_CERTIFICATE"),
)
# What nginx answers, also where its own 495 and 496 come through.
_PAGE_STATUSES: Final = frozenset({400, 495, 496})
_CLASS: Final[ErrorClass] = "auth"


def alert_failure(reason: str | None, host: str) -> Failure | None:
    """Give the failure that a TLS alert about client certificates means; None for any other."""
    if reason == "SSLV3_ALERT_HANDSHAKE_FAILURE":
        return Failure(
            "tls",
            f"{host} broke off the TLS handshake",
            "it may want a client certificate, or another version of TLS than http.tls.min_version allows",
        )
    said = _ALERTS.get(reason or "")
    return Failure(_CLASS, f"{host} {said[0]}", said[1], reauthorize=True) if said else None


def page_failure(status: int, body: object) -> Failure | None:
    """Give the failure that nginx tells on a page of its own, because the handshake is over by then."""
    if status not in _PAGE_STATUSES or not isinstance(body, str):
        return None
    for words, alert in _PAGES:
        if words in body:
            sentence, remedy = _ALERTS[alert]
            return Failure(
                _CLASS, f"{status}: the server {sentence}", remedy, status=status, reauthorize=True
            )
    return None
