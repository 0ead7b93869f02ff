"""``practice``: the practice service on loopback, until it is stopped."""

import signal
import time
from typing import Annotated

import typer

from .call import call_of
from .exit_codes import DONE


def serve(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="8734 when left out; 0 takes a free one.")
    ] = None,
) -> int:
    """Serve a small help desk on 127.0.0.1 to practise with. It prints where it is and how to sign in."""
    from core.practice import DEFAULT_PORT, start_practice

    call = call_of(context)
    # A shell starts what runs in the background with interrupts ignored; this ends on them all the same.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        with start_practice(DEFAULT_PORT if port is None else port) as service:
            shown = service.credentials.as_json()
            if call.output.as_json:
                call.output.json_line({"base_url": service.base_url, "credentials": shown})
            else:
                call.output.facts([("base URL", service.base_url), *shown.items()])
                call.output.note("serving; Ctrl-C stops it")
                call.output.out.flush()
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        return DONE
