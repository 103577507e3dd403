"""Everything that leaves is held against everything that left before.

Each release is kept in the encrypted lake as who is in which of its counts: `behind.released`, a
version for each. A release that differs from an earlier one by fewer than k is refused, and so is
one beyond the budget of its datasets' versions.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from joinedup.core import clock
from joinedup.core.errors import Problem, ReleaseError
from joinedup.govern.disclosure import budget, differencing, kept
from joinedup.office.house import Office
from joinedup.office.leaving import estimates
from joinedup.office.leaving.candidate import Ready
from joinedup.office.leaving.lineage import dataset_versions
from joinedup.office.leaving.population import INDEX, shown
from joinedup.office.leaving.rules import profile_of
from joinedup.office.results import result_of_run
from joinedup.office.told import READ, before_answer, of_reads

if TYPE_CHECKING:
    from joinedup.records.models import LedgerEvent, TableVersion

CELLS = "behind.released"
SHARE_OF_PEOPLE, FEWEST_LAYERS = 4, 20


@dataclass(frozen=True, slots=True)
class Against:
    """A release that nothing stands against, as it will be kept.

    Attributes:
        cells: who is in each shown count; none if it counts nobody.
        index: the keys of everybody ever counted, in the order of their bits.
        spent: dataset version to how many layers of cells that overlap others this one takes.
    """

    cells: differencing.Released | None
    index: pa.Array
    spent: Mapping[str, int]


def against(office: Office, ready: Ready) -> Against:
    """Hold what would leave against all that has left.

    Raises:
        ReleaseError: it differs from what left before by too few, or the budget is spent; every
            reason at once.
    """
    cells = list(shown(ready.population, ready.candidate.result).values())
    result = result_of_run(office, ready.row.run)
    versions = dataset_versions(office, result)
    index = ready.population.index
    profile = profile_of(office, ready.project, result)
    problems = list(estimates.too_near(office, ready, k=profile.differ_by))
    if not cells:
        if problems:
            raise ReleaseError.of(problems)
        return Against(None, index, dict.fromkeys(versions, 0))
    new = differencing.released(ready.row.name, cells)
    problems += differencing.too_near(new, [], k=profile.differ_by)
    known = np.zeros(len(cells), dtype=bool)
    for old in _earlier(office, ready, versions if profile.round_to > 1 else None):
        found, seen = differencing.beside(new, old, k=profile.differ_by)
        problems += found
        known |= seen[: len(cells)]
    fresh = [cell for cell, seen in zip(cells, known, strict=True) if not seen]
    spent = dict.fromkeys(versions, _layers(fresh))
    people = int(np.bitwise_count(np.bitwise_or.reduce(np.stack(cells))).sum())
    problems += _over_budget(spent, _limit(office, people))
    if problems:
        raise ReleaseError.of(problems)
    return Against(new, index, spent)


def _layers(cells: list[differencing.Words]) -> int:
    """How many layers of cells that do not overlap there are."""
    return len(set(differencing.released("fresh", cells).layer[: len(cells)].tolist()))


def _limit(office: Office, people: int) -> int:
    """As many layers as leave most people unknown: enough of them give everybody back."""
    most = office.folder.card.layers_a_quarter
    return min(most, max(FEWEST_LAYERS, people // SHARE_OF_PEOPLE))


def keep(
    office: Office,
    found: Against,
    *,
    subject: str,
    facts: Mapping[str, Any],
    also: "Callable[[LedgerEvent], object]",
) -> None:
    """Write who is in the cells, and the event of the release, and what goes with it, together."""
    from joinedup.records.home import transaction  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above

    if found.cells is None:
        with transaction():
            also(append("release", actor=office.who, subject=subject, facts=facts))
        return
    _keep_index(office, found.index)

    def told(version: "TableVersion") -> None:
        if version.told is not None:
            also(version.told)

    office.lake.write(
        CELLS,
        kept.as_table([found.cells]),
        kind="release",
        subject=subject,
        facts=facts,
        actor=office.who,
        purposes=(),
        agreements=(),
        origin="release",
        also=told,
    )


def _keep_index(office: Office, index: pa.Array) -> None:
    office.lake.write(
        INDEX,
        pa.table({"who": index}),
        kind="release index",
        actor=office.who,
        facts={"units": len(index)},
        purposes=(),
        agreements=(),
        origin="release",
    )


def _earlier(
    office: Office, ready: Ready, versions: tuple[str, ...] | None
) -> Iterator[differencing.Released]:
    """What left before; with versions given, of those alone. On record first: that it is read."""
    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - as above

    of = {row.path: set(row.spent) for row in ReleaseRow.objects.history()}
    newest = office.lake.current(CELLS)
    if newest is None:
        return
    step = ready.row.run.step
    told = of_reads(office, {CELLS: tuple(newest.columns)}, step=step, every_version=True)
    before_answer(office, READ, f"{ready.project.project.id}/{step}", told)
    for number in range(1, newest.number + 1):
        for old in kept.from_table(office.lake.read(CELLS, number).to_table()):
            if versions is None or not of.get(old.name) or of[old.name] & set(versions):
                yield old


def _over_budget(spent: Mapping[str, int], limit: int) -> Iterator[Problem]:
    """Versions of datasets of which this quarter's releases would tell too much together."""
    from datetime import date  # noqa: PLC0415 - small

    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - as above

    log = [
        budget.Left(version=version, on=date.fromisoformat(row.at[:10]), layers=layers)
        for row in ReleaseRow.objects.history()
        for version, layers in row.spent.items()
    ]
    for version, layers in spent.items():
        new = budget.Left(version=version, on=clock.today(), layers=layers)
        yield from budget.over_budget(log, new, limit=limit)
