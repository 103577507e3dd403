"""How much does not seeing names cost, and what does it keep from one who has them?

Four pairs of lists: febrl4 without its near-unique number, and three made ones with more errors
(`made_lists`). The peer is what anonlink does, which does not import here: a plain CLK, Dice, a
threshold that somebody sets, the nearest first. The attacker has everybody's names and the form of
the filters, and no key.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import Row
from benchmarks.linkage.made_lists import HARSH, HARSHER, ROUGH, lists

SECRET, ATTACKERS = bytes(range(32)), bytes(32)
BY_HAND = 0.8
ATTACKED = (200, 300, 400)
LOOKED_AT = 150
Pairs = list[tuple[str, str]]


def private() -> Iterator[Row]:
    """Each pair of lists: open, encoded, as anonlink does it; and an attack on the first."""
    for what, tables in corpora():
        true = {one[1:] for one in tables[0]["id"].to_pylist()}
        true &= {one[1:] for one in tables[1]["id"].to_pylist()}
        began = time.process_time()
        ours, stated = encoded(tables)
        seconds = time.process_time() - began
        plain, hidden = f1(open_pairs(tables), true), f1(ours, true)
        peer, best = by_hand(tables, true)
        yield Row(
            f"link without names: {what}",
            f"{tables[0].num_rows:,} and {tables[1].num_rows:,} records, {len(true):,} in both",
            f"F1 {hidden:.4f}, {hidden / plain:.3f} of open; {seconds:.1f} CPU s",
            f"F1 {peer:.4f} at {BY_HAND}; {best:.4f} at the best threshold",
            f"open F1 {plain:.4f}; precision {precision(ours):.3f}, stated {stated:.3f}",
        )
    yield from attacked()


def corpora() -> Iterator[tuple[str, tuple[pa.Table, pa.Table]]]:
    """What is linked; the part of an id after its first letter is the person."""
    place = Path(os.environ.get("JOINEDUP_DATA", "../shared/data")) / "linkage_person"
    if place.is_dir():
        sides = []
        for side in "ab":
            table = pq.read_table(place / f"febrl4{side}.parquet")
            ids = [side + one.split("-")[1] for one in table["rec_id"].to_pylist()]
            table = table.drop_columns(["rec_id", "soc_sec_id"])
            sides.append(table.append_column("id", pa.array(ids)))
        yield "febrl4 without its number", (sides[0], sides[1])
    yield "rough", lists(6_000, ROUGH, seed=3)
    yield "harsh", lists(6_000, HARSH, seed=1)
    yield "harsher", lists(6_000, HARSHER, seed=2)


def f1(pairs: Pairs, true: set[str]) -> float:
    """Of pairs of ids."""
    right = sum(one[1:] == other[1:] for one, other in pairs)
    return 2 * right / max(len(pairs) + len(true), 1)


def precision(pairs: Pairs) -> float:
    """How many of the pairs are one person."""
    return sum(one[1:] == other[1:] for one, other in pairs) / max(len(pairs), 1)


def open_pairs(tables: tuple[pa.Table, pa.Table]) -> Pairs:
    """What `link.people` gives, who sees the names."""
    import joinedup  # noqa: PLC0415 - what is measured

    output = joinedup.link.people(tables={"a": tables[0], "b": tables[1]})
    groups: dict[str, dict[str, list[str]]] = {}
    for row in output.tables["entities"].data.to_pylist():
        groups.setdefault(row["entity"], {}).setdefault(row["table"], []).append(row["id"])
    return [
        (one, other)
        for group in groups.values()
        for one in group.get("a", ())
        for other in group.get("b", ())
    ]


def encoded(tables: tuple[pa.Table, pa.Table]) -> tuple[Pairs, float]:
    """What the linker gives, as the partners read it; and the precision that it states."""
    import joinedup  # noqa: PLC0415 - what is measured
    from joinedup.link import private_file  # noqa: PLC0415 - as above

    made = [
        private_file.encode(table, told(table), id_column="id", only=(), secret=SECRET, key="bench")
        for table in tables
    ]
    output = joinedup.link.encoded(tables={"a": made[0].table, "b": made[1].table})
    known = [
        dict(zip(one.ids["record"].to_pylist(), one.ids["id"].to_pylist(), strict=True))
        for one in made
    ]
    found = output.tables["pairs"].data
    sides = zip(found["id_l"].to_pylist(), found["id_r"].to_pylist(), strict=True)
    pairs = [(known[0][a], known[1][b]) for a, b in sides if a in known[0] and b in known[1]]
    stated = output.result.estimates
    return pairs, stated[0].value if stated else float("nan")


def told(table: pa.Table) -> dict[str, str]:
    """Which column says what."""
    from joinedup.link import roles  # noqa: PLC0415 - as above

    found = roles.roles_of(table, kind="person", given={})
    return {role: column for role, column in found.items() if column != "id"}


def clk(table: pa.Table, secret: bytes) -> np.ndarray:
    """A plain CLK: no fold, no noise, an empty cell sets nothing; shape (records, 2048)."""
    from joinedup.link import private_filter  # noqa: PLC0415 - as above
    from joinedup.link.standard import standard  # noqa: PLC0415 - as above

    columns = standard(table, told(table))
    fields = private_filter.fields_of(columns)
    keys = private_filter.keys(secret)
    made = np.zeros((table.num_rows, private_filter.RAW), dtype=np.float32)
    for name, share in private_filter.shares(fields).items():
        field = private_filter.Field(name, columns[name], share, keys)
        for row, cell in enumerate(columns[name].to_pylist()):
            if cell is not None:
                made[row, field.set_by(cell)] = 1
    return made


def dice(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Twice what both have, of all that either has, shape (records, records)."""
    weights = one.sum(axis=1)[:, None] + other.sum(axis=1)[None, :]
    return np.asarray(2 * (one @ other.T) / np.maximum(weights, 1))


