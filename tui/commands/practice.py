"""``practice``: the practice service on loopback, until it is stopped."""

import signal
import time
from typing import TYPE_CHECKING, Annotated

import typer

from .call import Call, call_of
from .exit_codes import DONE

if TYPE_CHECKING:
    from core.practice import Credentials


def serve(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="8734 when left out; 0 takes a free one.")
    ] = None,
) -> int:
    """Serve a small help desk on 127.0.0.1 to practise with. It prints where it is and how to sign in."""
    from core.errors import ConfigError
    from core.practice import DEFAULT_PORT, PRACTICE_CREDENTIALS, find_practice, start_practice

    call = call_of(context)
    # A shell starts what runs in the background with interrupts ignored; this ends on them all the same.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with start_practice(DEFAULT_PORT if port is None else port) as service:
            _tell(call, service.base_url, service.credentials)
            if not call.output.as_json:
                call.output.note("serving; Ctrl-C stops it")
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        return DONE
    except ConfigError:
        running = find_practice() if port is None else None
        if running is None:
            raise
        _tell(call, running, PRACTICE_CREDENTIALS)
        call.output.note("it runs already, in another process")
        return DONE


def _tell(call: Call, base_url: str, credentials: "Credentials") -> None:
    shown = credentials.as_json()
    if call.output.as_json:
        call.output.json_line({"base_url": base_url, "credentials": shown})
    else:
        call.output.facts([("base URL", base_url), *shown.items()])
    call.output.out.flush()
