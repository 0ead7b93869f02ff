"""Say in words why a request has no answer: which host, what broke, what helps."""

import errno
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import h11

from .clients import Timeouts
from .connecting import LateConnectionError, UnreachableError
from .errors import ErrorClass, TransportError
from .hosts import host_of
from .peer_stream import BrokenStreamError, SilentPeerError
from .tls_words import alert_failure

# In TLS 1.3 a server may refuse our certificate when the handshake is over.
_BROKEN = (UnreachableError, BrokenStreamError, h11.ProtocolError, ssl.SSLError)


@contextmanager
def plain_errors(url: str, timeouts: Timeouts, total_s: float) -> Iterator[None]:
    """Turn the errors of an exchange inside into ours, in words about the host of ``url``."""
    try:
        yield
    except TimeoutError as error:
        raise timeout_error(f"{host_of(url)} did not answer whole within {total_s:g} s") from error
    except LateConnectionError as error:
        late = timeout_error(f"no connection to {host_of(url)} within {timeouts.connect_s:g} s")
        late.was_sent = False
        raise late from error
    except SilentPeerError as error:
        raise timeout_error(f"{host_of(url)} sent nothing for {timeouts.read_s:g} s") from error
    except _BROKEN as error:
        broken = _transport_error(error, host_of(url))
        broken.was_sent = not isinstance(error, UnreachableError)
        raise broken from error


def timeout_error(
    message: str, remedy: str = "try again; if it stays slow, raise http.timeout"
) -> TransportError:
    """Describe an answer that did not come in time."""
    return TransportError(message, remedy, error_class="timeout")


def _transport_error(error: Exception, host: str) -> TransportError:
    """Describe why there was no answer; certificate trouble is told from an unreachable host."""
    cause = _root_cause(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _tls(f"the certificate of {host} is not trusted: {cause.verify_message}")
    if isinstance(cause, ssl.SSLError):
        if (failure := alert_failure(cause.reason, host)) is not None:
            return TransportError(
                failure.message, failure.remedy, error_class=failure.error_class, retryable=False
            )
        return _tls(f"TLS with {host} failed: {cause.reason or cause}")
    if isinstance(error, UnreachableError):
        return TransportError(
            f"{host} is not reachable: {_reason(cause)}", "check the base URL and the network"
        )
    if isinstance(error, h11.RemoteProtocolError):
        return _protocol_error(str(error), host)
    return TransportError(f"the connection to {host} broke: {_reason(cause)}", "try again")


def _protocol_error(said: str, host: str) -> TransportError:
    """Tell an answer that broke off from one that is no HTTP at all; h11 says both with one error."""
    if "without sending a response" in said:
        return TransportError(
            f"{host} closed the connection without an answer",
            "try again; then check that the base URL has the right scheme and port",
        )
    if "complete" in said:
        return TransportError(
            f"{host} broke off its answer: {said}", "try again; the server ended the connection"
        )
    if "_SWITCH_" in said:
        return TransportError(
            f"{host} changes to another protocol (101), which was not asked for",
            "check the path: it may be for WebSockets",
            retryable=False,
        )
    if "Receive buffer too long" in said:
        return TransportError(
            f"the headers of the answer from {host} are larger than 100 KiB",
            "check the base URL: no honest server sends that",
            retryable=False,
        )
    return TransportError(
        f"what {host} answers is not HTTP as it should be: {said}",
        "check scheme and port of the base URL, and proxies in between",
        retryable=False,
    )


def _tls(message: str, error_class: ErrorClass = "tls") -> TransportError:
    return TransportError(
        message,
        "test the connection: its TLS stage shows the certificate",
        error_class=error_class,
        retryable=False,
    )


def _root_cause(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error


def _reason(cause: BaseException) -> str:
    if isinstance(cause, OSError) and cause.errno is not None and cause.errno in errno.errorcode:
        # What the error itself says may hold the address once more.
        return os.strerror(cause.errno).lower()
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return str(cause) or type(cause).__name__
