"""What does agreement in each feature say, learnt from the records themselves?

Beside matches and unrelated records there are those that are often taken for a match: two people of
one name, two of one home, twins, a father and a son of one name. Each of these kinds agrees in some
features and is like unrelated records in the rest, and is given up where the records hold none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from joinedup.link.features import HOME, NAME, REACH, feature_of
from joinedup.link.splinked import Compared
from joinedup.stats import mixture
from joinedup.stats.arrays import Bools, Floats, Ints

AGREES, ALIKE, DIFFERS = 3.0, 0.4, 0.1
MATCHES_PER_RECORD = 0.3
FEWEST = {"of one name and home": 0.02, "twins": 0.02}
MOST = {"of one name and home": 0.05, "twins": 0.05, "of one home and telephone": 0.05}
"""For each match; a kind that differs from a match in one feature alone would else take its place.
About 3 births in 100 are of twins; a parent and a child of one name in one home are no more, and no
population is without either, though a sample may have none."""
TIED = frozenset(["of one name and home", "twins"])
"""What these agree in is written down with the same slips as of one person: left free, they drift
to neighbours, and twins are taken for matches."""
FEW_RECORDS = 20_000
LEFT = 0.02
"""Of all pairs that agree, how many are taken to be unrelated at least, 0 to 1."""
MOVED = "moved"
"""A match all of whose address is another: not several slips that happen to come together."""
MOST_MOVED = 0.5
"""For each other match: unbounded, two strangers born on one day are enough to teach it."""
FEWEST_OF_HOME = 2
BETWEEN = 0.1
"""Pairs of each kind in between for each match, to begin with: one that begins with next to none
loses its pairs to the match before they are learnt from."""
PSEUDO_PAIRS, PSEUDO_PAIRS_BETWEEN = 1.0, 100.0


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt, and of what.

    Attributes:
        features: in the order of all that follows.
        kinds: where it began, and which kind may agree in what.
        names: of the kinds.
        pairs: of each stratum, how many pairs there are in all.
        drawn: of each feature, how often any two records are at each level; rarity was told by it.
        fewest: the same, were there none of the kinds that differ from a match in one feature
            alone: the records cannot tell how many there are; None if they know no such kind.
        most: the same, were there one of them for each match: whatever may be one of them is.
    """

    features: tuple[str, ...]
    names: tuple[str, ...]
    kinds: mixture.Kinds
    learnt: mixture.Learnt
    pairs: Floats
    drawn: tuple[Floats, ...]
    fewest: "Model | None" = None
    most: "Model | None" = None

    @property
    def match(self) -> list[Floats]:
        """Of each feature, how often matches are at each level."""
        return [chances[0] for chances in self.learnt.levels]

    @property
    def moved(self) -> float:
        """Of the matches, the share that has moved, 0 to 1."""
        many = self.pairs @ self.learnt.share[:, : self.kinds.matches]
        return float(1 - many[0] / many.sum())

    @property
    def unrelated(self) -> list[Floats]:
        """Of each feature, how often two unrelated records are at each level."""
        return [chances[-1] for chances in self.learnt.levels]


def begun(features: Sequence[str]) -> list[Floats]:
    """Of each feature, how often matches agree, before anything is learnt."""
    return [_start(len(feature_of(name).alike)) for name in features]


def _start(alike: int) -> Floats:
    chances = np.array([DIFFERS, *[ALIKE / max(alike, 1)] * alike, AGREES])
    return np.asarray(chances / chances.sum())


def kinds_between(features: Sequence[str]) -> dict[str, frozenset[str]]:
    """The kinds that are often taken for a match, and in which of these features they agree."""
    group = {name: feature_of(name).group for name in features}
    named = {name for name, of in group.items() if of == NAME}
    there = {name for name, of in group.items() if of == HOME}
    reached = {name for name, of in group.items() if of == REACH}
    family = named & {"surname"}
    born = set(features) & {"birth_date"}
    shared = reached - {"email"} if family else set()  # a business has a telephone of its own
    kinds = {
        "of one name": named | reached - {"phone"},
        "of one home": there | family | shared,
    }
    if not family and reached & {"phone"}:
        kinds["of one home and telephone"] = there | reached - {"email"}
    if family and "house_number" in there:
        kinds["of one street"] = there - {"house_number", "uprn"}
    if not family and named and "house_number" in there:
        kinds["of one name and street"] = named | there - {"house_number"} | reached - {"phone"}
    if born and "forename" in named:
        kinds |= {
            "of one name and home": named | there | shared,
            "twins": family | born | there | shared,
        }
    others = set(features)
    return {name: frozenset(agree) for name, agree in kinds.items() if agree and agree != others}


