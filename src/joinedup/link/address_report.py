"""What looking addresses up gave: its tables, and what is told of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from joinedup.link import address_truth, asked, held_out, placing, telling
from joinedup.link.judged import Share
from joinedup.link.placed import Decided, Placed, unlisted
from joinedup.link.placing import FOUND, NOTHING, PART, WHY, Pattern
from joinedup.result.blocks import Block, Caution, Column, Estimates, Table
from joinedup.result.model import Result
from joinedup.stats.arrays import Bools
from joinedup.stats.intervals import wilson_interval

MOST_RIVALS, MOST_WAYS = 10, 12
NOT_SURE = "it agrees in too little to be sure"
FEW = 100
LEVELS = (
    ("number", placing.NUMBERS),
    ("part", placing.PARTS),
    ("street", placing.STREETS),
    ("name", placing.NAMES),
    ("town", placing.TAILS),
    ("postcode", placing.POSTCODES),
)


def tables(found: Placed) -> dict[str, pa.Table]:
    """The links, the place of every record, the doubtful, and those without a place."""
    return {
        "pairs": _pairs(found),
        "entities": _entities(found),
        "review": _review(found),
        "unplaced": _unplaced(found),
    }


def _each(found: Placed) -> Iterator[tuple[Decided, int]]:
    for decided in found.decided:
        for row in range(len(decided.verdicts)):
            yield decided, row


def _pairs(found: Placed) -> pa.Table:
    rows = [
        (
            decided.records.name,
            decided.records.ids[row],
            found.listed.name,
            found.id_of(decided.verdicts[row].places[0]),
            float(decided.chance[row]),
        )
        for decided, row in _each(found)
        if decided.accepted[row]
    ]
    if not found.decided:
        rows = _within(found)
    rows.sort(key=lambda row: -row[-1])
    return _table(("table_l", "id_l", "table_r", "id_r"), rows, number="probability")


def _within(found: Placed) -> list[tuple[str, str, str, str, float]]:
    """Rows of the one list that are about the place of an earlier row; how likely is not known."""
    name = found.listed.name
    return [
        (name, found.listed.ids[row], name, found.id_of(place), float("nan"))
        for row, place in enumerate(found.places.place_of)
        if found.places.places[place].row != row
    ]


def _entities(found: Placed) -> pa.Table:
    alone = unlisted(found)
    rows = [
        (found.listed.name, found.listed.ids[row], found.id_of(place), float("nan"))
        for row, place in enumerate(found.places.place_of)
    ]
    for decided, row in _each(found):
        name = decided.records.name
        entity, chance = (
            (found.id_of(decided.verdicts[row].places[0]), float(decided.chance[row]))
            if decided.accepted[row]
            else (alone[name, row], float("nan"))
        )
        rows.append((name, decided.records.ids[row], entity, chance))
    return _table(telling.ENTITIES[:-1], rows, number=telling.ENTITIES[-1])


def _review(found: Placed) -> pa.Table:
    rows = []
    for decided, row in _each(found):
        verdict = decided.verdicts[row]
        if decided.accepted[row] or verdict.what in {NOTHING, PART}:
            continue
        because = f"{WHY.get(verdict.what, NOT_SURE)}: {words(verdict.pattern)}"
        whole = verdict.what in {FOUND, placing.SEVERAL}
        chance = float(decided.chance[row]) if whole else float("nan")
        rows += [
            (
                decided.records.name,
                decided.records.ids[row],
                found.listed.name,
                found.id_of(place),
                because,
                chance,
            )
            for place in verdict.places[:MOST_RIVALS]
        ]
    names = ("table_l", "id_l", "table_r", "id_r", "because")
    made = _table(names, rows, number="probability")
    order = ["table_l", "id_l", "table_r", "id_r", "probability", "because"]
    return made.select(order)


def _unplaced(found: Placed) -> pa.Table:
    rows = [
        (
            decided.records.name,
            decided.records.ids[row],
            WHY[verdict.what],
            found.id_of(verdict.places[0]) if verdict.places else None,
        )
        for decided, row in _each(found)
        if (verdict := decided.verdicts[row]).what in {NOTHING, PART}
    ]
    return _table(("table", "id", "why", "building"), rows)


def _table(
    names: tuple[str, ...], rows: Sequence[tuple[object, ...]], *, number: str = ""
) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * (len(names) + bool(number))
    made = {name: pa.array(columns[at], pa.string()) for at, name in enumerate(names)}
    if number:
        values = np.array(columns[len(names)], dtype=float)
        made[number] = pa.array(values, mask=np.isnan(values))
    return pa.table(made)


def words(pattern: Pattern) -> str:
    """How two addresses agree, in words: what is the same is left out, but for the first."""
    told = []
    for (what, levels), level in zip(LEVELS, pattern, strict=True):
        if levels[level] and not (what == "street" and pattern[0] <= 1):
            told.append(f"{what} {levels[level]}")
    return ", ".join(told)


def tell(
    spec: asked.Drawn,
    found: Placed,
    *,
    truth: pa.Table | None,
    groups: Mapping[str, pa.ChunkedArray],
    method: str,
) -> Result:
    """The result: how many are linked, how sure, and why the others are not.

    Args:
        spec: as asked.
        found: what was decided.
        truth: what is true, if it is known.
        groups: of each table that has it, the group of each row.
        method: its name.
    """
    blocks: list[Block] = [_estimates(spec, found)] if found.decided else []
    blocks += [Caution(text=text) for text in _cautions(found)]
    if truth is not None:
        blocks += address_truth.blocks(found, truth, groups, by=spec.by)
    blocks += [_gained(found)] if found.decided and any(found.listed.uprns) else []
    blocks += [_reasons(found), _ways(found)]
    blocks.append(telling.columns(asked.described(spec), "table", "says", "column"))
    return Result(method=method, headline=_headline(found), blocks=tuple(blocks))


def _headline(found: Placed) -> str:
    if not found.decided:
        return (
            f"{len(found.listed.said):,} rows of {found.listed.name} are about"
            f" {len(found.places.places):,} places."
        )
    counts = reasons(found)
    linked = sum(many for (_, why), many in counts.items() if why == FOUND)
    none = sum(many for (_, why), many in counts.items() if why in {WHY[NOTHING], WHY[PART]})
    rows = sum(counts.values())
    gained = sum(int((one.accepted & ~_own(found, one)).sum()) for one in found.decided)
    listed = _spoken(found.listed.name)
    told = f", {gained:,} of them without a listed UPRN of their own" if gained < linked else ""
    return (
        f"{linked:,} of {rows:,} records are linked to a place in {listed}{told};"
        f" about {found.precision[0]:.2%} of the links are right, as taking places out tells."
        f" {rows - linked - none:,} are for a person to decide; for {none:,} no place is listed."
    )


def reasons(found: Placed) -> Counter[tuple[str, str]]:
    """How many records of each table were linked, or why they were not."""
    counts: Counter[tuple[str, str]] = Counter()
    for decided, row in _each(found):
        what = decided.verdicts[row].what
        why = FOUND if decided.accepted[row] else WHY.get(what, NOT_SURE)
        counts[decided.records.name, why] += 1
    return counts


def _estimates(spec: asked.Drawn, found: Placed) -> Estimates:
    value, low, high = found.precision
    linked = int(sum(decided.accepted.sum() for decided in found.decided))
    tried = max(found.trial.tried, 1)
    bounds = wilson_interval(
        np.array([float(found.trial.refused)]), np.array([float(tried)]), level=spec.level
    )
    refused = Share(found.trial.refused / tried, float(bounds.low[0]), float(bounds.high[0]))
    return telling.estimates(
        telling.BY_THE_MODEL,
        (
            ("links that are right (precision)", Share(value, low, high), linked),
            (
                "addresses whose place was taken out that found no other",
                refused,
                found.trial.tried,
            ),
        ),
        level=spec.level,
    )


def _cautions(found: Placed) -> list[str]:
    share = f"{found.trial.slips:.2%}"
    told = [
        f"A slip that makes a number another listed one cannot be seen: about {share} of links."
    ]
    if found.decided and found.trial.tried < FEW:
        told.append(
            f"Only {found.trial.tried} addresses could be proven by taking their place out: the"
            " estimates are rough."
        )
    if not any(found.listed.uprns):
        told.append(
            f"{found.listed.name} has no UPRNs: rows with one address are taken for one place,"
            " which goes by the id of the first."
        )
    return told


def _reasons(found: Placed) -> Table:
    counts = reasons(found)
    rows = tuple(
        (_spoken(table), "linked" if why == FOUND else why, many)
        for (table, why), many in sorted(counts.items(), key=lambda item: (item[0][0], -item[1]))
    )
    columns = (
        Column(name="table", kind="text"),
        Column(name="what", label="what became of it", kind="text"),
        Column(name="records", kind="count"),
    )
    return Table(title="What became of the records", columns=columns, rows=rows, about="method")


def _gained(found: Placed) -> Table:
    """What addresses add to the UPRNs that came with the records."""
    rows = []
    for decided in found.decided:
        own, linked = _own(found, decided), decided.accepted
        wrong = float((1 - decided.chance[linked]).sum())
        counts = (int((linked & ~own).sum()), wrong, int(linked.sum()), int(own.sum()), len(own))
        rows.append((_spoken(decided.records.name), *counts))
    columns = (
        Column(name="table", kind="text"),
        Column(name="gained", label="linked by address alone", kind="count"),
        Column(name="wrong", label="links expected to be wrong", kind="number", digits=1),
        Column(name="linked", label="linked in all", kind="count"),
        Column(name="own", label="came with a listed UPRN", kind="count"),
        Column(name="records", kind="count"),
    )
    return Table(
        title="What addresses add to UPRNs", columns=columns, rows=tuple(rows), about="method"
    )


def _spoken(table: str) -> str:
    """A table's name in words."""
    return table.rpartition(".")[2].replace("_", " ")


