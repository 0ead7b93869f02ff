"""Starting, finding and stopping the service, and rough treatment of its sockets."""

import concurrent.futures
import http.client
import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from core.errors import ConfigError
from core.practice import Credentials, PracticeService, find_practice, start_practice


@pytest.fixture
def mute_port() -> Iterator[int]:
    """Somebody who accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def foreign_port() -> Iterator[int]:
    """A web server of somebody else."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format, *args) -> None:  # noqa: A002
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"service": "somebody else"}')

    with http.server.HTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def dripping_port() -> Iterator[int]:
    """Somebody who answers one byte at a time, for ever."""
    ended = threading.Event()

    def drip(listener: socket.socket) -> None:
        link, _ = listener.accept()
        with link:
            while not ended.wait(0.02):
                try:
                    link.send(b"H")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        ended.set()
        thread.join()


def token(service: PracticeService) -> dict[str, str]:
    return {"Authorization": f"Bearer {service.credentials.token}"}


def test_a_running_service_is_found_and_a_stopped_one_is_not() -> None:
    with start_practice(None) as service:
        assert find_practice(service.port) == service.base_url
    assert find_practice(service.port) is None


def test_a_foreign_server_is_not_taken_for_the_practice_service(foreign_port: int, mute_port: int) -> None:
    assert find_practice(foreign_port) is None
    assert find_practice(mute_port, timeout_s=0.1) is None


def test_looking_for_the_service_has_one_deadline_however_slow_the_answer(dripping_port: int) -> None:
    started = time.perf_counter()
    assert find_practice(dripping_port, timeout_s=0.2) is None
    assert time.perf_counter() - started < 15


def test_a_taken_port_is_named_with_who_has_it(foreign_port: int, practice: PracticeService) -> None:
    with pytest.raises(
        ConfigError, match=rf"port {foreign_port} .* another web server \(SimpleHTTP"
    ) as refused:
        start_practice(foreign_port)
    assert "--port" in refused.value.failure.remedy
    with pytest.raises(ConfigError, match=f"a practice service, instance {practice.instance}"):
        start_practice(practice.port)


def test_it_answers_on_loopback_alone(practice: PracticeService) -> None:
    assert practice._server.server_address[0] == "127.0.0.1"


def test_a_stopped_service_gives_its_port_back_at_once() -> None:
    with start_practice(None) as service:
        link = http.client.HTTPConnection("127.0.0.1", service.port)
        link.request("GET", "/")
        link.getresponse().read()
    link.close()
    with start_practice(service.port) as again:
        assert again.port == service.port
        assert again.instance != service.instance


def test_stopping_ends_what_is_under_way_and_leaves_no_thread() -> None:
    before = threading.active_count()
    service = start_practice(None)
    link = http.client.HTTPConnection("127.0.0.1", service.port)
    link.request("GET", "/slow?seconds=30", headers=token(service))
    idle = socket.create_connection(("127.0.0.1", service.port))
    time.sleep(0.05)
    started = time.perf_counter()
    service.stop()
    service.stop()
    assert time.perf_counter() - started < 15
    assert threading.active_count() == before
    link.close()
    idle.close()


def test_own_credentials_replace_the_practice_ones(call_to) -> None:
    own = Credentials("t1", "u1", "p1", "k1", "r1", "n1")
    with start_practice(None, credentials=own) as service:
        assert call_to(service, "GET", "/me", authorization="Bearer t1").status == 200
        assert (
            call_to(service, "GET", "/me", authorization="Bearer practice-token-for-everything").status == 401
        )


def test_one_connection_carries_many_requests(practice: PracticeService) -> None:
    link = http.client.HTTPConnection("127.0.0.1", practice.port)
    sockets = set()
    paths = (
        "/me",
        "/tickets",
        "/nowhere",
        "/empty",
        "/export/tickets.jsonl",
        "/fail/500",
        "/slow-bytes?seconds=0",
    )
    for path in paths:
        link.request("GET", path, headers=token(practice))
        link.getresponse().read()
        sockets.add(id(link.sock))
    link.request("HEAD", "/tickets", headers=token(practice))
    head = link.getresponse()
    assert (head.status, head.read()) == (200, b"")
    link.request("POST", "/tickets/1/comments", b'{"body": "read though refused"}', headers=token(practice))
    assert link.getresponse().read()
    assert len(sockets | {id(link.sock)}) == 1
    link.close()


def test_a_chunked_body_is_put_together(practice: PracticeService) -> None:
    link = http.client.HTTPConnection("127.0.0.1", practice.port)
    pieces = iter([b'{"subject": "In ', b'pieces", ', b'"customer_id": 2}'])
    link.request("POST", "/tickets", pieces, headers=token(practice), encode_chunked=True)
    answer = link.getresponse()
    assert answer.status == 201
    assert "In pieces" in answer.read().decode()
    link.close()


def test_many_callers_at_once_get_whole_answers_and_ids_of_their_own(
    call_to, practice: PracticeService
) -> None:
    def create(number: int) -> int:
        body = {"subject": f"Ticket {number}", "customer_id": 1}
        answer = call_to(practice, "POST", "/tickets", body, authorization=token(practice)["Authorization"])
        return answer.json["data"]["id"]

    with concurrent.futures.ThreadPoolExecutor(16) as callers:
        ids = list(callers.map(create, range(64)))
    assert len(set(ids)) == 64


@pytest.mark.parametrize(
    "rough",
    [
        b"",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"BREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /tickets HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /tickets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\nshort",
        b"POST /tickets HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /tickets HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello",
    ],
)
def test_rough_callers_neither_end_the_service_nor_make_it_talk(
    practice: PracticeService, rough: bytes, capfd
) -> None:
    with socket.create_connection(("127.0.0.1", practice.port), timeout=5) as link:
        link.sendall(rough)
        link.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: link.recv(4096), b""))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
    assert find_practice(practice.port) == practice.base_url
    assert capfd.readouterr() == ("", "")


def test_a_caller_who_hangs_up_during_an_answer_is_no_noise(practice: PracticeService, capfd) -> None:
    request = f"GET /big?records=200000 HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {practice.credentials.api_key}\r\n\r\n"
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", practice.port)) as link:
            link.sendall(request.encode())
            link.recv(1000)
    assert find_practice(practice.port)
    practice.stop()
    assert capfd.readouterr() == ("", "")


def test_importing_the_package_loads_no_server() -> None:
    script = "import sys, core.practice; print([m for m in ('http.server', 'socketserver', 'httpx') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
