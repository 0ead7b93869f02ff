"""``certificate …``: client certificates, which connections show in TLS."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError
from tui.state.certificate_file import read_certificate_file

from .call import Call, call_of
from .exit_codes import DONE
from .kept import certificates, connections, find_certificate
from .named_shapes import certificate_shape, certificate_state
from .options import CertificateName, Secrets, Yes
from .pairs import read_secrets
from .sure import make_sure
from .times import expires, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.records import Certificate, Connection


CertificateFile = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="The certificate: PEM or PKCS#12; it may hold the key as well."),
]
KeyFile = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="The private key, where it is apart (PEM).")
]


def add(
    context: typer.Context,
    name: Annotated[str, typer.Option("--name", metavar="N", help="What to call it.")],
    file: CertificateFile = None,
    key: KeyFile = None,
    secrets: Secrets = None,
) -> int:
    """Keep a client certificate with its key, both in the vault.

    What opens the key is given as --secret key_password=SRC; certificate and private_key can be given the
    same way, instead of files.
    """
    call = call_of(context)
    given = _given(call, file, key, secrets)
    with call.engine() as engine:
        row = engine.workspace.certificates.add(name, given)
    if call.output.as_json:
        call.output.document(certificate_shape(row, ()))
    else:
        call.output.text(f"kept {row.name}: {row.subject}, expires {rfc3339(row.not_after_us)}")
        call.output.note(f"next: connect-tui connection edit CONNECTION --certificate {row.name}")
    return DONE


def replace(
    context: typer.Context,
    name: CertificateName,
    file: CertificateFile = None,
    key: KeyFile = None,
    secrets: Secrets = None,
) -> int:
    """Put a new certificate and key in the place of those that end; connections go on showing it."""
    call = call_of(context)
    given = _given(call, file, key, secrets)
    with call.engine() as engine:
        row = engine.workspace.certificates.replace(name, given)
        users = engine.workspace.certificates.used_by(name)
    if call.output.as_json:
        call.output.document(certificate_shape(row, users))
    else:
        call.output.text(f"replaced {row.name}: {row.subject}, expires {rfc3339(row.not_after_us)}")
    return DONE


def list_all(context: typer.Context) -> int:
    """List the certificates of the project, what ends first on top."""
    call = call_of(context)
    with call.reading() as reading:
        rows = sorted(certificates(call, reading), key=lambda row: row.not_after_us)
        used = connections(call, reading)
    if call.output.as_json:
        call.output.document([certificate_shape(row, _users(row, used)) for row in rows])
        return DONE
    call.output.table(
        ("NAME", "STATE", "EXPIRES", "SUBJECT", "ISSUER", "USED BY"),
        [
            (
                row.name,
                certificate_state(row).replace("_", " "),
                expires(row.not_after_us),
                row.subject,
                row.issuer,
                ", ".join(_users(row, used)) or "nothing",
            )
            for row in rows
        ],
    )
    if not rows:
        call.output.note("no certificate yet; `connect-tui certificate add --help` says how to keep one")
    return DONE


def show(context: typer.Context, name: CertificateName) -> int:
    """Show what a certificate says and which connections show it; its key stays where it is."""
    call = call_of(context)
    with call.reading() as reading:
        row = find_certificate(call, reading, name)
        shape = certificate_shape(row, _users(row, connections(call, reading)))
    if call.output.as_json:
        call.output.document(shape)
        return DONE
    call.output.facts(
        [
            ("name", row.name),
            ("state", certificate_state(row).replace("_", " ")),
            ("subject", row.subject),
            ("issuer", row.issuer),
            ("serial", row.serial),
            ("valid from", rfc3339(row.not_before_us) or ""),
            ("expires", f"{rfc3339(row.not_after_us)} ({expires(row.not_after_us)})"),
            *[(key.replace("_", " "), f"secret, in {where}") for key, where in shape["secrets"].items()],
            ("used by", ", ".join(shape["used_by"]) or "nothing"),
        ]
    )
    return DONE


def delete(context: typer.Context, name: CertificateName, yes: Yes = False) -> int:
    """Forget a certificate and its key; refused while a connection shows it."""
    call = call_of(context)
    with call.engine() as engine:
        row = engine.workspace.certificates.get(name)
        make_sure(call, f"{row.name} and its key will be gone for ever.", row.name, yes=yes)
        engine.workspace.certificates.delete(name)
    if call.output.as_json:
        call.output.document({**certificate_shape(row, ()), "deleted": True})
    else:
        call.output.text(f"deleted {row.name}")
    return DONE


def _given(call: Call, file: Path | None, key: Path | None, secrets: list[str] | None) -> dict[str, str]:
    given = read_secrets(call, secrets)
    for field, path in (("certificate", file), ("private_key", key)):
        if path is not None:
            if field in given:
                raise InputError(
                    f"the {field.replace('_', ' ')} is given twice", "give the file or the secret"
                )
            given[field] = _content(call, path)
    return given


def _users(row: "Certificate", used: "Iterable[Connection]") -> tuple[str, ...]:
    return tuple(one.name for one in used if one.certificate == row.id)


def _content(call: Call, path: Path) -> str:
    text = read_certificate_file(path)
    call.hide(text)
    return text
