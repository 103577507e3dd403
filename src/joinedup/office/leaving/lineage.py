"""Which versions of which deliveries does a result rest on, and whose work is behind it?"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from joinedup.govern.allow import ADMITTED
from joinedup.office.house import Office
from joinedup.office.results import result_of_run
from joinedup.result.model import Result

if TYPE_CHECKING:
    from joinedup.records.models import TableVersion


UNKNOWN = "unknown"
"""The number of a version that is not on record."""


@dataclass(frozen=True, slots=True)
class Behind:
    """All that a result rests on, through every step between.

    Attributes:
        versions: of admitted tables, as `admitted.visits@3`, and of others that no run is known to
            have written; a version that is not on record is `admitted.visits@unknown`.
        authors: who ran the steps that wrote what was read.
    """

    versions: tuple[str, ...]
    authors: frozenset[str]


def dataset_versions(office: Office, result: Result) -> tuple[str, ...]:
    """The admitted tables behind a result, and what is not on record; see `Behind`."""
    return behind(office, result).versions


def behind(office: Office, result: Result) -> Behind:
    """All that a result rests on."""
    from joinedup.records.models import Run  # noqa: PLC0415 - Django, only when needed

    by_digest = _by_digest()
    found, authors = set[str](), set[str]()
    seen: set[tuple[str, str]] = set()
    waiting = list(_inputs(result))
    while waiting:
        table, digest = waiting.pop()
        if (table, digest) in seen:
            continue
        seen.add((table, digest))
        read = by_digest.get((table, digest))
        if read is None:
            found.add(f"{table}@{UNKNOWN}")
            continue
        admitted = table.startswith(ADMITTED)
        run = None if admitted else Run.objects.that_wrote(read.table, read.number)
        if run is None:
            found.add(f"{table}@{read.number}")
            continue
        authors.add(run.author)
        waiting += _inputs(result_of_run(office, run))
    return Behind(tuple(sorted(found)), frozenset(authors))


def _by_digest() -> "dict[tuple[str, str], TableVersion]":
    from joinedup.records.models import Rewriting, TableVersion  # noqa: PLC0415 - as above

    known = {(version.table, version.digest): version for version in TableVersion.objects.every()}
    for row in Rewriting.objects.every():  # a result may rest on it as it was before
        known.setdefault((row.version.table, row.before), row.version)
    return known


def _inputs(result: Result) -> tuple[tuple[str, str], ...]:
    return tuple(result.provenance.inputs.items()) if result.provenance else ()
