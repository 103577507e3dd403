"""What a child is asked to do, and whether what it gives back is what was asked for.

A child that a file took over may give back anything. So its answer is held against what the office
knows: the columns and their types, how many rows, whole UTF-8, places inside their columns.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from joinedup.core.errors import Problem
from joinedup.core.limits import Limits
from joinedup.core.vocabulary import Dataset
from joinedup.sources.child.ask import KEPT_VARIABLES, SET_VARIABLES, ask, clean, not_as_asked
from joinedup.sources.child.plain import as_plain, as_record, as_records, refuse_answer
from joinedup.sources.delivery import Finding, Parsed, Rejected
from joinedup.sources.given import Given, opened
from joinedup.sources.mapping.drift import Alert
from joinedup.sources.mapping.proposal import Proposal
from joinedup.sources.mapping.shapes import Shape
from joinedup.sources.typed import ARROW

Made = TypeVar("Made")


def parsed_by_child(
    given: Given,
    dataset: Dataset,
    asked: Sequence[str],
    others: Sequence[Dataset],
    *,
    before: Mapping[str, Any] | None,
) -> Parsed:
    """As `parsing.parsed`, in a child.

    Raises:
        DeliveryError: what the child refused, how it was ended, or an answer that is none.
        ProjectError: the layout cannot be followed.
    """
    job = {
        "do": "read",
        "dataset": as_plain(dataset),
        "asked": list(asked),
        "others": as_plain(tuple(others)),
        "before": as_plain(before),
    }
    answer = ask(given, job, dataset.layout.format)
    types = {name: ARROW[dataset.fields[name].type] for name in asked}
    with ThreadPoolExecutor(1) as beside:
        beside.submit(given.digest)  # it is asked for next, whatever is found here
        return _checked(given, lambda: _parsed(given, answer.said, _table(answer.table, types)))


def _parsed(given: Given, said: Mapping[str, Any], table: pa.Table) -> Parsed:
    rejected = as_records(Rejected, said["rejected"])
    columns = as_record(tuple[str, ...], said["sender_columns"])
    rows = as_record(int, said["rows"])
    shapes = as_record(dict[str, Shape], said["shapes"])
    counted = table.num_rows + sum(one.count for one in rejected)
    right = rows == counted <= given.limits.rows and len(columns) <= given.limits.columns
    counts = all(one.count > 0 and one.reason == clean(one.reason) for one in rejected)
    if not (right and counts and shapes.keys() <= set(table.column_names)):
        refuse_answer()
    return Parsed(
        sender_columns=columns,
        table=table,
        findings=tuple(
            replace(one, message=clean(one.message))
            for one in as_records(Finding, said["findings"])
        ),
        rows=rows,
        rejected=rejected,
        shapes={name: shape.as_json() for name, shape in shapes.items()},
    )


def _table(stream: pa.Buffer, types: Mapping[str, pa.DataType]) -> pa.Table:
    """The rows, of exactly these columns; every place and every character is looked at."""
    with pa.ipc.open_stream(stream) as reader:
        if not reader.schema.equals(pa.schema(list(types.items())), check_metadata=True):
            refuse_answer()
        table = reader.read_all()
    table.validate(full=True)
    if table.get_total_buffer_size() > stream.size:
        refuse_answer()
    return table


def _checked(given: Given, make: Callable[[], Made]) -> Made:
    """What is made of an answer, if it is what was asked for."""
    try:
        return make()
    except (LookupError, TypeError, AttributeError, ValueError, pa.ArrowException):
        raise not_as_asked(given) from None


def proposed_by_child(
    path: Path,
    dataset: Dataset | None = None,
    *,
    name: str = "",
    partner: str = "",
    accepted: Mapping[str, str] | None = None,
    date_style: str = "",
    limits: Limits | None = None,
) -> Proposal:
    """As `mapping.proposal.propose`, in a child.

    Raises:
        DeliveryError: the file cannot be opened, is over a cap, or the answer is none.
        ProjectError: an accepted field or column is not there.
    """
    job = {
        "do": "propose",
        "dataset": as_plain(dataset),
        "called": name,
        "partner": partner,
        "accepted": dict(accepted or {}),
        "date_style": date_style,
    }
    with opened(path, limits) as given:
        answer = ask(given, job, "")
        return _checked(given, lambda: as_record(Proposal, answer.said))


def drifted_by_child(
    path: Path,
    dataset: Dataset,
    others: Sequence[Dataset],
    asked: Sequence[str],
    *,
    before: Mapping[str, Any] | None,
    limits: Limits | None = None,
) -> tuple[tuple[Problem, ...], tuple[Alert, ...]]:
    """Hold a file against its layout and the last delivery, in a child.

    Returns:
        What shows it is another file altogether; or else what changed.
    """
    job = {
        "do": "drift",
        "dataset": as_plain(dataset),
        "asked": list(asked),
        "others": as_plain(tuple(others)),
        "before": as_plain(before),
    }
    with opened(path, limits) as given:
        said = ask(given, job, dataset.layout.format).said
        return _checked(given, lambda: _drift(said))


def _drift(said: Mapping[str, Any]) -> tuple[tuple[Problem, ...], tuple[Alert, ...]]:
    problems = as_records(Problem, said["problems"])
    alerts = as_records(Alert, said["alerts"])
    return (
        tuple(Problem(clean(one.where), clean(one.what), clean(one.fix)) for one in problems),
        tuple(replace(one, message=clean(one.message), fix=clean(one.fix)) for one in alerts),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a child could still do when it tried, and what the kernel took away.

    Attributes:
        connects: reach an address, its own.
        writes: a file in a folder that everyone may write to.
        reads: a file that it was not given.
        forks: another process.
        environment: variables of the office that it has.
        allocates: more memory than its cap.
        dumps: its memory into a file, when it breaks.
        memory_bytes: the cap on its memory, as set.
        network: it is in a network of its own.
        files: Landlock holds.
        calls: the filter of system calls holds.
    """

    connects: bool
    writes: bool
    reads: bool
    forks: bool
    environment: tuple[str, ...]
    allocates: bool
    dumps: bool
    memory_bytes: int
    network: bool
    files: bool
    calls: bool


def probe(limits: Limits) -> Tried:
    """What a child can still do on this machine: tried, not assumed."""
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "secret"
        secret.write_bytes(b"x")
        job = {
            "do": "probe",
            "folder": folder,
            "secret": str(secret),
            "environment": [*KEPT_VARIABLES, *SET_VARIABLES],
        }
        with opened(secret, limits) as given:
            said = ask(given, job, "csv").said
            return _checked(given, lambda: as_record(Tried, said))