def by_hand(tables: tuple[pa.Table, pa.Table], true: set[str]) -> tuple[float, float]:
    """F1 at the threshold that somebody set, and at the one that turns out best."""
    near = dice(clk(tables[0], SECRET), clk(tables[1], SECRET))
    ids = [table["id"].to_pylist() for table in tables]
    left, right = np.nonzero(near >= 0.4)
    order = np.argsort(-near[left, right], kind="stable")
    used: tuple[set[int], set[int]] = (set(), set())
    right_so_far, scores, peer = 0, [0.0], 0.0
    for count, (one, other) in enumerate(_greedy(left[order], right[order], used), 1):
        right_so_far += ids[0][one][1:] == ids[1][other][1:]
        scores.append(2 * right_so_far / (count + len(true)))
        if near[one, other] >= BY_HAND:
            peer = scores[-1]
    return peer, max(scores)


def _greedy(
    left: np.ndarray, right: np.ndarray, used: tuple[set[int], set[int]]
) -> Iterator[tuple[int, int]]:
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        if one not in used[0] and other not in used[1]:
            used[0].add(one)
            used[1].add(other)
            yield one, other


def attacked() -> Iterator[Row]:
    """Lay the pattern of names over the pattern of filters: everybody in both, and nine in ten."""
    began = time.process_time()
    bare = [told_by_pattern(people) for people in ATTACKED]
    yield Row(
        "link without names: laid over by pattern, no dummies",
        f"{', '.join(map(str, ATTACKED))} people, all in the attacker's list",
        f"{', '.join(f'{hardened:.1%}' for hardened, _ in bare)} told",
        f"{', '.join(f'{plain:.1%}' for _, plain in bare)} of a plain CLK",
        "the best of three attacks: signatures, graph matching from them, and from nothing",
    )
    sent = {both: [told_as_sent(people, both) for people in ATTACKED] for both in (1.0, 0.9, 0.6)}
    yield Row(
        "link without names: laid over by pattern, as sent",
        f"{', '.join(map(str, ATTACKED))} people; 100 %, 90 % and 60 % in the attacker's list",
        "; ".join(", ".join(f"{one:.1%}" for one in told) for told in sent.values()) + " told",
        "-",
        f"with dummies, of those in both; {time.process_time() - began:.0f} CPU s in all",
    )


