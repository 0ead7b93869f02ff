"""A server that answers with the corpus: ``/7`` is its seventh answer. It knows no HTTP, it only sends bytes."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Sequence

from hostile_corpus import Hostile

_RESET = struct.pack("ii", 1, 0)


class HostileServer:
    """Listens on loopback, one thread for each connection, until it is stopped."""

    def __init__(self, corpus: Sequence[Hostile]) -> None:
        self._corpus = corpus
        self._stopping = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def stop(self) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(30)
            asked = b""
            while b"\r\n\r\n" not in asked:
                came = connection.recv(65_536)
                if not came:
                    return
                asked += came
            path = asked.split(b" ", 2)[1]
            self._answer(connection, self._corpus[int(path.strip(b"/").split(b"?")[0])])

    def _answer(self, connection: socket.socket, hostile: Hostile) -> None:
        for piece in hostile.pieces():
            connection.sendall(piece)
            if hostile.pause_s:
                time.sleep(hostile.pause_s)
            if self._stopping.is_set():
                return
        if hostile.ending == "reset":
            # What was sent must have been read, or the reset would swallow it.
            time.sleep(0.1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            return
        if hostile.ending == "close":
            connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass
