"""What is held about a person, a home or a business? Every row of every version of every table.

1. Identifiers as they are, as tokens of each project, and as tokens that senders made.
2. What rests on them, by lineage: a row of a derived table is theirs if it holds a key of theirs.
3. Results that show them, and releases of those results with who received them.

A number found in a row that is surely theirs is looked for too. Rows that only hold the number of
a person's home are not theirs alone: name the home to find those.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.errors import ProjectError
from joinedup.core.vocabulary import Dataset
from joinedup.govern.pseudonyms.pseudonym import texts
from joinedup.govern.rights import HOMES, PERSONS, Identifier, Kind, kind_of
from joinedup.office.branch import plain
from joinedup.office.house import Office
from joinedup.office.subject.asked import Asked, of_identifiers, require_enough
from joinedup.office.subject.lineage import carried
from joinedup.office.subject.looked import RAW, Looked, Rows, column_forms, looked_for, rows_of
from joinedup.store.sealing import ATTRIBUTES, IDENTIFIERS, TOKENS

if TYPE_CHECKING:
    from joinedup.records.models import TableVersion

ADMITTED = "admitted."
BEHIND = "behind."
LONG = 9
"""Characters: a value at least so long is nobody else's by chance, wherever it stands."""
MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of one version that are theirs.

    Attributes:
        rows: which, shape (rows,).
        how: `identifiers`, `tokens`, or `by what it rests on`.
    """

    version: "TableVersion"
    rows: Rows = field(repr=False)
    how: str = "identifiers"

    @property
    def count(self) -> int:
        """How many."""
        return int(self.rows.sum())


@dataclass(frozen=True, slots=True)
class Trace:
    """Values of columns of a table that together are theirs alone.

    Attributes:
        columns: of the table.
        values: each a tuple of texts, one for each column.
    """

    table: str
    columns: tuple[str, ...]
    values: frozenset[tuple[str, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """Everything about one of whom is asked.

    Attributes:
        asked: with the numbers found on the way.
        held: of every version, in the order of tables and numbers.
        values: texts that are theirs alone, for looking through results and files.
        details: other texts of theirs, such as a surname, that others may share.
    """

    asked: Asked
    looked: Looked
    held: tuple[Held, ...]
    values: frozenset[str] = field(repr=False)
    details: frozenset[str] = field(repr=False)
    traces: tuple[Trace, ...] = field(repr=False, default=())

    @property
    def current(self) -> tuple[Held, ...]:
        """Of the newest version of each table."""
        tops = _newest_numbers(one.version.table for one in self.held)
        return tuple(one for one in self.held if one.version.number == tops[one.version.table])


def find(office: Office, question: Asked) -> Found:
    """Everything about them.

    Raises:
        ProjectError: the identifiers name nobody, or more than one.
    """
    versions = _versions()
    looked = looked_for(office, question.identifiers)
    held = list(_admitted(office, versions, looked))
    require_enough(question, matching=_matching(office, versions, question))
    for _ in range(MOST_ROUNDS):
        more = _numbers(office, held) - set(question.identifiers)
        if question.of != "person" or not more:
            break
        question = of_identifiers([*question.identifiers, *more])
        _require_one(question)
        looked = looked_for(office, question.identifiers)
        held = list(_admitted(office, versions, looked))
    return _resting(office, versions, question, looked, held)


def counts_of(found: Found) -> dict[str, int]:
    """Table to how many rows of its newest version are theirs: what an event tells."""
    return {one.version.table: one.count for one in found.current}


def known(office: Office, looked: Looked) -> Found:
    """Everything about those whose marks are kept, without a number being asked for."""
    versions = _versions()
    held = list(_admitted(office, versions, looked))
    return _resting(office, versions, Asked((), "person"), looked, held)


def _resting(
    office: Office,
    versions: "Sequence[TableVersion]",
    question: Asked,
    looked: Looked,
    held: list[Held],
) -> Found:
    """What rests on the rows found, table after table."""
    traces, details = _traces(office, held, question)
    strong = _strong(traces, looked)
    for one in carried(office):
        mine = [trace for trace in traces if trace.table in one.reads]
        for version in versions:
            if plain(version.table) != one.table:
                continue
            rows, own = _derived(office, version, one.origins, mine, strong)
            if rows.any():
                held.append(Held(version, rows, "by what it rests on"))
                traces += own
    written = {one.version.pk for one in held}
    for version in versions:
        if version.pk in written or version.table.startswith((ADMITTED, BEHIND)):
            continue
        rows, _ = _derived(office, version, {}, [], strong)
        if rows.any():
            held.append(Held(version, rows, "by what it rests on"))
    singles = {value[0] for trace in traces if len(trace.columns) == 1 for value in trace.values}
    ordered = sorted(held, key=lambda one: (one.version.table, one.version.number))
    return Found(
        question, looked, tuple(ordered), frozenset(singles | strong), details, tuple(traces)
    )


def _versions() -> "list[TableVersion]":
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, only when needed

    return [version for version in TableVersion.objects.every() if version.parts]


def _newest_numbers(tables: Iterable[str]) -> dict[str, int]:
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - as above

    wanted = set(tables)
    return {
        version.table: version.number
        for version in TableVersion.objects.all_current()
        if version.table in wanted
    }


def _admitted(office: Office, versions: "Sequence[TableVersion]", looked: Looked) -> Iterator[Held]:
    for version in versions:
        dataset = dataset_of(office, version)
        if dataset is None:
            continue
        rows, how = rows_in(office, version, dataset, looked)
        if rows.any():
            yield Held(version, rows, how)


def dataset_of(office: Office, version: "TableVersion") -> Dataset | None:
    """The dataset that an admitted version is of, if the folder still declares it."""
    if not version.table.startswith(ADMITTED):
        return None
    return office.folder.datasets.get(version.table.removeprefix(ADMITTED))


def rows_in(
    office: Office, version: "TableVersion", dataset: Dataset, looked: Looked
) -> tuple[Rows, str]:
    """Which rows of an admitted version are theirs, in whichever way it holds them."""
    rows, how = np.zeros(version.rows, dtype=bool), "identifiers"
    for way in ways(version):
        columns = [name for name in columns_of(version, way) if kind_of(name, dataset)]
        if columns:
            table = read(office, version, columns, way)
            found = rows_of(office, table, dataset, looked, way=way)
            if found.any() and not rows.any():
                how = "tokens" if way else "identifiers"
            rows |= found
    return rows, how


def ways(version: "TableVersion") -> tuple[str, ...]:
    """As it came, and each project whose tokens a version holds."""
    sides = sorted({part["side"] for part in version.parts})
    return (RAW, *(side.removeprefix(f"{TOKENS} ") for side in sides if side.startswith(TOKENS)))


def columns_of(version: "TableVersion", way: str) -> list[str]:
    """The columns that a version holds in one way."""
    sides = {ATTRIBUTES, IDENTIFIERS} if way == RAW else {f"{TOKENS} {way}"}
    held = {name for part in version.parts if part["side"] in sides for name in part["columns"]}
    return [name for name in version.columns if name in held]


def read(
    office: Office, version: "TableVersion", columns: Sequence[str], way: str = RAW
) -> pa.Table:
    """Columns of a version, every row in order; the event of it must have been written."""
    data = office.lake.read(
        version.table,
        version.number,
        columns=columns,
        named=columns if way == RAW else (),
        tokens=way,
    )
    return data.to_table()


def _numbers(office: Office, held: Iterable[Held]) -> set[Identifier]:
    """The numbers of persons that stand in rows found."""
    found = set()
    for one in held:
        dataset = dataset_of(office, one.version)
        if dataset is None:
            continue
        for name in columns_of(one.version, RAW):
            kind = kind_of(name, dataset)
            if kind is not None and kind.standard in PERSONS:
                table = read(office, one.version, [name]).filter(pa.array(one.rows))
                forms = column_forms(table[name], kind).drop_null().to_pylist()
                found |= {Identifier(kind, form) for form in forms}
    return found


def _require_one(question: Asked) -> None:
    """Refuse a question whose rows are of several people.

    Raises:
        ProjectError: says how many.
    """
    for standard in sorted(PERSONS):
        forms = {one.form for one in question.identifiers if one.kind == Kind(standard)}
        if len(forms) > 1:
            raise ProjectError(
                f"these identifiers are those of {len(forms)} people: the rows that match have so"
                f" many different numbers ({standard}).",
                fix="name the one who is meant by a number that is theirs alone.",
                where="subject",
            )


def _matching(office: Office, versions: "Sequence[TableVersion]", question: Asked) -> int:
    """How many current rows match any of the identifiers; only for a question that is too vague."""
    if question.of is not None:
        return 0
    wanted: dict[Kind, set[str]] = {}
    for one in question.identifiers:
        wanted.setdefault(one.kind, set()).add(one.form)
    newest = {version.table: version for version in versions}
    total = 0
    for version in newest.values():
        dataset = dataset_of(office, version)
        if dataset is None:
            continue
        rows = np.zeros(version.rows, dtype=bool)
        for name in columns_of(version, RAW):
            kind = kind_of(name, dataset)
            if kind in wanted:
                forms = column_forms(read(office, version, [name])[name], kind).to_pylist()
                rows |= np.array([form in wanted[kind] for form in forms], dtype=bool)
        total += int(rows.sum())
    return total


def _traces(
    office: Office, held: Iterable[Held], question: Asked
) -> tuple[list[Trace], frozenset[str]]:
    """By which values the rows found are known elsewhere, and what else names them."""
    traces: list[Trace] = []
    details: set[str] = set()
    for one in held:
        dataset = dataset_of(office, one.version)
        if dataset is None:
            continue
        for way in ways(one.version):
            there = columns_of(one.version, way)
            kinds = {name: kind for name in there if (kind := kind_of(name, dataset))}
            groups = _telling(dataset, kinds, (*there, *columns_of(one.version, RAW)), question)
            traces += [_trace(office, one, columns, way) for columns in groups]
            if way == RAW:
                told = [_trace(office, one, (name,), way).values for name in kinds]
                details |= {value[0] for values in told for value in values}
    return [trace for trace in traces if trace.values], frozenset(details)


def _telling(
    dataset: Dataset, kinds: Mapping[str, Kind], there: Sequence[str], question: Asked
) -> list[tuple[str, ...]]:
    """The columns by which a row of theirs is known: numbers that are theirs alone, and the key."""
    groups: list[tuple[str, ...]] = [
        (name,)
        for name, kind in sorted(kinds.items())
        if kind.alone and not kind.scope and (kind.standard not in HOMES or question.of == "home")
    ]
    keys = tuple(dataset.key)
    if keys not in groups and set(keys) <= set(there) and set(keys) & set(kinds):
        groups.append(keys)
    return groups


def _trace(office: Office, one: Held, columns: tuple[str, ...], way: str) -> Trace:
    told = []
    for name in columns:
        at = way if name in columns_of(one.version, way) else RAW
        table = read(office, one.version, [name], at).filter(pa.array(one.rows))
        told.append(texts(table[name]).to_pylist())
    values = {value for value in zip(*told, strict=True) if all(value)}
    return Trace(one.version.table, columns, frozenset(values))


def _strong(traces: Iterable[Trace], looked: Looked) -> set[str]:
    """Values that are theirs wherever they stand: long, and of one column alone."""
    found = {value[0] for trace in traces if len(trace.columns) == 1 for value in trace.values}
    if not looked.marked:
        import json  # noqa: PLC0415 - small

        for where, forms in looked.forms.items():
            _, kinds = json.loads(where)
            if len(kinds) == 1 and kinds[0][0] not in HOMES:
                found |= forms
    return {value for value in found if len(value) >= LONG}


def _derived(
    office: Office,
    version: "TableVersion",
    origins: Mapping[str, frozenset[tuple[str, str]]],
    traces: Sequence[Trace],
    strong: set[str],
) -> tuple[Rows, list[Trace]]:
    """Which rows of a derived version are theirs, and by which of its values."""
    rows = np.zeros(version.rows, dtype=bool)
    own: list[Trace] = []
    data = office.lake.read(version.table, version.number).to_table()
    told: dict[str, list[str | None]] = {}

    def cells(name: str) -> list[str | None]:
        if name not in told:
            told[name] = texts(data[name]).to_pylist()
        return told[name]

    for trace in traces:
        carriers = [
            [name for name in data.column_names if (trace.table, column) in origins.get(name, ())]
            for column in trace.columns
        ]
        if not all(carriers):
            continue
        columns = tuple(one[0] for one in carriers)
        pairs = list(zip(*(cells(name) for name in columns), strict=True))
        mine = np.array([pair in trace.values for pair in pairs], dtype=bool)
        if mine.any():
            rows |= mine
            own.append(Trace(version.table, columns, trace.values))
    wanted = pa.array(sorted(strong), pa.string())
    for name in data.column_names if strong else ():
        if _is_text(data.schema.field(name).type):
            mine = pc.fill_null(pc.is_in(texts(data[name]), value_set=wanted), fill_value=False)
            rows |= mine.to_numpy(zero_copy_only=False).astype(bool)
    return rows, own


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_integer(kind))
