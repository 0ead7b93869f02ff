"""Unlock with a key that the operating system's keyring holds."""

import base64
import binascii
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ..errors import VaultError

# Named one by one: `keyring` would else pick whatever is installed, also one that stores plain text.
_REAL_BACKENDS = {
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Locker",
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.libsecret.Keyring": "Secret Service (libsecret)",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet 4",
}
_CHAINER = "keyring.backends.chainer.ChainerBackend"
_PROBE_S = 2.0
# A desktop may ask its user to open the keyring first.
_ANSWER_S = 60.0
_KEY_BYTES = 32

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Keyring:
    """An entry in the OS keyring; a key that is there already is used, never replaced."""

    service: str
    account: str


class _Backend(Protocol):
    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...


def keyring_available() -> str | None:
    """Name the OS keyring that answers within two seconds; None where there is no real one."""
    try:
        return _within(_PROBE_S, _probe)
    except VaultError:
        return None


def read_keyring(entry: Keyring) -> bytes:
    """Give the key that the keyring holds.

    Raises:
        VaultError: no real keyring answers, or it holds no key under these names.
    """
    key = _within(_ANSWER_S, lambda: _read(_require_backend(), entry))
    if key is None:
        raise VaultError(
            f"the keyring holds no key for {entry.service} / {entry.account}", "unlock in another way"
        )
    return key


def make_keyring_key(entry: Keyring) -> bytes:
    """Give the key under these names, making it when there is none."""
    return _within(_ANSWER_S, lambda: _make(entry))


def _make(entry: Keyring) -> bytes:
    backend = _require_backend()
    found = _read(backend, entry)
    if found is not None:
        return found
    backend.set_password(entry.service, entry.account, base64.b64encode(os.urandom(_KEY_BYTES)).decode())
    # Read back: a backend that forgets must show here, not at the next start.
    kept = _read(backend, entry)
    if kept is None:
        raise VaultError("the keyring did not keep the key", "choose a passphrase or a key file")
    return kept


def _read(backend: _Backend, entry: Keyring) -> bytes | None:
    text = backend.get_password(entry.service, entry.account)
    if text is None:
        return None
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise VaultError(
            f"what the keyring holds for {entry.service} / {entry.account} is not a key of a vault",
            "remove that entry if nothing else uses it",
        )
    return key


def _probe() -> str | None:
    found = _backend()
    if found is None:
        return None
    name, backend = found
    backend.get_password("connect-tui", "probe")
    return name


def _require_backend() -> _Backend:
    found = _backend()
    if found is None:
        raise VaultError("there is no OS keyring here", "choose a passphrase or a key file")
    return found[1]


def _backend() -> tuple[str, _Backend] | None:
    import keyring

    chosen = keyring.get_keyring()
    candidates = getattr(chosen, "backends", ()) if _path_of(chosen) == _CHAINER else (chosen,)
    for backend in candidates:
        name = _REAL_BACKENDS.get(_path_of(backend))
        if name is not None:
            return name, backend
    return None


def _path_of(backend: object) -> str:
    kind = type(backend)
    return f"{kind.__module__}.{kind.__qualname__}"


def _within(limit_s: float, ask: Callable[[], Answer]) -> Answer:
    """Ask in a thread of its own, because a keyring behind a bus can be silent for ever."""
    answers: list[Answer] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # noqa: BLE001 - a backend may raise anything
            errors.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(limit_s)
    if answers:
        return answers[0]
    if not errors:
        raise VaultError(f"the OS keyring did not answer in {limit_s:g} s", "unlock in another way")
    if isinstance(errors[0], VaultError):
        raise errors[0]
    if type(errors[0]).__name__ == "KeyringLocked":
        raise VaultError("the OS keyring is locked", "open it on the desktop, or unlock in another way")
    raise VaultError(f"the OS keyring failed ({type(errors[0]).__name__})", "unlock in another way")
