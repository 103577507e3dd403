"""Does the mixture find again what made the pairs, and does each round fit better than the last?"""

import dataclasses

import numpy as np
import pytest

from joinedup.stats import mixture

UNRELATED = (np.array([0.9, 0.08, 0.02]), np.array([0.97, 0.03]), np.array([0.99, 0.01]))
MATCH = (np.array([0.05, 0.15, 0.80]), np.array([0.10, 0.90]), np.array([0.2, 0.8]))
NAMESAKE = (np.array([0.0, 0.1, 0.9]), UNRELATED[1], UNRELATED[2])
PAIRS = 400_000


def beginning(*, between: bool = True) -> mixture.Kinds:
    start = [np.array([0.1, 0.3, 0.6]), np.array([0.3, 0.7]), np.array([0.3, 0.7])]
    levels = []
    for place, other in enumerate(UNRELATED):
        kinds = [start[place], start[place] if place == 0 else other, other]
        levels.append(np.stack(kinds if between else [kinds[0], other]))
    many = 3 if between else 2
    free = np.zeros((many, 3), dtype=bool)
    free[0] = True
    if between:
        free[1, 0] = True
    return mixture.Kinds(
        levels=tuple(levels),
        free=free,
        tied=np.zeros(many, dtype=bool),
        least=np.zeros(3),
        fewest=np.zeros(many),
        most=np.full(many, np.inf),
        weight=np.array([1.0, 1.0, 0.0][:many] if between else [1.0, 0.0]),
    )