def _own(found: Placed, decided: Decided) -> Bools:
    """Whether each record came with a UPRN of the gazetteer, shape (rows,)."""
    known = set(found.listed.uprns) - {""}
    return np.array([uprn in known for uprn in decided.records.uprns], dtype=bool)


def _ways(found: Placed) -> Table:
    used = Counter(
        (held_out.kind_of(one.records.addresses[one.records.said[row]]), held_out.way(pattern))
        for one, row in _each(found)
        if one.accepted[row] and (pattern := one.verdicts[row].pattern)
    )
    known = sorted(found.trial.chance.items(), key=lambda item: (-used[item[0]], item[0]))
    rows = tuple(
        (kind, words(pattern), used[kind, pattern], float(chance))
        for (kind, pattern), chance in known[:MOST_WAYS]
    )
    columns = (
        Column(name="kind", label="the record has", kind="text"),
        Column(name="agrees", label="what agrees", kind="text"),
        Column(name="links", kind="count"),
        Column(name="chance", label="such a link is right", kind="share"),
    )
    return Table(
        title="How likely each way of agreeing is right",
        columns=columns,
        rows=rows,
        about="method",
        note=f"The commonest {len(rows)} of {len(known)} ways. Told by taking places out and"
        " looking again, and by slips that were made.",
    )
