"""The client certificates of a project: what each says is known, it and its key are in the vault."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from storage import NotFoundError, Store
from storage.ids import new_id
from storage.records import Certificate, Connection, Project
from storage.vault import is_reference

from .errors import ConfigError, InputError, PolicyError
from .fields import check_name, unknown
from .keeper import Keeper
from .placing import forget_all, placed, replaced
from .record import now_us

if TYPE_CHECKING:
    from datetime import datetime

    from .certificates import CertificateFacts, ClientCertificate
    from .unseal import Unsealed

_FIELDS = ("certificate", "private_key", "key_password")


class KeptCertificates:
    """The client certificates of one project."""

    def __init__(self, project: Project, store: Store, keeper: Keeper) -> None:
        self._project = project
        self._store = store
        self._keeper = keeper

    def list(self) -> tuple[Certificate, ...]:
        """List the certificates by name."""
        return self._store.certificates.list(self._project.id)

    def get(self, name: str) -> Certificate:
        """Give a certificate by name.

        Raises:
            NotKnownError: names the nearest one.
        """
        try:
            return self._store.certificates.get(self._project.id, name)
        except NotFoundError:
            raise unknown("certificate", name, (row.name for row in self.list())) from None

    def of(self, connection: Connection) -> Certificate | None:
        """Give the certificate that a connection shows.

        Raises:
            ConfigError: it is gone.
        """
        if connection.certificate is None:
            return None
        try:
            row = self._store.certificates.get_by_id(connection.certificate)
        except NotFoundError:
            row = None
        if row is None or row.project_id != self._project.id:
            raise ConfigError(
                f"the certificate of {connection.name} is gone",
                f"give it another one: `connect-tui connection edit {connection.name} --certificate NAME`",
            )
        return row

    def add(self, name: str, secrets: Mapping[str, str]) -> Certificate:
        """Open a certificate with its key, and keep both: PEM, PKCS#12 in base64, or references.

        ``secrets`` are ``certificate``, and as far as needed ``private_key`` and ``key_password``.

        Raises:
            InputError: something is missing or unknown, or a certificate has this name.
            ConfigError: it cannot be opened, or the key is another's.
        """
        check_name(name)
        _check_fields(secrets)
        if any(row.name.lower() == name.lower() for row in self.list()):
            raise InputError(
                f"a certificate called {name} exists", "choose another name", error_class="conflict"
            )
        facts = self._facts(secrets)
        made = now_us()
        row = Certificate(
            id=new_id("crt_"),
            project_id=self._project.id,
            name=name,
            subject=facts.subject,
            issuer=facts.issuer,
            serial=facts.serial,
            secrets={},
            not_before_us=_us(facts.not_before),
            not_after_us=_us(facts.not_after),
            created_us=made,
            updated_us=made,
        )
        with placed(self._keeper, row.id, secrets) as places:
            row = replace(row, secrets=places)
            self._store.certificates.add(row)
        return row

    def replace(self, name: str, secrets: Mapping[str, str]) -> Certificate:
        """Put a certificate with its key in the place of one that ends; what shows it goes on showing it.

        Raises:
            InputError: something is missing or unknown.
            ConfigError: it cannot be opened, or the key is another's.
        """
        row = self.get(name)
        _check_fields(secrets)
        facts = self._facts(secrets)
        with placed(self._keeper, row.id, secrets) as places:
            changed = replace(
                row,
                subject=facts.subject,
                issuer=facts.issuer,
                serial=facts.serial,
                secrets=places,
                not_before_us=_us(facts.not_before),
                not_after_us=_us(facts.not_after),
                updated_us=now_us(),
            )
            self._store.certificates.save(changed)
        forget_all(self._keeper, replaced(row.secrets, places))
        return changed

    def used_by(self, name: str) -> tuple[str, ...]:
        """List the names of the connections that show a certificate."""
        return self._store.certificates.used_by(self.get(name))

    def delete(self, name: str) -> None:
        """Remove a certificate and its key.

        Raises:
            PolicyError: a connection shows it.
        """
        row = self.get(name)
        if users := self.used_by(name):
            raise PolicyError(
                f"{row.name} is used by {', '.join(users)}",
                "delete those connections or give them another certificate first",
            )
        self._store.certificates.delete(row)
        forget_all(self._keeper, row.secrets)

    def _facts(self, secrets: Mapping[str, str]) -> "CertificateFacts":
        from .certificates import read_facts

        values = {
            key: self._keeper.resolve(value) if is_reference(value) else value
            for key, value in secrets.items()
        }
        found = _found(values)
        if found is None:
            raise InputError("the certificate is empty", "give PEM text, or a PKCS#12 file")
        return read_facts(found)


def shown_certificate(unsealed: "Unsealed") -> "ClientCertificate | None":
    """Give the certificate that the connection itself names, for TLS; None where it names none."""
    values = unsealed.scope.get("certificate")
    return _found(values) if values else None


def _found(values: Mapping[str, str]) -> "ClientCertificate | None":
    from connectors import ClientCertificate as CertificateSpec

    from .certificates import find_certificate
    from .redact import Redactor
    from .unseal import Unsealed

    cert, key, password = (f"{{{{ certificate.{name} }}}}" for name in _FIELDS)
    return find_certificate(
        CertificateSpec(cert=cert, key=key, password=password),
        Unsealed({"certificate": values}, set(), Redactor()),
    )


def _check_fields(given: Iterable[str]) -> None:
    if "certificate" not in given:
        raise InputError("there is no certificate", "give the file that holds it")
    if strange := sorted(set(given) - set(_FIELDS)):
        raise InputError(
            f"a certificate has no {', '.join(strange)}", "it has a private_key and a key_password"
        )


def _us(moment: "datetime") -> int:
    return int(moment.timestamp() * 1_000_000)