def drawn(shares: tuple[float, float], *, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Patterns, how many pairs have each, and how many of those are matches."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, PAIRS, p=[*shares, 1 - sum(shares)])
    cells = np.empty((PAIRS, 3), dtype=np.int64)
    for place in range(3):
        for which, chances in enumerate((MATCH[place], NAMESAKE[place], UNRELATED[place])):
            of = kind == which
            cells[of, place] = rng.choice(len(chances), of.sum(), p=chances)
    cells[rng.random((PAIRS, 3)) < 0.1] = -1
    patterns, place, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    return patterns, counts.astype(float), np.bincount(place.ravel(), kind == 0)


def learnt(patterns, counts, kinds):
    many = kinds.free.shape[0]
    share = np.array([[0.02, 1e-4, 0.9799]]) if many == 3 else np.array([[0.02, 0.98]])
    strata = np.zeros(len(patterns), dtype=np.int64)
    return mixture.learn(
        patterns, counts, strata, pairs=np.array([PAIRS]), kinds=kinds, share=share
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_made_the_pairs_is_found_again(seed):
    patterns, counts, _ = drawn((0.01, 0.03), seed=seed)
    found = learnt(patterns, counts, beginning())
    assert found.settled
    assert found.share[0, 0] == pytest.approx(0.01, abs=0.001)
    assert found.share[0, 1] == pytest.approx(0.03, abs=0.003)
    for place, chances in enumerate(MATCH):
        assert np.abs(found.levels[place][0] - chances).max() < 0.03


@pytest.mark.parametrize("seed", [1, 2])
def test_without_a_kind_for_namesakes_their_pairs_are_taken_for_matches(seed):
    """The reason for kinds between: two kinds alone find three times the matches there are."""
    patterns, counts, _ = drawn((0.01, 0.03), seed=seed)
    assert learnt(patterns, counts, beginning(between=False)).share[0, 0] > 0.02


def test_a_chance_of_a_match_is_as_often_right_as_it_says():
    patterns, counts, matches = drawn((0.01, 0.03), seed=4)
    kinds = beginning()
    found = learnt(patterns, counts, kinds)
    strata = np.zeros(len(patterns), dtype=np.int64)
    odds = mixture.log_odds(patterns, strata, found, kinds=kinds, rarity=np.zeros(patterns.shape))
    chance = 1 / (1 + np.exp(-odds))
    for low, high in ((0.02, 0.3), (0.3, 0.7), (0.7, 0.98), (0.98, 1.0)):
        some = (chance >= low) & (chance < high)
        told = (chance * counts)[some].sum()
        spread = np.sqrt((chance * (1 - chance) * counts)[some].sum())
        assert abs(matches[some].sum() - told) <= 4 * spread + 0.03 * told + 3, (low, high)


def test_each_round_fits_no_worse_than_the_one_before(monkeypatch):
    patterns, counts, _ = drawn((0.02, 0.01), seed=5)
    told = []
    for rounds in range(2, 14):
        monkeypatch.setattr(mixture, "ROUNDS", rounds)
        told.append(learnt(patterns, counts, beginning()).likelihood)
    gained = np.diff(told)
    assert (gained >= -1e-6 * np.abs(told[:-1])).all()


def test_a_tied_kind_agrees_as_a_match_does_and_no_round_fits_worse(monkeypatch):
    patterns, counts, _ = drawn((0.02, 0.01), seed=5)
    kinds = dataclasses.replace(beginning(), tied=np.array([False, True, False]))
    told = []
    for rounds in range(2, 14):
        monkeypatch.setattr(mixture, "ROUNDS", rounds)
        found = learnt(patterns, counts, kinds)
        told.append(found.likelihood)
    assert found.levels[0][1].tolist() == found.levels[0][0].tolist()
    assert found.levels[1][1].tolist() == found.levels[1][2].tolist()
    gained = np.diff(told)
    assert (gained >= -1e-6 * np.abs(told[:-1])).all()


def test_an_empty_cell_speaks_neither_for_a_match_nor_against():
    kinds = beginning()
    patterns, counts, _ = drawn((0.01, 0.03), seed=6)
    found = learnt(patterns, counts, kinds)
    nothing = np.full((1, 3), -1)
    odds = mixture.log_odds(
        nothing, np.zeros(1, dtype=np.int64), found, kinds=kinds, rarity=np.zeros((1, 3))
    )
    share = found.share[0]
    assert odds[0] == pytest.approx(np.log(share[0] / (1 - share[0])))


def test_a_rare_value_speaks_for_a_match_but_not_against_a_namesake():
    kinds = beginning()
    patterns, counts, _ = drawn((0.01, 0.03), seed=7)
    found = learnt(patterns, counts, kinds)
    named = np.array([[2, -1, -1]])
    strata = np.zeros(1, dtype=np.int64)
    odds = [
        mixture.log_odds(named, strata, found, kinds=kinds, rarity=np.array([[rare, 0.0, 0.0]]))[0]
        for rare in (0.0, 3.0, 30.0)
    ]
    assert odds[0] < odds[1] < odds[2]
    assert odds[2] <= np.log(found.share[0, 0] / found.share[0, 1]) + 0.2


def test_the_parts_of_a_pairs_odds_add_up_to_them():
    patterns, counts, _ = drawn((0.01, 0.03), seed=1)
    kinds = beginning()
    found = learnt(patterns, counts, kinds)
    rng = np.random.default_rng(4)
    rarity = np.where(patterns == [2, 1, 1], rng.normal(0, 2, patterns.shape), 0.0)
    strata = np.zeros(len(patterns), dtype=np.int64)
    parts = mixture.parts(patterns, strata, found, kinds=kinds, rarity=rarity)
    whole = parts.prior + parts.fields.sum(axis=1) + parts.between
    told = mixture.log_odds(patterns, strata, found, kinds=kinds, rarity=rarity)
    assert np.abs(whole - told).max() < 1e-9
    assert (parts.between <= 0).all()
    assert (parts.fields[patterns < 0] == 0).all()
    assert set(parts.likeliest.tolist()) == {1}


def test_a_pair_that_agrees_in_a_name_alone_is_taken_down_by_namesakes():
    patterns, counts, _ = drawn((0.01, 0.03), seed=1)
    found = learnt(patterns, counts, beginning())
    asked = np.array([[2, 0, 0], [0, 1, 1]])
    told = mixture.parts(
        asked, np.zeros(2, dtype=np.int64), found, kinds=beginning(), rarity=np.zeros((2, 3))
    )
    assert told.between[0] < -0.5
    assert told.between[1] > -0.1