def told_by_pattern(people: int) -> tuple[float, float]:
    """The share of people told by their pattern, of our filters and of plain ones."""
    from joinedup.link import private_file  # noqa: PLC0415 - what is measured

    table = lists(people, HARSH, seed=7, both=1.0)[0]
    plain = clk(table, ATTACKERS)
    known = dice(plain, plain)
    made = private_file.encode(
        table, told(table), id_column="id", only=(), secret=SECRET, key="bench"
    )
    place = {name: at for at, name in enumerate(made.table["record"].to_pylist())}
    hard = np.unpackbits(private_file.checked(made.table, where="attack"), axis=1)
    hard = hard[[place[name] for name in made.ids["record"].to_pylist()]].astype(np.float32)
    order = np.random.default_rng(5).permutation(people)
    shares = []
    for one in (hard, clk(table, SECRET)):
        laid = laid_over(known, np.corrcoef(one[order]))
        shares.append(max(float((order[each] == np.arange(people)).mean()) for each in laid))
    return shares[0], shares[1]


def told_as_sent(people: int, both: float) -> float:
    """Of the people in both, the share told where some are in one list alone, and with dummies."""
    from joinedup.link import private_file  # noqa: PLC0415 - what is measured

    theirs, table = lists(people, ROUGH, seed=7, both=both)
    plain = clk(theirs, ATTACKERS)
    made = private_file.encode(
        table, told(table), id_column="id", only=(), secret=SECRET, key="bench"
    )
    names = dict(zip(made.ids["record"].to_pylist(), made.ids["id"].to_pylist(), strict=True))
    who = [names.get(record, "-")[1:] for record in made.table["record"].to_pylist()]
    mine = [one[1:] for one in theirs["id"].to_pylist()]
    hard = np.unpackbits(private_file.checked(made.table, where="attack"), axis=1)
    laid = laid_over(dice(plain, plain), np.corrcoef(hard.astype(np.float32)))
    right = [
        sum(
            other < len(who) and name == who[other] for name, other in zip(mine, each, strict=False)
        )
        for each in laid
    ]
    return max(right) / len(set(mine) & set(who))


def laid_over(known: np.ndarray, seen: np.ndarray) -> list[np.ndarray]:
    """For each record of one, the record of the other that an attacker takes it for; three ways.

    First each is laid on whoever has as near and as far others as it has; then graph matching goes
    on from there, so that who is near whom is near too; then it begins from nothing.
    """
    from scipy.optimize import linear_sum_assignment, quadratic_assignment  # noqa: PLC0415
    from scipy.spatial.distance import cdist  # noqa: PLC0415 - as above

    many = max(len(known), len(seen))
    sides, signs = [], []
    for one in (known, seen):
        apart = ~np.eye(len(one), dtype=bool)
        near = np.where(apart, (one - one[apart].mean()) / one[apart].std(), 0.0)
        sides.append(np.zeros((many, many)))
        sides[-1][: len(one), : len(one)] = near
        ranked = np.sort(near, axis=1)[:, ::-1][:, :LOOKED_AT]
        signs.append((ranked - ranked.mean(axis=0)) / ranked.std(axis=0))
    rows, columns = linear_sum_assignment(cdist(*signs))
    first = np.full(many, -1)
    first[rows] = columns
    first[first < 0] = np.setdiff1d(np.arange(many), columns)
    laid = [first]
    for start in (np.eye(many)[first], "barycenter"):
        options = {"maximize": True, "P0": start, "maxiter": 100}
        laid.append(quadratic_assignment(*sides, method="faq", options=options).col_ind)
    return laid
