"""The sockets of the service: one thread for each connection, kept alive, all cut when it stops."""

import contextlib
import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from .messages import Ending, Refusal, Reply, Request, read_target

Answer = Callable[[Request], Reply]

_IDLE_S = 60.0
_BODY_LIMIT = 8 * 1024 * 1024
_DRAIN_LIMIT = 64 * 1024 * 1024
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: closing sends RST
_HEX_DIGITS = b"0123456789abcdefABCDEF"
_NO_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class PracticeServer(socketserver.TCPServer):
    """Listens on 127.0.0.1 and nowhere else."""

    allow_reuse_address = sys.platform != "win32"
    request_queue_size = 128

    def __init__(self, port: int, answer: Answer, clock: Callable[[], float]) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.answer = answer
        self.clock = clock
        self._live: dict[socket.socket, threading.Thread] = {}

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the connection a thread, remembered so that stopping can end it."""
        thread = threading.Thread(
            target=self._converse, args=(request, client_address), name="practice-connection", daemon=True
        )
        self._live[request] = thread
        thread.start()

    def _converse(self, request: socket.socket, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except Exception:  # noqa: BLE001 - one connection must not end the service
            self.handle_error(request, client_address)
        finally:
            self._live.pop(request, None)
            self.shutdown_request(request)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection; one that is to be reset must not send a FIN first."""
        with contextlib.suppress(OSError):
            if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_RESET)) != _RESET:
                request.shutdown(socket.SHUT_WR)
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about people who hang up; anything else is a fault worth a traceback."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def end_connections(self, wait_s: float = 2.0) -> None:
        """Cut every open connection and wait for its thread."""
        live = list(self._live.items())
        for request, _ in live:
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
        for _, thread in live:
            thread.join(wait_s)


class _Conversation(BaseHTTPRequestHandler):
    """One connection: requests one after the other, each answered by `PracticeServer.answer`."""

    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S
    disable_nagle_algorithm = True
    server: PracticeServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the standard library's
        """Write nothing: the console belongs to whoever started the service."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what cannot be read as HTTP, in JSON like everything else."""
        self.close_connection = True
        text = message or explain or HTTPStatus(code).phrase
        self._send(Refusal(int(code), "bad_request", text).as_reply())

    def _converse(self) -> None:
        try:
            path, query = read_target(self.path)
            body = self._read_body()
        except Refusal as refusal:
            self.close_connection = True
            self._send(refusal.as_reply())
            self._drain()
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.server.answer(Request(self.command, path, query, headers, body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _converse  # noqa: N815

    def _read_body(self) -> bytes:
        coding = self.headers.get("Transfer-Encoding", "").lower()
        length = self.headers.get("Content-Length", "0")
        if coding not in ("", "chunked") or not length.isdecimal():
            raise Refusal(400, "bad_request", "the length of the body cannot be read")
        return self._read_chunks() if coding else self._read_exactly(int(length))

    def _read_exactly(self, size: int, already: int = 0) -> bytes:
        if size + already > _BODY_LIMIT:
            raise Refusal(413, "too_large", f"a body may have {_BODY_LIMIT} bytes")
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionResetError("the body ended early")
        return body

    def _read_chunks(self) -> bytes:
        """Put a chunked body together (RFC 9112, section 7.1); trailers are skipped."""
        pieces: list[bytes] = []
        total = 0
        while True:
            digits = self.rfile.readline(1024).partition(b";")[0].strip()
            if not digits or digits.strip(_HEX_DIGITS):
                raise Refusal(400, "bad_request", "a chunk has no size")
            size = int(digits, 16)
            if size == 0:
                break
            pieces.append(self._read_exactly(size, total))
            total += size
            self.rfile.readline(8)
        while self.rfile.readline(65_536).strip():
            pass
        return b"".join(pieces)

    def _drain(self) -> None:
        """Take in what is still under way, so that the refusal is read before the connection closes."""
        self.connection.settimeout(1.0)
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            left = _DRAIN_LIMIT
            while left > 0 and (piece := self.connection.recv(65_536)):
                left -= len(piece)

    def _send(self, reply: Reply) -> None:
        content, pieces = (reply.body, None) if isinstance(reply.body, bytes) else (b"", reply.body)
        if reply.ending is not Ending.KEEP:
            self.close_connection = True
        chunked = pieces is not None and reply.length is None and self.request_version == "HTTP/1.1"
        if pieces is not None and reply.length is None and not chunked:
            self.close_connection = True
        head = self._head(reply, len(content) if pieces is None else None, chunked=chunked)
        if self.command == "HEAD":
            content, pieces = b"", None
        self.wfile.write(head + content)
        if pieces is not None:
            self._stream(pieces, chunked=chunked)
        if reply.ending is Ending.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def _head(self, reply: Reply, size: int | None, *, chunked: bool) -> bytes:
        """The status line and the headers; a line break in a value becomes a space."""
        phrase = next((status.phrase for status in HTTPStatus if status == reply.status), "")
        headers = [("Date", formatdate(self.server.clock(), usegmt=True)), ("Server", "connect-tui-practice")]
        headers.extend(reply.headers)
        length = reply.length if reply.length is not None else size
        if chunked:
            headers.append(("Transfer-Encoding", "chunked"))
        elif length is not None and reply.status not in _NO_BODY:
            headers.append(("Content-Length", str(length)))
        if self.close_connection:
            headers.append(("Connection", "close"))
        lines = (f"{name}: {' '.join(value.splitlines())}\r\n" for name, value in headers)
        return f"HTTP/1.1 {reply.status} {phrase}\r\n{''.join(lines)}\r\n".encode("latin-1", "replace")

    def _stream(self, pieces: Iterator[bytes], *, chunked: bool) -> None:
        for piece in pieces:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
