"""The main job in a real terminal by keys alone: from an empty home to a result, and to what happened."""

import sys

import pytest

# The practice service of the app has one port, so that tests with it run one after the other.
pytestmark = [
    pytest.mark.terminal,
    pytest.mark.xdist_group("practice"),
    pytest.mark.usefixtures("practice_port"),
]

START = f"{sys.executable} -P -m tui"
SUBJECT = "Written by keys alone"


def test_at_80x24_from_the_greeting_to_the_detail(tmux, tmp_path):
    window = tmux(80, 24)
    window.start(START)
    window.wait("Welcome.", "try it with the practice service", "? all")
    set_up_practice(window)
    assert (tmp_path / "home" / "config" / "vault.key").stat().st_mode & 0o777 == 0o600
    list_tickets(window)
    ticket = create_ticket(window)
    look_at_operations(window, ticket)
    window.press("1")
    window.wait("▸ Connections", "▌●  practice", "active", "1 connection")
    window.press("q")
    window.wait("▸ Operations ▸ test", "200 HTTP/1.1")
    window.press("C-q")
    assert_left(window)


def set_up_practice(window) -> None:
    """Go from the greeting to a saved connection, with a key file for the vault."""
    window.press("Enter")
    window.wait("step 2/5", "▶ authentication", "credentials of the practice service are filled in", "•••")
    window.press("Enter")
    window.wait("step 3/5", "▶ inputs", "http://127.0.0.1:8734")
    window.press("Enter")
    window.wait("Secrets are kept in a vault; how shall it be unlocked?", "a key file", "a passphrase")
    window.press("f")
    window.wait("Where shall the key file be made?")
    window.press("Enter")
    shown = window.wait("step 4/5", "Works. Saving is safe.")
    lines = [line.split() for line in shown.splitlines() if line.strip().startswith(("✓", "–", "✗", "▲"))]
    assert [words[1] for words in lines] == [
        "inputs", "DNS", "TCP", "TLS", "clock", "authentication", "customers", "tickets",
    ]  # fmt: skip
    window.press("Enter")
    window.wait("step 5/5", "practice is saved", "● active")


def list_tickets(window) -> None:
    """Run list-tickets from the saved page, look at the table, and go back to the choice of operations."""
    window.press("Enter")
    window.wait("what do you want to do?", "list-customers")
    window.type("list-tic")
    window.wait("list-tickets", gone=("list-customers",))
    window.press("Enter")
    window.wait("▸ list-tickets", "^j run", "status")
    window.press("F5")
    window.wait("✓ done", "25 records", "table   JSON   raw", "SUBJECT", "1042")
    window.press("Escape")
    window.wait("▸ list-tickets", "limit    [25")
    window.press("Escape")
    window.wait("find", "list-tickets", "get-ticket")


def create_ticket(window) -> str:
    """Fill in a form, refuse to send it once, send it; gives the number of the ticket."""
    window.type("create-t")
    window.wait("create-ticket", gone=("list-tickets",))
    window.press("Enter")
    window.wait("▸ create-ticket", "● writes", "subject")
    fill(window, {"subject": SUBJECT, "customer_id": "1"})
    window.press("F5")
    window.wait(
        "Send “create-ticket” to practice? It changes something there.",
        "POST http://127.0.0.1:8734/tickets",
        SUBJECT,
        "y yes",
    )
    window.press("n")
    window.wait("▸ create-ticket", gone=("It changes something there.",))
    window.press("F5")
    window.wait("It changes something there.")
    window.press("y")
    shown = window.wait("✓ created ticket", "POST /tickets   201", SUBJECT)
    return shown.partition("✓ created ticket ")[2].split()[0]


def fill(window, values: dict[str, str]) -> None:
    """Type values into the fields of a form from its first field on, each by its name; tab goes on."""
    left = dict(values)
    at = next(row for row, line in enumerate(window.screen().splitlines()) if " [" in line)
    while left:
        name = window.screen().splitlines()[at].split()[0]
        value = left.pop(name)
        window.type(value)
        window.wait(f"[{value}")
        if left:
            window.press("Tab")
            window.wait_for(lambda at=at: int(window.flag("cursor_y")) != at, "the next field")
            at = int(window.flag("cursor_y"))


def look_at_operations(window, ticket: str) -> None:
    """See what happened: the three operations, a written one with its request, and the test."""
    window.press("6")
    shown = window.wait(
        "▸ Operations",
        "passed: 7 stages",
        "list-tickets",
        "▶ following",
        "POST http://127.0.0.1:8734/tickets",
    )
    assert shown.count("create-ticket") == 2, "one row and its summary: the refused one sent nothing"
    window.press("Enter")
    window.wait("▸ create-ticket", "201 HTTP/1.1", f"/tickets/{ticket}", SUBJECT)
    window.press("Left")
    window.wait(
        "POST http://127.0.0.1:8734/tickets",
        "Authorization    Bearer •••",
        SUBJECT,
        gone=("201 HTTP/1.1",),
    )
    window.press("Escape")
    window.wait("▶ following")
    window.press("g")
    window.wait("passed", "‖ paused")
    window.press("Enter")
    window.wait("▸ Operations ▸ test", "200 HTTP/1.1", "request 4 of 4")


def assert_left(window) -> None:
    """The shell has its terminal back."""
    window.wait_for(lambda: window.flag("alternate_on") == "0", "the shell's screen")
    assert window.flag("cursor_flag") == "1"
    assert window.flag("mouse_any_flag") == "0"
    window.start("echo it-is-$((40+2))")
    window.wait("it-is-42", START)


def test_at_200x50_the_list_and_the_detail_stand_side_by_side(tmux):
    window = tmux(200, 50)
    window.start(START)
    window.wait("Welcome.")
    window.press("Enter")
    window.wait("step 2/5", "are filled in")
    window.press("Enter")
    window.wait("step 3/5", "http://127.0.0.1:8734")
    window.press("Enter")
    window.wait("how shall it be unlocked?")
    window.press("p")
    for asked in ("A passphrase for the new vault", "The same passphrase again"):
        window.wait(asked)
        window.type("only for this test")
        window.wait("•" * 18, gone=("only for this",))
        window.press("Enter")
    window.wait("Works. Saving is safe.")
    window.press("Enter")
    window.wait("practice is saved")
    window.press("1")
    shown = window.wait("▸ Connections", "▌●  practice", "active", "│ practice · practice@1", "auth ✓")
    row = next(line for line in shown.splitlines() if "▌●  practice" in line)
    assert "│" in row, "the list and the detail do not stand side by side"
    window.press("6")
    window.wait("▸ Operations", "passed", "│ op_")
    window.press("C-q")
    assert_left(window)
