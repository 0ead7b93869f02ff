"""Set up the workspace that the pictures show: accounts, provider apps, certificates, and a provider to sign in at."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core import Home, open_engine
from tui.screens.sign_in import SignInDialog

from .sign_in_provider import CONNECTOR, Provider

if TYPE_CHECKING:
    from tui.app import ConnectApp

NEVER = 1_000_000
STEPS: "list[tuple[str, tuple[str, ...], str | Callable[[ConnectApp], object]]]" = [
    ("", (), lambda app: app.services.engine_is_open),
    ("", ("9",), "1 needs you"),
    ("authentications", ("home",), "nobody has signed in"),
    ("sign-in", ("a",), "W D J B"),
    ("", ("escape",), lambda app: not isinstance(app.screen, SignInDialog)),
    ("provider-apps", ("right",), "2 apps"),
    ("provider-app-form", ("n",), "Keep a provider app"),
    ("", ("escape",), "2 apps"),
    ("certificates", ("right",), "2 certificates"),
    ("secrets", ("right",), "comes from"),
]


async def fill_workspace(home: Home, provider: Provider, actor: str, now: datetime) -> None:
    """Keep two accounts at one app, one of them signed in, and what stands beside them."""
    home.create()
    (home.connectors / "shop.yaml").write_text(CONNECTOR, encoding="utf-8")
    engine = open_engine(home, actor=actor)
    workspace = engine.workspace
    workspace.apps.add("shop-ours", "shop", "3f7a-52c1", {}, {"client_secret": "a-secret-of-ours"})
    workspace.apps.add(
        "hubspot-partner", "hubspot", "9d1e-77b0", {}, {"client_secret": "ref:op:Shared/hubspot/secret"}
    )
    for name, days in (("erp-client", 12), ("bank-2026", 0.4)):
        workspace.certificates.add(name, {"certificate": certificate(name, now, days)})
    for name in ("crm", "billing"):
        workspace.authentications.add("shop", "person", name, {}, {}, app="shop-ours")
        workspace.create_connection(
            "shop", f"shop-{name}", authentication=name, variables={"base_url": provider.url}
        )
        workspace.activate(f"shop-{name}")
    workspace.authentications.add("practice", "token", "agent", {}, {"token": "ref:env:DESK_TOKEN"})
    workspace.create_connection(
        "practice",
        "desk",
        authentication="agent",
        variables={"base_url": "https://desk.example"},
        certificate="erp-client",
    )
    provider.pending = 0
    attempt = await engine.begin_sign_in("billing", flow="device")
    await attempt.finish()
    await attempt.close()
    provider.pending = NEVER  # nobody types the code of the picture
    await engine.close()


def certificate(name: str, now: datetime, days: float) -> str:
    """Give a certificate with its key that says the same each time."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject, issuer = (
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, said)])
        for said in (name, "Acme Issuing CA 3")
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(0x6F01)
        .not_valid_before(now.astimezone(UTC) - timedelta(days=353))
        .not_valid_after(now.astimezone(UTC) + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (made.public_bytes(serialization.Encoding.PEM) + private).decode()