def kinds_of_match(features: Sequence[str]) -> dict[str, frozenset[str]]:
    """The kinds of match beside the usual one, and in which of these features they agree.

    Who moves has another street, postcode and place at once: taken for so many slips apart, the
    same name and date of birth would not do.
    """
    there = {name for name in features if feature_of(name).group == HOME}
    named = {"forename", "surname", "birth_date"} <= set(features)
    moves = named and len(there) >= FEWEST_OF_HOME
    return {MOVED: frozenset(set(features) - there)} if moves else {}


def learn(  # noqa: PLR0917 - what was seen, and of what
    features: Sequence[str],
    unrelated: Sequence[Floats],
    found: Compared,
    strata: np.ndarray,
    pairs: Floats,
    records: int,
    there: Floats,
    told: Ints | None = None,
) -> Model:
    """Learn from the pairs that were compared; those that were not count as unrelated.

    Args:
        features: that were compared.
        unrelated: of each, how often two unrelated records are at each level.
        found: the pairs.
        strata: which group each is of: within one source, or between two, shape (pairs,).
        pairs: how many pairs each group has in all, shape (groups,).
        records: how many there are.
        there: of each feature, the share of pairs with a value on both sides, shape (features,).
        told: of each pair, what a person decided: 1 a match, 0 none, -1 nothing, shape (pairs,).
    """
    matches, between = kinds_of_match(features), kinds_between(features)
    likely = min(MATCHES_PER_RECORD * records / pairs.sum(), 0.1)
    share = np.full((len(pairs), len(matches) + len(between) + 2), BETWEEN * likely)
    share[:, 0] = likely
    share[:, -1] = 1 - share[:, :-1].sum(axis=1)
    barring = (1 + len(matches), share.shape[1])
    patterns, counts, barred = _all_patterns(found.levels, strata, told, *barring)

    def fitted(kinds: mixture.Kinds, share: Floats) -> mixture.Learnt:
        return mixture.learn(
            patterns[:, 1:],
            counts,
            patterns[:, 0],
            pairs=pairs,
            kinds=kinds,
            share=share,
            barred=barred,
        )

    kinds = _beginning(features, matches, between, unrelated)
    learnt = fitted(kinds, share)
    if records < FEW_RECORDS:
        related = mixture.expected(patterns[:, 1:], counts, patterns[:, 0], learnt)[:, :-1]
        others = _without(unrelated, patterns[:, 1:], related.sum(axis=1), there * pairs.sum())
        kinds = _beginning(features, matches, between, others)
        learnt = fitted(kinds, share)
    names = ("match", *matches, *between, "unrelated")
    model = Model(tuple(features), names, kinds, learnt, pairs, tuple(unrelated))
    return _read_otherwise(model, fitted)


def _read_otherwise(
    model: Model, fitted: Callable[[mixture.Kinds, Floats], mixture.Learnt]
) -> Model:
    """With the model learnt again for no pairs that differ in one feature alone, and for many."""
    unclear = np.array([name in MOST for name in model.names])
    if not unclear.any():
        return model
    kinds, learnt = model.kinds, model.learnt

    def other(share: float) -> Model:
        fewest, most = (np.where(unclear, share, one) for one in (kinds.fewest, kinds.most))
        held = replace(kinds, levels=learnt.levels, fewest=fewest, most=most)
        return replace(model, kinds=held, learnt=fitted(held, learnt.share))

    return replace(model, fewest=other(0.0), most=other(1.0))


def most_unclear(model: Model) -> float:
    """How many pairs differ from a match in one feature alone, for each match, at most."""
    return sum(MOST.get(name, 0.0) for name in model.names)


