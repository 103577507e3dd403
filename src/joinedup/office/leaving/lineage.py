"""Which versions of which deliveries does a result rest on?"""

from typing import TYPE_CHECKING

from joinedup.govern.allow import ADMITTED
from joinedup.office.house import Office
from joinedup.office.leaving.candidate import result_of
from joinedup.result.model import Result

if TYPE_CHECKING:
    from joinedup.records.models import TableVersion


def dataset_versions(office: Office, result: Result) -> tuple[str, ...]:
    """The admitted tables behind a result, through every step between, as `admitted.visits@3`."""
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, only when needed

    del office  # the records are connected; the office says whose
    by_digest: dict[tuple[str, str], TableVersion] = {}
    for version in TableVersion.objects.every():
        by_digest[version.table, version.digest] = version
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = list(_inputs(result))
    while waiting:
        table, digest = waiting.pop()
        read = by_digest.get((table, digest))
        if read is None or (table, digest) in seen:
            continue
        seen.add((table, digest))
        if table.startswith(ADMITTED):
            found.add(f"{table}@{read.number}")
        else:
            waiting += _read_by(read)
    return tuple(sorted(found))


def _inputs(result: Result) -> tuple[tuple[str, str], ...]:
    return tuple(result.provenance.inputs.items()) if result.provenance else ()


def _read_by(version: "TableVersion") -> tuple[tuple[str, str], ...]:
    """What the run that wrote a version had read."""
    from joinedup.records.models import Run  # noqa: PLC0415 - as above

    run = Run.objects.that_wrote(version.table, version.number)
    return _inputs(result_of(run)) if run is not None else ()
