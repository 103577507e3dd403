"""Everything that leaves is held against everything that left before.

Each shown count is kept as the set of people, homes or businesses it is made of, one bit each, in
the encrypted lake: `behind.released`, a version for each release, and `behind.released_index`,
which bit stands for whom under a key of the home. A release that differs from an earlier one by
fewer than k is refused, and so is one beyond the budget of its datasets' versions.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core import clock
from joinedup.core.errors import Problem, ReleaseError
from joinedup.govern.disclosure import differencing
from joinedup.office import behind
from joinedup.office.house import Office
from joinedup.office.leaving.candidate import Ready, result_of
from joinedup.office.leaving.lineage import dataset_versions
from joinedup.records import keyring
from joinedup.result.blocks import Table
from joinedup.result.model import Members, Result

if TYPE_CHECKING:
    from joinedup.records.models import LedgerEvent, TableVersion

CELLS, INDEX = "behind.released", "behind.released_index"
KEY = "index of what was released"
KEY_BYTES = 16
MONTHS = 3
Mask = npt.NDArray[np.bool_]


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
        ReleaseError: nothing says whom a count is of; it differs from what left before by too few;
            or the budget is spent; every reason at once.
    """
    result = result_of(ready.row.run)
    shown = list(_shown(office, result, ready.candidate.result))
    if problems := [one for one in shown if isinstance(one, Problem)]:
        raise ReleaseError.of(problems)
    masks = [one for one in shown if not isinstance(one, Problem)]
    versions = dataset_versions(office, result)
    index = _known(office)
    if not masks:
        return Against(None, index, dict.fromkeys(versions, 0))
    k = office.folder.card.threshold
    index, cells = _placed(office, index, masks)
    new = differencing.released(ready.row.name, cells)
    earlier = list(_earlier(office))
    spent = dict.fromkeys(versions, _layers(new, earlier))
    problems = [
        *differencing.too_near(new, earlier, k=k),
        *_over_budget(spent, office.folder.card.layers_a_quarter),
    ]
    if problems:
        raise ReleaseError.of(problems)
    return Against(new, index, spent)


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
        differencing.as_table([found.cells]),
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


def _shown(
    office: Office, result: Result, seen: Result
) -> Iterator[tuple[Members, Mask] | Problem]:
    """Each count that would be seen, as the units it is made of; what is wrong, where it is not."""
    tables = zip(behind.tables_of(result), behind.tables_of(seen), strict=True)
    for table, hidden in tables:
        counts = [place for place, column in enumerate(table.columns) if column.kind == "count"]
        if table.about != "groups" or not counts:
            continue
        where = behind.Where.of(table.behind)
        members = behind.read(office, where) if where else None
        for row, column in _places(hidden, counts):
            if members and (row, column) in members.expected:
                continue
            mask = _mask(members, table, row, column) if members else None
            if members is None or mask is None:
                yield _unbacked(table, column)
                break
            yield members, mask


def _places(hidden: Table, counts: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Row and column of each count that is seen and is not zero."""
    for row, cells in enumerate(hidden.rows):
        for place in counts:
            value = cells[place]
            if isinstance(value, int | float) and value > 0:
                yield row, hidden.columns[place].name


def _mask(members: Members, table: Table, row: int, column: str) -> Mask | None:
    """Whom a count is made of; of a total, whoever is in one of its rows."""
    own = members.counted.get((row, column))
    if own is not None or not table.total_row or row != len(table.rows) - 1:
        return own
    parts = [mask for (one, name), mask in members.counted.items() if name == column and one < row]
    return np.logical_or.reduce(parts) if parts else None


def _unbacked(table: Table, column: str) -> Problem:
    return Problem(
        f"table '{table.title}', column {column}",
        "nothing says whom it counts, so it cannot be held against what left before.",
        "have the method give the members of its counts, or release it without this table.",
    )


def _known(office: Office) -> pa.Array:
    if office.lake.current(INDEX) is None:
        return pa.array([], pa.binary(KEY_BYTES))
    kept = office.lake.read(INDEX).to_table()["who"].combine_chunks()
    return kept.cast(pa.binary(KEY_BYTES))


def _placed(
    office: Office, index: pa.Array, masks: Sequence[tuple[Members, Mask]]
) -> tuple[pa.Array, list[differencing.Words]]:
    """The index with everybody in it, and each mask as bits over it."""
    secret = keyring.key(office.home, KEY).secret
    lists: dict[int, pa.Array] = {}
    for members, _ in masks:
        lists.setdefault(id(members.units), _keyed(members.units, secret))
    for keys in lists.values():
        index = pa.concat_arrays([index, pc.unique(keys.filter(pc.invert(pc.is_in(keys, index))))])
    places = {which: pc.index_in(keys, index).to_numpy() for which, keys in lists.items()}
    return index, [
        differencing.packed(places[id(members.units)][mask].astype(np.int64), persons=len(index))
        for members, mask in masks
    ]


def _keyed(units: pa.Array, secret: bytes) -> pa.Array:
    made = [
        hashlib.blake2b(unit.encode(), key=secret, digest_size=KEY_BYTES).digest()
        for unit in units.to_pylist()
    ]
    return pa.array(made, pa.binary(KEY_BYTES))


def _earlier(office: Office) -> Iterator[differencing.Released]:
    newest = office.lake.current(CELLS)
    for number in range(1, newest.number + 1 if newest else 1):
        yield from differencing.from_table(office.lake.read(CELLS, number).to_table())


def _layers(new: differencing.Released, earlier: Sequence[differencing.Released]) -> int:
    """How many layers of cells it adds: cells of one layer do not overlap; seen ones are free."""
    seen = {_plain(cell) for old in earlier for cell in old.cells}
    fresh = [cell for cell in new.cells if _plain(cell) not in seen]
    return len(set(differencing.released("fresh", fresh).layer.tolist()))


def _plain(cell: differencing.Words) -> bytes:
    return cell.tobytes().rstrip(b"\x00")


def _over_budget(spent: Mapping[str, int], most: int) -> Iterator[Problem]:
    """Versions of datasets of which this quarter's releases would tell too much together."""
    from joinedup.records.models import ReleaseRow  # noqa: PLC0415 - as above

    today = clock.today()
    begins = today.replace(month=(today.month - 1) // MONTHS * MONTHS + 1, day=1).isoformat()
    left = [row.spent for row in ReleaseRow.objects.history() if row.at >= begins]
    for version, layers in spent.items():
        so_far = sum(row.get(version, 0) for row in left)
        if layers and so_far + layers > most:
            yield Problem(
                version,
                f"this quarter's releases told {so_far} layers of counts of it, and this one would"
                f" add {layers}; {most} may be told.",
                "leave tables out, release the same cells as before, or wait for the next quarter.",
            )