def _beginning(
    features: Sequence[str],
    matches: Mapping[str, frozenset[str]],
    between: Mapping[str, frozenset[str]],
    unrelated: Sequence[Floats],
) -> mixture.Kinds:
    start, some = begun(features), {**matches, **between}
    levels, free = [], np.zeros((len(some) + 2, len(features)), dtype=bool)
    free[0] = True
    for place, name in enumerate(features):
        kinds = [start[place] if name in agree else unrelated[place] for agree in some.values()]
        levels.append(np.stack([start[place], *kinds, unrelated[place]]))
        free[1:-1, place] = [name in agree for agree in some.values()]
    pseudo = [PSEUDO_PAIRS_BETWEEN] * len(some)
    most = {**MOST, **dict.fromkeys(matches, MOST_MOVED)}
    return mixture.Kinds(
        levels=tuple(levels),
        free=free,
        tied=np.array([False, *(name in TIED or name in matches for name in some), False]),
        least=np.array([feature_of(name).least for name in features]),
        fewest=np.array([1.0, *(FEWEST.get(name, 0.0) for name in some), 0.0]),
        most=np.array([1.0, *(most.get(name, np.inf) for name in some), np.inf]),
        weight=np.array([PSEUDO_PAIRS, *pseudo, 0.0]),
        matches=1 + len(matches),
    )


def _without(
    unrelated: Sequence[Floats], patterns: np.ndarray, related: Floats, pairs: Floats
) -> list[Floats]:
    """How often records agree that are not related at all: in a short list many that agree are.

    Args:
        unrelated: of each feature, how often any two records are at each level.
        patterns: of levels, shape (patterns, features).
        related: how many pairs of each pattern are not unrelated, shape (patterns,).
        pairs: of each feature, how many pairs have a value on both sides, shape (features,).
    """
    made = []
    for place, chances in enumerate(unrelated):
        seen = patterns[:, place]
        there = seen >= 0
        known = np.bincount(seen[there], related[there], minlength=len(chances))
        left = np.maximum(chances * pairs[place] - known, LEFT * chances * pairs[place])
        made.append(left / left.sum())
    return made


def odds(model: Model, found: Compared, strata: np.ndarray) -> Floats:
    """The logarithm of the odds that each pair is a match, shape (pairs,)."""
    made = np.empty(len(found.left))
    for first in range(0, len(made), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        made[some] = mixture.log_odds(
            found.levels[some],
            strata[some],
            model.learnt,
            kinds=model.kinds,
            rarity=rarity(model, found, some),
        )
    return made


def parts(model: Model, found: Compared, strata: np.ndarray, some: Ints) -> mixture.Parts:
    """What the odds of some pairs, told by their places, are the sum of; natural logarithms."""
    return mixture.parts(
        found.levels[some],
        strata[some],
        model.learnt,
        kinds=model.kinds,
        rarity=rarity(model, found, some),
    )


AT_ONCE = 1 << 18


def rarity(model: Model, found: Compared, some: Any) -> Floats:
    """Of some pairs and each feature, how much rarer the value is that both have, as a logarithm.

    More than the comparison told where unrelated records agree less often than any two do.
    """
    added = found.rarity[some].astype(float)
    levels = found.levels[some]
    for place, (name, drawn) in enumerate(zip(model.features, model.drawn, strict=True)):
        if feature_of(name).rare:
            same = levels[:, place] == len(drawn) - 1
            added[same, place] += np.log(model.unrelated[place][-1] / drawn[-1])
    return np.asarray(added)


def _all_patterns(
    levels: np.ndarray, strata: np.ndarray, told: Ints | None, matches: int, kinds: int
) -> tuple[np.ndarray, Floats, Bools | None]:
    """Patterns of what nobody decided, then of matches, then of what is none."""
    if told is None or not (told >= 0).any():
        return *_patterns(levels, strata), None
    made = [_patterns(levels[told == one], strata[told == one]) for one in (-1, 1, 0)]
    barred = [np.zeros((len(patterns), kinds), dtype=bool) for patterns, _ in made]
    barred[1][:, matches:] = True
    barred[2][:, :matches] = True
    patterns, counts = zip(*made, strict=True)
    return np.concatenate(patterns), np.concatenate(counts), np.concatenate(barred)


def _patterns(levels: np.ndarray, strata: np.ndarray) -> tuple[np.ndarray, Floats]:
    """Each stratum and pattern of levels that was seen, and how often."""
    code = strata.astype(np.int64)
    widths = []
    for place in range(levels.shape[1]):
        wide = int(levels[:, place].max(initial=0)) + 2
        widths.append(wide)
        code = code * wide + levels[:, place] + 1
    codes, counts = np.unique(code, return_counts=True)
    columns = []
    for wide in reversed(widths):
        columns.append(codes % wide - 1)
        codes = codes // wide
    return np.stack([codes, *reversed(columns)], axis=1).astype(np.int64), counts.astype(float)
