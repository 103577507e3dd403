"""A process that waits for files and forks a child for each: it starts once, and clean.

It is a new Python, not a fork of the office: it has none of the office's memory, keys, database or
environment. It imports what readers need, has no network, and never looks at a foreign byte. It
ends when the office does.
"""

import contextlib
import gc
import json
import os
import resource
import selectors
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from joinedup.core.vocabulary import Format
from joinedup.sources.child import confine, kernel, paper

FORMAT_BYTES = 16
WAIT_SECONDS = 1.0
LIBRARIES: dict[Format, tuple[str, ...]] = {
    "csv": ("pyarrow.csv",),
    "geojson": ("ijson", "shapely.geometry"),
    "json": ("ijson",),
    "parquet": ("pyarrow.parquet",),
    "xlsx": ("openpyxl",),
    "xml": ("defusedxml.ElementTree",),
}
"""What each format's reader imports: once, here, and not again by every child."""
EVERY_FORMAT = (
    *("numpy.ma", "pyarrow.acero", "dateutil.relativedelta", "encodings.ascii", "encodings.cp1252"),
    *(
        "encodings.latin_1",
        "encodings.utf_8_sig",
        "encodings.utf_16",
        "joinedup.sources.child.work",
    ),
)


@dataclass(frozen=True, slots=True)
class _Running:
    """A child at work: where its end is told, and the two sheets that its answer stands on."""

    reply: socket.socket
    report: int
    table: int

    def close(self) -> None:
        self.reply.close()
        os.close(self.report)
        os.close(self.table)


class _Server:
    """Forks a child for each file, and tells how it ended."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.parent = os.getppid()
        self.network = kernel.unshare_network()
        self.ruleset = kernel.read_only_under(confine.readable_places())
        self.running: dict[int, _Running] = {}
        self.waiting = selectors.DefaultSelector()
        self.waiting.register(control, selectors.EVENT_READ)
        woken, self.wake = socket.socketpair()
        for end in (woken, self.wake):
            end.settimeout(0)
        self.waiting.register(woken, selectors.EVENT_READ, "woken")
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Until the office ends, or closes its side."""
        while os.getppid() == self.parent:
            for key, _ in self.waiting.select(WAIT_SECONDS):
                if key.fileobj is self.control:
                    if not self._asked():
                        return
                elif key.data == "woken":
                    key.fileobj.recv(1 << 10)  # type: ignore[union-attr]  # a socket, as registered
                else:
                    self._given_up(key.data)
            self._reap()

    def stop(self) -> None:
        """End the children that are still at work."""
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _asked(self) -> bool:
        """Fork a child for a file; whether there was one to fork for."""
        kind, descriptors, _, _ = socket.recv_fds(self.control, FORMAT_BYTES, 3)
        if len(descriptors) != 3:  # noqa: PLR2004 - the file, the job and the reply
            return False
        _prepare(kind.decode().strip())
        file, job, reply = descriptors
        running = _Running(socket.socket(fileno=reply), paper.sheet(), paper.sheet())
        try:
            process = os.fork()
        except OSError:
            running.close()
            return True
        else:
            if process == 0:
                self._child(running, file, job)
        finally:
            os.close(file)
            os.close(job)
        self.running[process] = running
        self.waiting.register(running.reply, selectors.EVENT_READ, process)
        return True

    def _child(self, running: _Running, file: int, job: int) -> None:
        """Only what it needs, then the job; never comes back."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _close_all_but(file, job, running.report, running.table, self.ruleset)
            from joinedup.sources.child.work import work  # noqa: PLC0415 - loaded by `main` already

            code = work(
                file, job, running.report, running.table, self.ruleset, network=self.network
            )
        finally:
            os._exit(code)

    def _given_up(self, process: int) -> None:
        """The office closed its side: nobody waits for the answer any more."""
        running = self.running.get(process)
        if running is not None:
            self.waiting.unregister(running.reply)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _reap(self) -> None:
        for process in list(self.running):
            ended, status, used = os.wait4(process, os.WNOHANG)
            if ended:
                running = self.running.pop(process)
                with contextlib.suppress(KeyError):
                    self.waiting.unregister(running.reply)
                _tell(running, status, used)
                running.close()


def _tell(running: _Running, status: int, used: resource.struct_rusage) -> None:
    """How a child ended; with its answer only if it ended well."""
    facts: dict[str, Any] = {
        "code": os.waitstatus_to_exitcode(status),
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss << 10,
    }
    sheets = [running.report, running.table] if facts["code"] == 0 else []
    with contextlib.suppress(OSError):
        socket.send_fds(running.reply, [json.dumps(facts).encode()], sheets)


def _close_all_but(*kept: int) -> None:
    """Every descriptor above the three usual ones, but those."""
    low = 3
    for descriptor in sorted(one for one in kept if one >= low):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _prepare(kind: str) -> None:
    """Import what the format's reader will, so that each child has it from the start.

    Of an unknown format, what any reader will: a library that looks for its settings in other
    folders cannot be imported by a child.
    """
    for name, libraries in LIBRARIES.items():
        if kind in (name, ""):
            for library in libraries:
                import_module(library)


class _WithoutPandas:
    """Hides pandas: pyarrow loads it wherever it is installed, half a second for each child."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:  # noqa: ARG002 - as Python calls it
        """Refuse it; any other module is looked for by those who come next."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def main(arguments: Sequence[str]) -> None:
    """Serve over the socket of this descriptor."""
    from joinedup.sources import READERS, WITHOUT_FILE  # noqa: PLC0415 - after the path is set

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.meta_path.insert(0, _WithoutPandas())
    for kind, module in READERS.items():
        if kind not in WITHOUT_FILE:
            import_module(module)
    for library in EVERY_FORMAT:
        with contextlib.suppress(ModuleNotFoundError):
            import_module(library)
    gc.collect()
    gc.freeze()
    server = _Server(socket.socket(fileno=int(arguments[0])))
    try:
        server.serve()
    finally:
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
