"""The terminal as the app drives it: Textual's driver, for lines that break, stall, stop and go on."""

import asyncio
import codecs
import os
import selectors
import signal
import threading
import time
from contextlib import suppress
from functools import partial
from queue import Full
from typing import Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Resize
from textual.message import Message

from .bursts import Burst
from .lean_output import lean
from .paste import PasteGuard
from .plain_glyphs import build_plain, find_charset, lacks_keys
from .replies import Replies

_LEAVING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_PATIENCE_S = 10.0
_LOOK_S = 0.1
_FULL_S = 0.2
_LAST_WORDS_S = 2.0
# A paste over a slow line comes in pieces; when nothing follows for so long, its end was lost.
_PASTE_ENDS_S = 5.0
# So does an answer of the terminal; until then keys would be taken for a part of it.
_REPLY_ENDS_S = 1.0
_LOST = 128 + signal.SIGHUP


class TerminalDriver(LinuxDriver):
    """Reads and draws; a terminal that is gone ends the app, one that stands still cannot hold it."""

    def __init__(self, app: Any, **more: Any) -> None:
        super().__init__(app, **more)
        self.is_leaving = False
        self._resizes = Burst(self._loop)
        self._is_gone = False
        self._is_suspended = False
        self._plain = build_plain(find_charset())
        self.lacks_keys = lacks_keys(self._plain)

    # ---- leaving, stopping, and going on

    def _leave(self, number: int, _frame: object) -> None:
        """End the app in good order.

        This is no callback of the loop: a terminal that stands still may hold the thread that runs those.
        """
        self.is_leaving = True
        watchdog = threading.Timer(_PATIENCE_S, os._exit, (128 + number,))
        watchdog.daemon = True
        watchdog.start()
        with suppress(RuntimeError):  # the loop may have ended by now
            self._loop.call_soon_threadsafe(self._app.exit, 128 + number)

    def start_application_mode(self) -> None:
        """Take the terminal, once every signal leads to its being given back."""
        loop = asyncio.get_running_loop()
        for number in _LEAVING:
            signal.signal(number, self._leave)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        announce = signal.getsignal(signal.SIGWINCH)
        if callable(announce):
            say_size = partial(announce, signal.SIGWINCH, None)
            loop.add_signal_handler(signal.SIGWINCH, self._resizes.take, say_size)
        # Through the loop, for in the midst of a write they would wait for it without end.
        loop.add_signal_handler(signal.SIGTSTP, self._sigtstp_application)
        loop.add_signal_handler(signal.SIGCONT, self._sigcont_application)

    def _sigtstp_application(self, *_: object) -> None:
        self._is_suspended = self._auto_restart
        super()._sigtstp_application()

    def _sigcont_application(self, *_: object) -> None:
        if not self._auto_restart:
            return
        if not self._is_suspended:
            # Stopped without being asked (SIGSTOP): whoever had the terminal since left it in any state.
            self.suspend_application_mode()
        self._is_suspended = False
        self.resume_application_mode()
        self._app.refresh(layout=True)

    # ---- drawing

    def write(self, data: str) -> None:
        """Hand over what is to be drawn; nothing where nobody draws it any more."""
        writer = self._writer_thread
        if self._plain is not None:
            data = self._plain(data)
        data = lean(data)
        while writer is not None and writer.is_alive() and not self._is_gone:
            with suppress(Full):
                writer._queue.put(data, timeout=_FULL_S)  # noqa: SLF001 - its own way waits without end
                return
            self._is_gone = self.is_leaving

    def close(self) -> None:
        """Let what was handed over be drawn, if the terminal still takes it."""
        writer = self._writer_thread
        if writer is not None and writer.is_alive():
            with suppress(Full):
                writer._queue.put(None, timeout=_LAST_WORDS_S)  # noqa: SLF001
            writer.join(_LAST_WORDS_S)

    # ---- reading

    def process_message(self, message: Message) -> None:
        """Hand on what was read; a size that the terminal tells by itself counts as one of a burst."""
        hand_on = partial(super().process_message, message)
        if not isinstance(message, Resize):
            hand_on()
            return
        with suppress(RuntimeError):  # the loop may have ended by now
            self._loop.call_soon_threadsafe(self._resizes.take, hand_on)

    def run_input_thread(self) -> None:
        """Read keys until the app ends or the terminal is gone; what is no UTF-8 is no reason to end."""
        parser, replies, guard = XTermParser(), Replies(), PasteGuard()
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        heard = began = time.monotonic()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                text = ""
                if replies.is_holding and time.monotonic() - began > _REPLY_ENDS_S:
                    replies.drop()
                was_holding = replies.is_holding
                if selector.select(_LOOK_S):
                    data = self._read()
                    if not data:
                        self._lose()
                        return
                    text, heard = guard.take(replies.take(decoder.decode(data))), time.monotonic()
                    began = began if was_holding else heard
                elif guard.is_inside and time.monotonic() - heard > _PASTE_ENDS_S:
                    text = guard.end()
                for event in parser.feed(text) if text else parser.tick():
                    self.process_message(event)

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _lose(self) -> None:
        """End the app, for nobody can see or press anything; it still writes down what it did."""
        self._is_gone = self.is_leaving = True
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._app.exit, _LOST)
