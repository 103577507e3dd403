"""Do the stated precision and recall of links hold the truth as often as they say, unaided?

Populations are made of many sizes and with few or many errors. In half of them nobody has a twin or
a parent of the same name at home, in half some do: no record tells which, and what is stated must
hold for both. A short run stands in the ordinary tests, the long one under `deep`.
"""

from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from benchmarks.linkage.population import population
from tests.link.made import linkage, records_of

from joinedup.link import linking, sample, single, truth
from joinedup.link.decided import Decided

ENOUGH = 0.90
"""The model is not the truth: what is stated at 95 % is to hold nine times of ten."""
NEAR, FAR = 0.02, 0.08
"""Where nobody has a twin; and where three matches in a hundred are beside one, and as many beside
a parent of the same name."""
FAMILIES = 0.009
SHORT = [
    (500, 1.0, 0.0, 31),
    (500, 1.6, FAMILIES, 32),
    (700, 0.5, FAMILIES, 33),
    (1_000, 1.6, 0.0, 34),
    (1_000, 1.0, FAMILIES, 35),
    (1_200, 0.5, 0.0, 36),
]
LONG = [
    (size, errors, families, 100 + place)
    for place, (size, errors, families, _) in enumerate(
        product((500, 1_000, 2_500, 6_000), (0.5, 1.0, 1.6), (0.0, FAMILIES), range(2))
    )
]


def with_families(table, known, share, *, seed):
    """Some people get a twin, and as many a parent of the same name at home, a record each."""
    rng = np.random.default_rng(seed)
    rows = table.to_pylist()
    added, entity = [], []
    for place in rng.choice(len(rows), round(2 * share * len(rows)), replace=False).tolist():
        row, other = rows[place], rows[int(rng.integers(len(rows)))]
        if not (row["birth_date"] and row["forename"]):
            continue
        number = len(added)
        if number % 2:
            more = {"forename": other["forename"]}
        else:
            year = int(row["birth_date"][:4]) - int(rng.integers(20, 40))
            more = {"birth_date": f"{year}-05-17"}
        added.append({**row, "id": f"f{number}", "email": None, **more})
        entity.append(-1 - number)
    whole = pa.concat_tables([table, pa.Table.from_pylist(added, schema=table.schema)])
    return whole, np.concatenate([known, np.array(entity, dtype=np.int64)])


def world_of(size, errors, families, seed):
    """The records, and which pairs of them are one."""
    table, known = population(size, seed=seed, errors=errors)
    table, entity = with_families(table, known["entity"].to_numpy(), families, seed=seed)
    records = records_of({"list": table})
    return records, truth.read(pa.table({"id": table["id"], "entity": entity}), records)


def against(linked, known, said):
    """Stated precision and recall, each with the true one."""
    score = truth.scores(linked, known, single.one_to_one(linked))["pairs"]
    return [(said.precision, score.precision), (said.recall, score.recall)]


def held_and_off(shares):
    """Whether each share holds the truth, and how far it is off."""
    held = np.array([share.low <= true <= share.high for share, true in shares])
    return held, np.array([share.value - true for share, true in shares])


@pytest.mark.parametrize("worlds", [SHORT, pytest.param(LONG, marks=pytest.mark.deep)])
def test_what_links_say_of_themselves_holds_and_is_near(worlds):
    found = []
    for world in worlds:
        records, known = world_of(*world)
        linked = linkage(records)
        found.append(against(linked, known, linked.judged))
    plain = np.array([not families for _, _, families, _ in worlds])
    for name, shares in zip(("precision", "recall"), zip(*found, strict=True), strict=True):
        held, off = held_and_off(shares)
        assert held.mean() >= ENOUGH, name
        assert np.abs(off[plain]).mean() <= NEAR, name
        assert np.abs(off).max() <= FAR, name


def clerk(linked, known, many):
    """What a person who is right says of the first so many pairs of the sample."""
    count = linked.records.count
    code = linking.codes(linked.found, count)
    drawn = sample.draw(
        linked.weighed.chance, linked.told, linked.judged.line, code=code, seed=many
    )
    places = drawn.pairs[:many]
    return Decided(
        left=code[places] // count,
        right=code[places] % count,
        same=np.isin(code[places], known.pairs[:, 0] * count + known.pairs[:, 1]),
        stratum=drawn.stratum[:many],
        of=drawn.of[:many].astype(float),
    )


@pytest.mark.parametrize("worlds", [SHORT[1:2], pytest.param(LONG[2:36:3], marks=pytest.mark.deep)])
def test_decisions_of_a_person_bring_what_is_stated_to_the_truth(worlds):
    before, after = [], {50: [], 100: []}
    for world in worlds:
        records, known = world_of(*world)
        linked = linkage(records)
        before += against(linked, known, linked.judged)
        for many, shares in after.items():
            decided = linkage(records, decided=clerk(linked, known, many))
            assert decided.reviewed.decided >= 0.8 * many
            shares.extend(against(decided, known, decided.reviewed))
    for many, shares in after.items():
        held, off = held_and_off(shares)
        assert held.mean() >= ENOUGH, many
        assert np.abs(off).mean() <= np.abs(held_and_off(before)[1]).mean(), many
