"""Of all matches, how many did the rules that find pairs find at all?

Matches are drawn from the model and held against the rules. Two things are mended, for the model
was learnt from pairs that were found. Matches that were not found agree less: they are put beside
the others until what is found agrees as it was seen to (Dempster, Laird & Rubin, 1977). And where
more matches hang on one rule alone than were drawn to, more are found by none (Chao, 1987).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from joinedup.link.blocking import Key, Rule, keyed
from joinedup.link.features import feature_of
from joinedup.link.learning import Model
from joinedup.link.splinked import Compared
from joinedup.stats.arrays import Bools, Floats, Ints

DRAWN = 20_000
LIKELY = 0.01
ROUNDS = 6


def coverage(
    table: pa.Table,
    model: Model,
    rules: Sequence[Rule],
    found: Compared,
    chance: Floats,
    *,
    seed: int,
) -> float:
    """Of all matches, how many at least one rule finds, 0 to 1.

    Empty cells are drawn as two records at random have them; whether two of one level have a key in
    common, as likely matches do.

    Args:
        table: the records, as they are compared.
        model: what was learnt.
        rules: by which pairs were found.
        found: the pairs.
        chance: of each pair, shape (pairs,).
        seed: of what is drawn.

    Source: Chao (1987), doi:10.2307/2531532, for those that none finds.
    """
    rng = np.random.default_rng(seed)
    likely = _likely(found, chance, rng)
    weight = chance[likely]
    if not len(likely):
        return 1.0
    alike = {key: _alike(table, key, found, likely) for rule in rules for key in rule.keys}
    levels = dict(zip(model.features, found.levels[likely].T, strict=True))
    shared = {key: _shared(key, levels[key.feature], same, weight) for key, same in alike.items()}
    drawn = _hits_of_matches(table, model, rules, shared, rng)
    missed = float((drawn == 0).mean())
    odds = missed / max(1 - missed, 1 / DRAWN)
    return 1 / (1 + odds * max(1.0, _more_alone(drawn, _hits(rules, alike), weight)))


def _more_alone(drawn: Ints, seen: Ints, weight: Floats) -> float:
    """How many more are found by none than were drawn to, by those found by one rule, and two."""
    matches = weight.sum()
    once, twice = (
        (weight[seen == many].sum() + 1)
        / ((drawn == many).sum() / max((drawn > 0).sum(), 1) * matches + 1)
        for many in (1, 2)
    )
    return float(once**2 / twice)


def _likely(found: Compared, chance: Floats, rng: np.random.Generator) -> Ints:
    """Places of some pairs that may match, whatever order the engine gave them in."""
    places = np.flatnonzero(chance > LIKELY)
    ends = np.sort(np.stack([found.left[places], found.right[places]]), axis=0)
    places = places[np.lexsort(ends)]
    if len(places) > DRAWN:
        places = places[np.sort(rng.choice(len(places), DRAWN, replace=False))]
    return np.asarray(places)


def _alike(table: pa.Table, key: Key, found: Compared, pairs: Ints) -> Bools:
    """Whether the two records of each pair have a key in common, shape (pairs,)."""
    codes = np.asarray(keyed(table, key).dictionary_encode().indices.fill_null(-1))
    one, other = codes[found.left[pairs]], codes[found.right[pairs]]
    return np.asarray((one == other) & (one >= 0))


def _shared(key: Key, levels: Ints, alike: Bools, weight: Floats) -> Floats:
    """How often matches of each level of its feature have a key in common, shape (levels,)."""
    size = len(feature_of(key.feature).alike) + 2
    there = levels >= 0
    seen = np.bincount(levels[there], weight[there], minlength=size)
    common = np.bincount(levels[there], (weight * alike)[there], minlength=size)
    shares = common / np.maximum(seen, 1e-9)
    shares[-1] = 1.0
    return np.asarray(shares)


def _hits(rules: Sequence[Rule], alike: Mapping[Key, Bools]) -> Ints:
    """How many rules find each pair, shape (pairs,)."""
    found = [np.all([alike[key] for key in rule.keys], axis=0) for rule in rules]
    return np.asarray(np.sum(found, axis=0), dtype=np.int64)


def _hits_of_matches(
    table: pa.Table,
    model: Model,
    rules: Sequence[Rule],
    shared: Mapping[Key, Floats],
    rng: np.random.Generator,
) -> Ints:
    """How many rules find each of the matches that are drawn, shape (drawn,)."""
    left, right = (rng.integers(0, table.num_rows, DRAWN) for _ in range(2))
    valid = [np.asarray(table[name].is_valid()) for name in model.features]
    there = [cells[left] & cells[right] for cells in valid]
    at = [rng.random(DRAWN) for _ in model.features]
    turn = {key: rng.random(DRAWN) for key in shared}
    match = list(model.match)
    for _ in range(ROUNDS):
        levels = {
            name: np.where(there[place], np.searchsorted(np.cumsum(chances)[:-1], at[place]), -1)
            for place, (name, chances) in enumerate(zip(model.features, match, strict=True))
        }
        hits = _hits(
            rules,
            {
                key: (levels[key.feature] >= 0) & (turn[key] < chances[levels[key.feature]])
                for key, chances in shared.items()
            },
        )
        match = [
            _beside(seen, levels[name], hits > 0)
            for name, seen in zip(model.features, model.match, strict=True)
        ]
    return hits


def _beside(seen: Floats, levels: Ints, hit: Bools) -> Floats:
    """How often matches are at each level: as seen where found, as drawn where not."""
    there = levels >= 0
    missed = np.bincount(levels[there & ~hit], minlength=len(seen))
    whole = (there & hit).sum() * seen + missed
    return np.asarray(whole / max(whole.sum(), 1.0)) if whole.sum() else seen
