"""Has a right ended while a step runs? Asked again twice a second; then the step is stopped.

What it had calculated is dropped: its output is kept only if the right is still there at the end.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from joinedup.core.errors import JoinedupError

SECONDS_BETWEEN = 0.5
SECONDS_TO_ANSWER = 2.0
"""How long the database may hold up the watcher: a wait for it alone, not for a busy machine.

With the event of the refusal, which may take one and a half, a step is stopped within five.
"""
SIGNAL = signal.SIGUSR1

Ask = Callable[[], JoinedupError | None]
"""Gives the refusal if the right has ended."""


class RightEnded(KeyboardInterrupt):
    """Raised in the middle of a step, as a person would break it off; no library swallows it."""


class Watch:
    """A question that a thread asks again and again, and what is done when the answer is no.

    1. While armed, a no breaks off the engine and raises `RightEnded` in the main thread.
    2. Once disarmed, nothing is broken off or raised any more, though a signal may still come.
    """

    def __init__(self, ask: Ask, interrupt: Callable[[], None]) -> None:
        self._ask, self._interrupt = ask, interrupt
        self._before: object = None
        self._over, self._lock = threading.Event(), threading.Lock()
        self._armed = False
        self.refusal: JoinedupError | None = None

    def arm(self) -> None:
        """Begin to ask."""
        self._armed = True
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(SIGNAL, self._raise)
        threading.Thread(target=self._look, name="joinedup-watch", daemon=True).start()

    def disarm(self) -> None:
        """Ask no more."""
        self._over.set()
        with self._lock:
            self._armed = False
        if callable(self._before):
            signal.signal(SIGNAL, self._before)

    def _look(self) -> None:
        from joinedup.records.deadline import own_connection  # noqa: PLC0415 - Django, when needed

        with own_connection(SECONDS_TO_ANSWER):
            while not self._over.wait(SECONDS_BETWEEN):
                self.refusal = self._ask()
                if self.refusal is not None:
                    self._stop()
                    return

    def _stop(self) -> None:
        """The signal also ends a wait of the main thread.

        The handler stays where there was none before: without one, a signal that is still on its
        way would end the process.
        """
        with self._lock:
            if not self._armed:
                return
            self._interrupt()
            main = threading.main_thread().ident
            if signal.getsignal(SIGNAL) == self._raise and main is not None:
                signal.pthread_kill(main, SIGNAL)

    def _raise(self, _number: int, _frame: FrameType | None) -> None:
        if self._armed and self.refusal is not None:
            self._armed = False
            raise RightEnded


@contextmanager
def watched(
    ask: Ask,
    at_the_end: Ask,
    interrupt: Callable[[], None],
    refuse: Callable[[JoinedupError], JoinedupError],
) -> Iterator[None]:
    """Ask again while the block runs, and once more at its end.

    Args:
        ask: gives the refusal if the right has ended; called in another thread.
        at_the_end: the same, called in this one.
        interrupt: breaks off what the engine is at.
        refuse: told of the refusal before it is raised, so that it is on record.

    Raises:
        JoinedupError: the refusal; whatever the block raised because of it is dropped.
    """
    watch = Watch(ask, interrupt)
    try:
        try:
            watch.arm()
            yield
        finally:
            watch.disarm()
    except (Exception, RightEnded):
        if watch.refusal is None:
            raise
        raise refuse(watch.refusal) from None
    ended = watch.refusal or at_the_end()
    if ended is not None:
        raise refuse(ended)
