"""The office's side: give a file to a child, wait, and say how it ended.

One server process for this process, started when the first file comes. A child that is ended by a
cap, by the system or by a fault of ours gives a refusal of the file; the office goes on.
"""

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pyarrow as pa

from joinedup.core.errors import FAMILIES, JoinedupError, Problem
from joinedup.core.limits import told
from joinedup.core.vocabulary import Format
from joinedup.sources.child import confine, paper
from joinedup.sources.child.plain import as_records
from joinedup.sources.delivery import refusal
from joinedup.sources.given import Given, over

OUT_OF_MEMORY = 75
GRACE_SECONDS = 10.0
STOP_SECONDS = 2.0
LARGEST_FACTS, LARGEST_REPORT_BYTES = 4_096, 256 << 20
LONGEST_WORDS = 4_000
KEPT_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Where the system's libraries are; all else of the environment may be a secret."""
SET_VARIABLES = {
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
    "MALLOC_TOP_PAD_": str(32 << 20),
}
"""Beside the language: no library starts a thread of its own, which a fork would not have; and
memory that one block has let go is kept for the next, not asked of the system page by page."""
BEGIN = (
    "import sys; sys.path[:] = sys.argv[2:];"
    " from joinedup.sources.child.server import main; main(sys.argv[1:2])"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child gave back; not looked at yet.

    Attributes:
        said: its report, JSON.
        table: an Arrow stream, if the job gives rows.
    """

    said: Any
    table: pa.Buffer


@dataclass(frozen=True, slots=True)
class _Server:
    process: "subprocess.Popen[bytes]"
    control: socket.socket
    of: int

    def stop(self) -> None:
        """Let it end: its side of the socket closes."""
        self.control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
            return
        self.process.kill()
        self.process.wait()


_LOCK = threading.Lock()
_servers: list[_Server] = []
"""At most one; of this process, or of the one that it was forked from."""


def ask(given: Given, job: Mapping[str, Any], kind: Format | Literal[""]) -> Answer:
    """Have a child do a job with a file.

    Args:
        given: the file.
        job: what to do, as JSON has it.
        kind: the format, so that its libraries are there; nothing if it is not known yet.

    Raises:
        JoinedupError: what the child refused; a DeliveryError where it was ended.
    """
    with ExitStack() as stack:
        ours, theirs = socket.socketpair()
        stack.enter_context(ours)
        stack.enter_context(theirs)
        task = paper.sheet()
        stack.callback(os.close, task)
        paper.put(task, {**job, "name": given.name, "limits": asdict(given.limits)})
        try:
            _send(kind, [given.descriptor, task, theirs.fileno()])
        except BrokenPipeError:
            raise _no_server(given) from None
        theirs.close()
        facts, sheets = _receive(given, ours)
        for sheet in sheets:
            stack.callback(os.close, sheet)
        if facts["code"] != 0 or len(sheets) != 2:  # noqa: PLR2004 - the report and the rows
            raise _ended(given, facts)
        try:
            said = paper.taken(sheets[0], LARGEST_REPORT_BYTES)
            answer = Answer(said, paper.sealed(sheets[1]))
        except (ValueError, OSError):
            raise not_as_asked(given) from None
    if isinstance(said, dict) and ("refused" in said or "broke" in said):
        raise _refused(given, said)
    return answer


def make_ready() -> None:
    """Start the server now, so that its libraries are loaded by the time a file is opened."""
    with _LOCK:
        _server()


def not_as_asked(given: Given) -> JoinedupError:
    """The refusal of an answer that is none: nothing of it is used."""
    return refusal(
        given.name,
        "what was read of the file is not what was asked for, so nothing of it was used.",
        fix="the file may be made to do harm: keep it apart, and ask the sender what made it.",
    )


def _send(kind: str, descriptors: list[int]) -> None:
    """To the server; a new one, if there is none or it has ended."""
    with _LOCK:
        for _ in range(2):
            server = _server()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                socket.send_fds(server.control, [kind.ljust(16).encode()], descriptors)
                return
            _forget()
    raise BrokenPipeError


def _server() -> _Server:
    if _servers and (_servers[0].of != os.getpid() or _servers[0].process.poll() is not None):
        _forget()
    if not _servers:
        _servers.append(_start())
    return _servers[0]


def _start() -> _Server:
    ours, theirs = socket.socketpair()
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    with theirs:
        process = subprocess.Popen(  # noqa: S603 - our own Python with our own module
            [
                *(sys.executable, "-I", "-S", "-c", BEGIN),
                *(str(theirs.fileno()), *confine.import_places()),
            ],
            env=kept | SET_VARIABLES,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    return _Server(process, ours, os.getpid())


@atexit.register
def _forget() -> None:
    """End the server of this process; of one that it was forked from, only let go of it."""
    while _servers:
        server = _servers.pop()
        if server.of == os.getpid():
            server.stop()


def _receive(given: Given, reply: socket.socket) -> tuple[dict[str, Any], list[int]]:
    reply.settimeout(given.limits.wall_seconds + GRACE_SECONDS)
    try:
        said, sheets, _, _ = socket.recv_fds(reply, LARGEST_FACTS, 2)
    except TimeoutError:
        return {"code": -signal.SIGALRM}, []
    except ConnectionResetError:
        said, sheets = b"", []
    return (json.loads(said) if said else {"code": None}), sheets


def _ended(given: Given, facts: Mapping[str, Any]) -> JoinedupError:
    """Why a child has no answer: the cap that ended it, or a reader that broke."""
    code = facts["code"]
    if code is None:
        return _no_server(given)
    if code == -signal.SIGALRM:
        return over(given, "wall_seconds", "reading it took longer than it may")
    if code == -signal.SIGXCPU or facts["cpu"] >= given.limits.cpu_seconds:
        return over(given, "cpu_seconds", "reading it took more computing than there may be")
    # Where memory is refused, C code often ends the process itself.
    starved = 2 * facts["memory"] > confine.memory_bytes(given.limits)
    if code in (OUT_OF_MEMORY, -signal.SIGKILL) or (starved and code == -signal.SIGABRT):
        return _over_memory(given, by_system=code == -signal.SIGKILL)
    name = signal.Signals(-code).name if code < 0 else f"code {code}"
    return _broke(given, name)


def _no_server(given: Given) -> JoinedupError:
    return refusal(
        given.name,
        "the process that starts the readers of partners' files was ended, or cannot start.",
        fix="deliver it again; if it happens again, `joinedup limits` says what this machine lets"
        " a reader do.",
    )


def _over_memory(given: Given, *, by_system: bool) -> JoinedupError:
    cap = told("memory_bytes", given.limits.memory_bytes)
    there = told("memory_bytes", confine.memory_bytes(given.limits))
    lets = "" if cap == there else f", of which this machine lets {there}"
    who = "the system ended the reading of it" if by_system else "reading it ended"
    return refusal(
        given.name,
        f"{who} for want of memory; the cap is {cap} (memory_bytes){lets}.",
        fix="ask the sender for less at a time; if the file is right, raise"
        " memory_bytes under [limits] in office.toml, or read it on a machine with more memory.",
    )


def _broke(given: Given, how: str) -> JoinedupError:
    return refusal(
        given.name,
        f"the reader broke off on this file ({how}).",
        fix="ask the sender what made the file, and for another; tell the makers of Joinedup the"
        " words in brackets, never the file.",
    )


def _refused(given: Given, said: Mapping[str, Any]) -> JoinedupError:
    """The child's own refusal, as the error it was."""
    families = {family.__name__: family for family in FAMILIES}
    try:
        if "broke" in said:
            return _broke(given, clean(f"{said['broke']} at {said['place']}"))
        problems = as_records(Problem, said["problems"])
        return families[said["refused"]].of(
            Problem(clean(one.where), clean(one.what), clean(one.fix)) for one in problems
        )
    except (KeyError, TypeError, ValueError):
        return not_as_asked(given)


def clean(text: str) -> str:
    """Words that a child wrote, as they may stand on a screen and in the records."""
    shown = text if len(text) <= LONGEST_WORDS else f"{text[:LONGEST_WORDS]} …"
    return "".join(letter if letter.isprintable() else " " for letter in shown)
