"""What the child does with one file, once it can do nothing else.

What is wrong with the file goes back as problems. Anything else that is raised goes back as its
kind and its place in our code, without its message: that may hold a cell.
"""

import contextlib
import errno
import mmap
import os
import resource
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from joinedup.core.errors import JoinedupError
from joinedup.core.limits import Limits
from joinedup.core.vocabulary import Dataset
from joinedup.sources.child import confine, paper
from joinedup.sources.child.plain import as_plain, as_record, as_records
from joinedup.sources.given import Given, over
from joinedup.sources.mapping.drift import alerts
from joinedup.sources.mapping.first_look import first_cells, open_as
from joinedup.sources.mapping.header import other_file
from joinedup.sources.mapping.proposal import propose
from joinedup.sources.mapping.shapes import shapes
from joinedup.sources.parsing import parsed

OUT_OF_MEMORY = 75
"""The exit code that says so, where there is no memory left to say it in words."""
LARGEST_JOB_BYTES = 256 << 20
RELEASED_EVERY = 16
SHOWN_PLACES = 3
BEYOND_BYTES = 64 << 20

Job = Mapping[str, Any]


def work(file: int, job: int, report: int, table: int, ruleset: int, *, network: bool) -> int:
    """Do a job and write its answer; gives the exit code.

    Args:
        file: the partner's file, opened for reading.
        job: the sheet with what is to be done; the office wrote it.
        report: the sheet for the answer.
        table: the sheet for the rows.
        ruleset: of `kernel.read_only_under`.
        network: whether there is none here.
    """
    said: Job = paper.taken(job, LARGEST_JOB_BYTES)
    limits = as_record(Limits, said["limits"])
    held = confine.enter(limits, ruleset=ruleset, network=network)
    sys.dont_write_bytecode = True
    # Where Python refuses to read so many digits, ijson's C ends the process; seconds are capped.
    sys.set_int_max_str_digits(0)
    given = Given(file, said["name"], limits)
    try:
        if said["do"] == "probe":
            answer = as_plain(held) | _probe(said)
        else:
            answer = _answer(given, said, table)
        paper.put(report, answer)
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _answer(given: Given, said: Job, table: int) -> Any:
    try:
        return JOBS[said["do"]](given, said, table)
    except MemoryError:
        raise
    except RecursionError:
        return _refused(over(given, "depth", "the file is nested deeper than can be read"))
    except JoinedupError as error:
        return _refused(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, its message may hold a cell
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            return _refused(
                over(given, "temp_bytes", "the agreed columns take up more than they may")
            )
        return {"broke": type(error).__name__, "place": _place(error.__traceback__)}


def _refused(error: JoinedupError) -> dict[str, Any]:
    return {"refused": type(error).__name__, "problems": as_plain(error.problems)}


def _place(trace: TracebackType | None) -> str:
    """The innermost places of our own code: file and line."""
    places = []
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if "joinedup" in path.parts:
            places.append(f"{path.name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return ", ".join(reversed(places[-SHOWN_PLACES:])) or "outside our own code"


def _read(given: Given, said: Job, table: int) -> dict[str, Any]:
    found = parsed(
        given,
        as_record(Dataset, said["dataset"]),
        tuple(said["asked"]),
        as_records(Dataset, said["others"]),
        before=said["before"],
    )
    answer = {
        "sender_columns": list(found.sender_columns),
        "findings": as_plain(found.findings),
        "rows": found.rows,
        "rejected": as_plain(found.rejected),
        "shapes": as_plain(found.shapes),
    }
    schema, batches = found.table.schema, found.table.to_batches()
    del found
    _write(table, schema, batches)
    return answer


def _write(table: int, schema: pa.Schema, batches: list[pa.RecordBatch]) -> None:
    """The rows, batch by batch; each is let go once it is written, so none is there twice."""
    batches.reverse()
    with os.fdopen(os.dup(table), "wb") as file, pa.ipc.new_stream(file, schema) as stream:
        while batches:
            stream.write_batch(batches.pop())
            if len(batches) % RELEASED_EVERY == 0:
                pa.default_memory_pool().release_unused()


def _propose(given: Given, said: Job, _: int) -> Any:
    dataset = said["dataset"]
    found = propose(
        given,
        None if dataset is None else as_record(Dataset, dataset),
        name=said["called"],
        partner=said["partner"],
        accepted=said["accepted"],
        date_style=said["date_style"],
    )
    return as_plain(found)


def _drift(given: Given, said: Job, _: int) -> dict[str, Any]:
    dataset = as_record(Dataset, said["dataset"])
    raw = open_as(given, dataset.layout)
    problems = other_file(raw.header, dataset, as_records(Dataset, said["others"]))
    if problems:
        return {"problems": as_plain(problems), "alerts": []}
    codes = {dataset.sender_column(name): field.codes for name, field in dataset.fields.items()}
    seen = shapes(first_cells(raw), codes)
    found = alerts(raw.header, seen, dataset, tuple(said["asked"]), said["before"])
    return {"problems": [], "alerts": as_plain(found)}


JOBS: Mapping[str, Callable[[Given, Job, int], Any]] = {
    "read": _read,
    "propose": _propose,
    "drift": _drift,
}


def _probe(said: Job) -> dict[str, Any]:
    """Try what may not be done; what is told is whether it failed."""
    return {
        "connects": _succeeds(_connects()),
        "writes": _succeeds(_writes(said["folder"])),
        "reads": _succeeds(_reads(said["secret"])),
        "forks": _succeeds(_forks()),
        "environment": sorted(set(os.environ) - set(said["environment"])),
        "allocates": _allocates(confine.memory_bytes(as_record(Limits, said["limits"]))),
        "dumps": resource.getrlimit(resource.RLIMIT_CORE)[0] != 0,
        "memory_bytes": confine.memory_bytes(as_record(Limits, said["limits"])),
    }


def _allocates(most: int) -> bool:
    """Whether there is more memory than may be; it is asked for, and not touched."""
    try:
        mmap.mmap(-1, most + BEYOND_BYTES, flags=mmap.MAP_PRIVATE | mmap.MAP_ANON).close()
    except OSError:
        return False
    return True


def _succeeds(attempt: Iterator[None]) -> bool:
    try:
        next(attempt, None)
    except OSError:
        return False
    return True


def _connects() -> Iterator[None]:
    """To itself: no address of another machine is asked for."""
    with socket.socket() as listening, socket.socket() as calling:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        calling.settimeout(1.0)
        calling.connect(listening.getsockname())
    yield


def _writes(folder: str) -> Iterator[None]:
    place = Path(folder) / "written-by-the-child"
    place.write_bytes(b"")
    with contextlib.suppress(OSError):
        place.unlink()
    yield


def _reads(secret: str) -> Iterator[None]:
    with Path(secret).open("rb") as file:
        file.read(1)
    yield


def _forks() -> Iterator[None]:
    process = os.fork()
    if process == 0:
        os._exit(0)
    os.waitpid(process, 0)
    yield
