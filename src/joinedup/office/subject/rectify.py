"""A cell is put right, in what is held and in what comes later.

A new version holds the right value. If the partner still sends the wrong one, it is put right again
at the door, and a finding of that delivery says so. Who must be told is listed: the partner, and
whoever received a list that showed the person.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.digest import digest
from joinedup.core.errors import ProjectError
from joinedup.core.vocabulary import Dataset
from joinedup.govern.admit import remade
from joinedup.govern.pseudonyms.pseudonym import texts
from joinedup.office.house import Office
from joinedup.office.reads import token_keys
from joinedup.office.subject import cases
from joinedup.office.subject.asked import Asked
from joinedup.office.subject.cases import Case
from joinedup.office.subject.find import ADMITTED, Held, find, ways
from joinedup.office.subject.looked import Looked, mark, marks_of, rows_of
from joinedup.office.subject.shown import listed, releases
from joinedup.sources import Finding
from joinedup.store import rewrite
from joinedup.store.sealing import ATTRIBUTES, IDENTIFIERS, TOKENS
from joinedup.store.sides import Apart, Tokens

if TYPE_CHECKING:
    from joinedup.records.models import Rectification, TableVersion

KIND = "rectification"
KEY = "rectified values"
CODE = "still wrong"


@dataclass(frozen=True, slots=True)
class Rectified:
    """What came of it.

    Attributes:
        version: that holds the right value.
        rows: that were put right.
        tell: who must be told, each with why.
    """

    case: Case
    table: str
    version: int
    rows: int
    tell: tuple[tuple[str, str], ...]


def rectify(office: Office, question: Asked, what: str, value: str, *, reason: str) -> Rectified:
    """Put a field of theirs right.

    Args:
        office: whose tables.
        question: whose.
        what: `DATASET.FIELD`.
        value: that is right, as the partner would write it.
        reason: what was asked, and how it was checked.

    Raises:
        ProjectError: no such field, the value is not of its type, nothing is held, or the home
            holds the field as tokens alone.
    """
    dataset, name = _field(office, what)
    case = cases.opened(office, question, "rectification", reason=reason)
    found = find(office, question)
    table = ADMITTED + dataset.id
    held = next((one for one in found.current if one.version.table == table), None)
    if held is None:
        raise ProjectError(
            "the newest version of it holds no row of theirs.",
            fix="see `joinedup subject find` for where they are held.",
            where=table,
        )
    right = _typed(office, held.version, name, value, where=what)
    wrong = _values(office, held, name)
    kept = _keep(
        office,
        case.subject,
        dataset=dataset.id,
        field=name,
        marks=marks_of(office, found.looked).as_json(),
        wrong=sorted(mark(office, one, _where(dataset.id, name)) for one in wrong - {right}),
        right=_seal(office, right, dataset.id, name),
    )
    version = _write(office, dataset, held, name, right, event=kept.event.seq)
    tell = _tell(office, dataset, found)
    case = cases.add(
        office,
        case,
        "put right",
        reason=reason,
        dataset=dataset.id,
        field=name,
        rows=held.count,
        version=version.number,
        tell=[who for who, _ in tell],
    )
    return Rectified(case, table, version.number, held.count, tell)


def put_right(
    office: Office, dataset: Dataset, table: pa.Table
) -> tuple[pa.Table, tuple[Finding, ...]]:
    """Rows of a delivery with what was put right before put right again, and who is barred gone.

    Args:
        office: whose records.
        dataset: what it is a delivery of.
        table: from `admit`, identifiers as they came.

    Returns:
        the rows, and what the delivery's findings say of it.
    """
    from joinedup.records.models import Rectification, Suppression  # noqa: PLC0415 - Django

    told: list[Finding] = []
    barred = Suppression.objects.erased()
    if barred:
        rows = rows_of(office, table, dataset, Looked.together(one.marks for one in barred))
        if rows.any():
            table = table.filter(pa.array(~rows))
            told.append(_finding("erased", "", int(rows.sum()), ERASED_STILL_SENT))
    for one in Rectification.objects.of(dataset.id):
        table, count = _again(office, dataset, table, one)
        if count:
            told.append(_finding(CODE, one.field, count, STILL_WRONG.format(field=one.field)))
    return table, tuple(told)


ERASED_STILL_SENT = "The sender still sends rows of people who were erased; they were not taken."
STILL_WRONG = "The sender still sends {field} as it was before it was put right; it was put right."


def _again(
    office: Office, dataset: Dataset, table: pa.Table, one: "Rectification"
) -> tuple[pa.Table, int]:
    if one.field not in table.column_names:
        return table, 0
    rows = rows_of(office, table, dataset, Looked.together([one.marks]))
    if not rows.any():
        return table, 0
    cells = texts(table[one.field]).to_pylist()
    where = _where(dataset.id, one.field)
    wrong = set(one.wrong)
    for place in np.flatnonzero(rows):
        rows[place] = mark(office, cells[place] or "", where) in wrong
    if not rows.any():
        return table, 0
    right = _open(office, one)
    return _with(table, one.field, right, rows), int(rows.sum())


def _with(table: pa.Table, name: str, right: str, rows: Any) -> pa.Table:
    """The table with one value in these rows of a column."""
    column = table[name]
    value = _scalar(right, column.type)
    place = table.column_names.index(name)
    changed = pc.if_else(pa.array(rows), value, column)
    return table.set_column(place, name, changed)


def _scalar(text: str, kind: pa.DataType) -> pa.Scalar:
    if not text:
        return pa.scalar(None, kind)
    return pa.array([text], pa.string()).cast(kind)[0]


def _write(
    office: Office, dataset: Dataset, held: Held, name: str, right: str, *, event: int
) -> "TableVersion":
    """A new version with the right value in every side that holds the field."""
    old = held.version
    sides = {part["side"]: rewrite.side(office.lake, old, part) for part in old.parts}
    made_with = {part["side"]: part["made_with"] for part in old.parts}
    keys = token_keys(office, [way for way in ways(old) if way])
    for side, table in sides.items():
        if name not in table.column_names:
            continue
        if side.startswith(TOKENS):
            project = side.removeprefix(f"{TOKENS} ")
            token = remade(right, name, dataset, keys[project])
            sides[side] = _with(table, name, token, held.rows)
        else:
            sides[side] = _with(table, name, right, held.rows)
    empty = pa.table({})
    apart = Apart(
        attributes=sides.get(ATTRIBUTES, empty),
        columns=tuple(old.columns),
        identifiers=sides.get(IDENTIFIERS),
        tokens={
            side.removeprefix(f"{TOKENS} "): Tokens(
                tuple(table.column_names), made_with[side], table.to_batches
            )
            for side, table in sides.items()
            if side.startswith(TOKENS)
        },
    )
    return office.lake.write(
        old.table,
        apart if len(sides) > 1 or ATTRIBUTES not in sides else sides[ATTRIBUTES],
        kind=KIND,
        actor=office.who,
        facts={"dataset": dataset.id, "field": name, "rows": held.count, "told_by": event},
        purposes=old.purposes,
        agreements=old.agreements,
        origin=old.origin,
    )


def _field(office: Office, what: str) -> tuple[Dataset, str]:
    name, dot, field = what.partition(".")
    dataset = office.folder.datasets.get(name)
    if not dot or dataset is None or field not in dataset.fields:
        raise ProjectError(
            "there is no such field.", fix="name it as DATASET.FIELD.", where="--field"
        )
    return dataset, field


def _typed(office: Office, version: "TableVersion", name: str, value: str, *, where: str) -> str:
    """The right value as the lake would say it in words.

    Raises:
        ProjectError: it is not of the field's type, or the field is not held as it is.
    """
    part = next((one for one in version.parts if name in one["columns"]), None)
    if part is None:
        raise ProjectError(
            "the home does not hold this field.", fix="ask the partner.", where=where
        )
    if part["side"].startswith(TOKENS):
        return value.strip()
    kind = rewrite.side(office.lake, version, part).schema.field(name).type
    try:
        scalar = _scalar(value.strip(), kind)
    except pa.ArrowException:
        raise ProjectError(
            f"the value is not of the field's type ({kind}).",
            fix="write dates as 2026-03-31 and numbers with a point.",
            where=where,
        ) from None
    told: str | None = texts(pa.chunked_array([pa.array([scalar.as_py()], kind)])).to_pylist()[0]
    return told or ""


def _values(office: Office, held: Held, name: str) -> set[str]:
    part = next(
        (
            one
            for one in held.version.parts
            if name in one["columns"] and not one["side"].startswith(TOKENS)
        ),
        None,
    )
    if part is None:
        return set()
    table = rewrite.side(office.lake, held.version, part).filter(pa.array(held.rows))
    return {told or "" for told in texts(table[name]).to_pylist()}


def _where(dataset: str, field: str) -> str:
    return f"rectified {dataset}.{field}"


def _seal(office: Office, right: str, dataset: str, field: str) -> str:
    from joinedup.records.sealed import seal  # noqa: PLC0415 - Django's room, when needed

    return seal(office.home, KEY, right, bound=(dataset, field))


def _open(office: Office, one: "Rectification") -> str:
    from joinedup.records.sealed import unseal  # noqa: PLC0415 - as above

    where = f"{one.dataset}.{one.field}"
    return unseal(office.home, KEY, one.right, bound=(one.dataset, one.field), where=where)


def _keep(office: Office, subject: str, **said: Any) -> "Rectification":
    from joinedup.records.home import transaction  # noqa: PLC0415 - Django, when needed
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.models import Rectification  # noqa: PLC0415 - as above

    with transaction():
        facts = {"dataset": said["dataset"], "field": said["field"], "row": digest(said)}
        event = append("rectified", actor=office.who, subject=subject, facts=facts)
        return Rectification.objects.create(subject=subject, at=event.at, event=event, **said)


def _tell(office: Office, dataset: Dataset, found: Any) -> tuple[tuple[str, str], ...]:
    """The partner, and whoever received a list with them, as article 19 asks."""
    tell = [(dataset.partner, "sends the data")]
    runs = [one.run for one in listed(office, found)]
    tell += [
        (recipient, f"received {row.run.project}/{row.run.step} on {row.at[:10]}")
        for row, recipient in releases(office, runs)
    ]
    return tuple(dict.fromkeys(tell))


def _finding(code: str, column: str, count: int, message: str) -> Finding:
    return Finding(severity="warning", code=code, column=column, count=count, message=message)
