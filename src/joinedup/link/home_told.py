"""What came of deriving households: its tables, and what is told of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from joinedup.link import families, telling
from joinedup.link.families import Household, Limits
from joinedup.link.home_words import EPOCH, Known
from joinedup.link.stays import BEGINNING, OPEN, Stay
from joinedup.result.blocks import Block, Caution, Column, Estimate, Estimates, Table
from joinedup.result.model import Output, OutputTable, Result

GIVES = {
    "memberships": "one row per stay of a person in a household",
    "households": "one row per household at a home",
    "review": "one row per household or person that somebody should look at",
}
MEMBERSHIPS = pa.schema(
    [
        ("household", pa.string()),
        ("person", pa.string()),
        ("home", pa.string()),
        ("from", pa.date32()),
        ("to", pa.date32()),
        ("rule", pa.string()),
    ]
)
HOUSEHOLDS = pa.schema(
    [
        ("household", pa.string()),
        ("home", pa.string()),
        ("kind", pa.string()),
        ("from", pa.date32()),
        ("to", pa.date32()),
        ("people", pa.int64()),
        ("children", pa.int64()),
    ]
)
REVIEW = pa.schema([("household", pa.string()), ("person", pa.string()), ("because", pa.string())])
SCHEMAS = {"memberships": MEMBERSHIPS, "households": HOUSEHOLDS, "review": REVIEW}
DOUBLED = "at another home at the same time: shared care, or one is old"
Row = dict[str, object]
Rows = tuple[list[dict[str, object]], list[dict[str, object]], list[dict[str, object]]]
DERIVED = (
    "A household here is what registers let one infer, not who is a family. Do not act on one"
    " without somebody who knows it."
)


@dataclass(frozen=True, slots=True)
class Lived:
    """The households of each home, and the stays of persons who have two homes at once."""

    households: Mapping[int, Sequence[Household]]
    doubled: Sequence[Stay]


def output(
    known: Known,
    lived: Lived,
    limits: Limits,
    *,
    method: str,
    how: str,
    described: Sequence[tuple[str, str, str, str]],
) -> Output:
    """Tables and words.

    Args:
        known: what the tables say.
        lived: what was derived.
        limits: from the settings.
        method: its name.
        how: it is known whose each row is.
        described: table, kind, role and column.
    """
    rows = members, homes, review = _rows(known, lived, limits)
    tables = {
        name: pa.Table.from_pylist(told, schema)
        for told, (name, schema) in zip(rows, SCHEMAS.items(), strict=True)
    }
    result = Result(
        method=method,
        headline=_headline(members, homes),
        blocks=tuple(_blocks(members, homes, review, how, described)),
    )
    return Output(
        result=result,
        tables={name: OutputTable(data, GIVES[name]) for name, data in tables.items()},
    )


def _rows(known: Known, lived: Lived, limits: Limits) -> Rows:
    """Rows of memberships, households and review."""
    persons, places = list(known.names), list(known.homes)
    people = [known.people[person] for person in range(len(persons))]
    made: Rows = ([], [], [])
    of: dict[tuple[int, int, int], str] = {}
    for home in sorted(lived.households, key=lambda home: places[home]):
        for number, household in enumerate(lived.households[home], start=1):
            called = f"{places[home]}/{number}"
            stays = [stay for stay, _ in household.members]
            of |= {(stay.person, stay.home, stay.first): called for stay in stays}
            last = max(stay.last for stay in stays)
            day = known.latest if last > known.latest else last - 1
            here = {stay.person for stay in stays if stay.first <= day < stay.last}
            young = [one for one in here if not families.adult(people[one], day, limits)]
            spell: Row = {"from": _day(min(stay.first for stay in stays)), "to": _day(last)}
            told: Row = {"household": called, "home": places[home]}
            counts: Row = {"people": len(here), "children": len(young)}
            made[1].append(told | {"kind": household.kind} | spell | counts)
            for stay, rule in household.members:
                spell = {"from": _day(stay.first), "to": _day(stay.last)}
                made[0].append(told | {"person": persons[stay.person], "rule": rule} | spell)
            if household.doubt:
                made[2].append({"household": called, "person": None, "because": household.doubt})
    for stay in lived.doubled:
        called = of.get((stay.person, stay.home, stay.first), "")
        made[2].append({"household": called, "person": persons[stay.person], "because": DOUBLED})
    return made


def _day(day: int) -> date | None:
    return None if day in {BEGINNING, OPEN} else date.fromordinal(day + EPOCH)


def _headline(
    members: Sequence[Mapping[str, object]], homes: Sequence[Mapping[str, object]]
) -> str:
    now = [row for row in homes if row["to"] is None]
    kinds = Counter(str(row["kind"]) for row in now)
    told = ", ".join(f"{kinds[kind]:,} {kind}" for kind in families.KINDS if kinds[kind])
    persons = len({row["person"] for row in members})
    return (
        f"{persons:,} people were in {len(homes):,} households over time; {len(now):,} go on"
        f"{f': {told}' if told else ''}."
    )


def _blocks(
    members: Sequence[Mapping[str, object]],
    homes: Sequence[Mapping[str, object]],
    review: Sequence[Mapping[str, object]],
    how: str,
    described: Sequence[tuple[str, str, str, str]],
) -> list[Block]:
    rules = Counter(str(row["rule"]) for row in members)
    doubtful = {row["household"] for row in review}
    share = 1 - len(doubtful) / max(len(homes), 1)
    text, count = Column(name="what", kind="text"), Column(name="rows", kind="count")
    return [
        Estimates(
            title="How much is settled",
            items=(
                Estimate(
                    name="households that nobody need look at", value=share, low=None, high=None,
                    level=None, unit="share", n=len(homes),
                ),
            ),
        ),
        Caution(text=DERIVED),
        Table(
            title="By which rule",
            columns=(text, count),
            rows=tuple((rule, rules[rule]) for rule in families.RULES if rules[rule]),
            about="groups",
            note=f"Persons are told apart {how}.",
        ),
        telling.columns(described, "table", "kind", "says", "column"),
    ]  # fmt: skip
