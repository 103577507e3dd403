"""Random people, the tables made of them, and who stands behind each number."""

from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st

from joinedup.govern.disclosure.behind import stands
from joinedup.result.blocks import Column, Table

FLOOR, CEILING = 5.0, 90.0
"""Bounds that anyone knows: who is below or above is told as the bound."""


@dataclass
class People:
    """Rows of persons: dimensions, an outcome, an amount, and whose row it is."""

    person: np.ndarray
    home: np.ndarray
    dims: np.ndarray
    outcome: np.ndarray
    amount: np.ndarray
    behind: dict = field(default_factory=dict)


@st.composite
def people(draw, *, dims=None):
    """Between 1 and 4 dimensions; some persons have several rows; amounts are uneven."""
    seed = draw(st.integers(0, 2**32 - 1))
    ways = dims or draw(st.integers(1, 4))
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(1, 400))
    persons = int(rng.integers(1, rows + 1))
    sizes = rng.integers(1, 5, ways)
    # Each person has one place: a person counted in two cells is another test's.
    powers = rng.integers(1, 3, ways)
    place = np.stack(
        [
            rng.integers(0, size, persons) ** power % size
            for size, power in zip(sizes, powers, strict=True)
        ]
    )
    person = rng.integers(0, persons, rows)
    amount = rng.lognormal(3, rng.uniform(0.1, 2), rows).round(2)
    return People(
        person=person,
        home=person // int(rng.integers(1, 4)),
        dims=place.T[person],
        outcome=rng.random(persons)[person] < rng.uniform(0, 1),
        amount=amount,
    )


def table(data, number=0):
    """One row for each combination that occurs, every measure, and who stands behind each."""
    ways = data.dims.shape[1]
    names = [f"d{way}" for way in range(ways)]
    rows = []
    for combination in sorted({tuple(row) for row in data.dims.tolist()}):
        mine = (data.dims == combination).all(axis=1)
        rows.append((*map(str, combination), *_numbers(data, mine, (number, len(rows)))))
    rows.append((*["all"] * ways, *_numbers(data, data.person >= 0, (number, len(rows)))))
    return Table(
        title="People",
        columns=(*[Column(name=name, kind="text") for name in names], *COLUMNS),
        rows=tuple(rows),
        about="groups",
        total_row=True,
    )


COLUMNS = (
    Column(name="n", kind="count"),
    Column(name="with", kind="count", part_of="n"),
    Column(name="share", kind="share", base="n"),
    Column(name="rate", kind="number", measure="rate", base="n", unit="per 1,000"),
    Column(name="mean", kind="number", measure="mean", base="n"),
    Column(name="sum", kind="number", measure="sum", base="n"),
    Column(name="median", kind="number", measure="median", base="n"),
    Column(name="quantile", kind="number", measure="quantile", quantile=0.9, base="n"),
    Column(name="minimum", kind="number", measure="minimum", base="n", least=FLOOR),
    Column(name="maximum", kind="number", measure="maximum", base="n", most=CEILING),
)


def _numbers(data, mine, place):
    """Counts are of persons; amounts are each person's total."""
    who, once = np.unique(data.person[mine], return_index=True)
    outcome = data.outcome[mine][once]
    amounts = np.array([data.amount[mine][data.person[mine] == one].sum() for one in who])
    with_outcome = mine & data.outcome
    everyone = stands(data.person[mine], household=data.home[mine], amount=data.amount[mine])
    for column in COLUMNS:
        data.behind[(*place, column.name)] = everyone
    data.behind[(*place, "with")] = stands(
        data.person[with_outcome], household=data.home[with_outcome]
    )
    share = float(outcome.mean())
    return (
        len(who),
        int(outcome.sum()),
        share,
        share * 1_000,
        float(amounts.mean()),
        float(amounts.sum()),
        float(np.median(amounts)),
        float(np.quantile(amounts, 0.9)),
        max(FLOOR, float(amounts.min())),
        min(CEILING, float(amounts.max())),
    )
