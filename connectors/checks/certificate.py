"""Check that a client certificate is told in one way, and by inputs that are there."""

from collections.abc import Iterator

from ..explain import Finding
from ..format.auth import AuthMethod, ClientCertificate, MtlsAuth
from ..yaml12 import TreePath

_USUAL = "{{ auth.certificate }}"


def check_certificate(method: AuthMethod, path: TreePath) -> Iterator[Finding]:
    """Yield what does not fit in the certificate of a method."""
    certificate, place = method.certificate, (*path, "certificate")
    if certificate is None:
        return
    if (certificate.cert is None) == (certificate.pkcs12 is None):
        yield Finding(place, "a client certificate is either `cert` or `pkcs12`")
    elif certificate.pkcs12 is not None and certificate.key is not None:
        yield Finding((*place, "key"), "the key of a `pkcs12` stands in it; `key` goes with `cert`")
    if _is_usual(method, certificate) and all(one.key != "certificate" for one in method.inputs):
        yield Finding(
            path, f"`certificate.cert` is '{_USUAL}' unless said, but no input is called certificate"
        )


def _is_usual(method: AuthMethod, certificate: ClientCertificate) -> bool:
    return isinstance(method, MtlsAuth) and certificate.cert == _USUAL
