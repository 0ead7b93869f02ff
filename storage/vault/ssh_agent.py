"""Unlock with a key that an ssh-agent holds: what it signs, nobody without the key can say.

Only signatures that come out the same each time are of use, so the key is ed25519 (RFC 8032) or RSA with
PKCS #1 v1.5 (RFC 8017, section 8.2). The protocol is that of draft-miller-ssh-agent.
"""

import base64
import hashlib
import os
import socket
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..errors import VaultError
from .layout import SshAgentWay

_SOCKET = "SSH_AUTH_SOCK"
_LIST, _LISTED = 11, 12
_SIGN, _SIGNED = 13, 14
_FLAGS = {"ssh-ed25519": 0, "ssh-rsa": 4}  # 4 asks for rsa-sha2-512 (RFC 8332)
_ALGORITHMS = {"ssh-ed25519": "ssh-ed25519", "ssh-rsa": "rsa-sha2-512"}
_CHALLENGE = b"connect-tui vault unlocker 1\0"
_CHALLENGE_BYTES = 32
_MOST_BYTES = 256 * 1024
# A person may have to touch a token or to confirm,
_SIGN_S = 60.0
# but keys are listed at once; the agent of a login from elsewhere is silent when that line is dead.
_LIST_S = 5.0


@dataclass(frozen=True, slots=True)
class SshAgent:
    """The agent of this login session; ``fingerprint`` (``SHA256:…``) names one of several keys."""

    fingerprint: str = ""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)


@dataclass(frozen=True, slots=True)
class AgentKey:
    """A key that an agent holds."""

    blob: bytes
    comment: str

    @property
    def kind(self) -> str:
        """Its algorithm, such as ``ssh-ed25519``."""
        return _take(self.blob)[0].decode("ascii", "replace")

    @property
    def fingerprint(self) -> str:
        """What ``ssh-add -l`` shows."""
        digest = hashlib.sha256(self.blob).digest()
        return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def agent_keys(agent: SshAgent) -> tuple[AgentKey, ...]:
    """Give the keys of an agent that can unlock a vault; none where no agent answers."""
    try:
        answer = _ask(agent, bytes([_LIST]), _LISTED, _LIST_S)
    except VaultError:
        return ()
    try:
        return tuple(key for key in _listed(answer) if key.kind in _FLAGS)
    except (struct.error, IndexError):
        return ()


def new_agent_way(agent: SshAgent) -> SshAgentWay:
    """Choose the key that unlocks from now on, and something for it to sign.

    Raises:
        VaultError: no agent answers, or it holds no such key.
    """
    if not agent.environ.get(_SOCKET):
        raise VaultError(
            f"no ssh-agent answers here: {_SOCKET} is not set", "start one, or log in with `ssh -A`"
        )
    found = [key for key in agent_keys(agent) if agent.fingerprint in ("", key.fingerprint)]
    if not found:
        wanted = agent.fingerprint or "an ed25519 or RSA key"
        raise VaultError(f"the ssh-agent does not hold {wanted}", "see `ssh-add -l`, or add one with ssh-add")
    return SshAgentWay(found[0].blob, os.urandom(_CHALLENGE_BYTES), found[0].comment)


def sign_seed(agent: SshAgent, way: SshAgentWay) -> bytes:
    """Give the 32 bytes that only this key can give.

    Raises:
        VaultError: the agent does not hold it, or does not sign.
    """
    kind = AgentKey(way.key, "").kind
    message = _CHALLENGE + way.challenge
    request = bytes([_SIGN]) + _string(way.key) + _string(message) + struct.pack(">I", _FLAGS[kind])
    answer = _ask(agent, request, _SIGNED, _SIGN_S)
    try:
        algorithm, rest = _take(_take(answer)[0])
        signature = _take(rest)[0]
    except struct.error:
        raise VaultError("the ssh-agent answered with something that is no signature") from None
    if algorithm.decode("ascii", "replace") != _ALGORITHMS[kind]:
        raise VaultError("the ssh-agent signed with another algorithm than it was asked for")
    return hashlib.sha256(_CHALLENGE + signature).digest()


def fingerprint_of(way: SshAgentWay) -> str:
    """Name the key of a way."""
    return AgentKey(way.key, "").fingerprint


def _ask(agent: SshAgent, message: bytes, expected: int, limit_s: float) -> bytes:
    path = agent.environ.get(_SOCKET, "")
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(limit_s)
            line.connect(path)
            line.sendall(_string(message))
            size = struct.unpack(">I", _read(line, 4))[0]
            if not 0 < size <= _MOST_BYTES:
                raise VaultError("the ssh-agent answered with something that is no answer")
            answer = _read(line, size)
    except (OSError, struct.error) as error:
        reason = getattr(error, "strerror", None) or str(error) or "it hung up"
        raise VaultError(f"the ssh-agent does not answer: {reason}", "see `ssh-add -l`") from error
    if answer[0] != expected:
        raise VaultError("the ssh-agent refused", "unlock it (`ssh-add -X`), or confirm when it asks")
    return answer[1:]


def _read(line: socket.socket, size: int) -> bytes:
    content = b""
    while len(content) < size:
        part = line.recv(size - len(content))
        if not part:
            raise OSError("it hung up")
        content += part
    return content


def _listed(answer: bytes) -> Iterator[AgentKey]:
    rest = answer[4:]
    for _ in range(struct.unpack(">I", answer[:4])[0]):
        blob, rest = _take(rest)
        comment, rest = _take(rest)
        yield AgentKey(blob, comment.decode("utf-8", "replace"))


def _string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def _take(content: bytes) -> tuple[bytes, bytes]:
    size = struct.unpack(">I", content[:4])[0]
    return content[4 : 4 + size], content[4 + size :]
