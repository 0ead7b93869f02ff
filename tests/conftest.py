"""Fixtures that every room's tests share."""

import ipaddress
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from core.home import Home, find_home
from core.practice import PracticeService, start_practice
from core.root import open_engine

_LONG = (
    "killed",
    "hostile",
    "test_canary.py",
    "rotation",
    "test_raw_bytes.py",
    "test_raw_results.py",
    "test_together.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left with one at the end."""

    def rank(item: pytest.Item) -> int:
        names = (item.path.parent.name, item.path.name)
        return next((at for at, name in enumerate(_LONG) if name in names), len(_LONG))

    items.sort(key=rank)


@pytest.fixture(scope="session")
def library_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the connectors that come with the product, made once, to be copied into homes."""
    made = find_home(tmp_path_factory.mktemp("library"))
    engine = open_engine(made)
    engine.catalog.refresh()
    engine.close_store()
    return made.catalog


@pytest.fixture
def home(tmp_path: Path, library_index: Path) -> Home:
    """A user's home of its own: everything in one temporary folder, no keyring."""
    found = find_home(tmp_path / "home")
    found.create()
    shutil.copy(library_index, found.catalog)
    return found


@pytest.fixture
def practice() -> Iterator[PracticeService]:
    """A running practice service on a free port."""
    with start_practice(None) as service:
        yield service


def _cost(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(3):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return min(spent)


@pytest.fixture
def cost() -> Callable[[Callable[[], object]], float]:
    """Give the CPU time of the cheapest of three runs, to be compared with another in one test."""
    return _cost


@dataclass(frozen=True)
class Issued:
    """A certificate with its key and those that issued it, in the forms in which people have them."""

    certificate: x509.Certificate
    private_key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def cert(self) -> str:
        return "".join(_pem(one) for one in (self.certificate, *self.chain))

    def key(self, password: str | None = None) -> str:
        return self.private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, _locked(password)
        ).decode()

    def pkcs12(self, password: str | None = None) -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"mine", self.private_key, self.certificate, list(self.chain), _locked(password)
        )

    def issue(
        self,
        name: str,
        *,
        days: float = 300,
        since: float = -1,
        is_authority: bool = False,
        hosts: tuple[str, ...] = (),
    ) -> "Issued":
        """Issue a certificate that is valid from ``since`` to ``days`` from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _build(
            name, key, self.certificate.subject, days, since, is_authority=is_authority, hosts=hosts
        )
        chain = (self.certificate, *self.chain) if self.chain or _is_issued(self.certificate) else ()
        return Issued(made.sign(self.private_key, hashes.SHA256()), key, chain)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _locked(password: str | None) -> serialization.KeySerializationEncryption:
    if password is None:
        return serialization.NoEncryption()
    return serialization.BestAvailableEncryption(password.encode())


def _is_issued(certificate: x509.Certificate) -> bool:
    return certificate.issuer != certificate.subject


def _build(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Name | None, days: float, since: float, *,
    is_authority: bool, hosts: tuple[str, ...],
) -> x509.CertificateBuilder:  # fmt: skip
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=since))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if not hosts:
        return builder
    named = [
        x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        for host in hosts
    ]
    return builder.add_extension(x509.SubjectAlternativeName(named), critical=False)


@pytest.fixture(scope="session")
def authority() -> Issued:
    """A certificate authority of this run, which nobody else trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _build("Test Authority", key, None, 300, -400, is_authority=True, hosts=())
    return Issued(made.sign(key, hashes.SHA256()), key)
