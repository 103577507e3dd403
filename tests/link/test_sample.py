"""Do a few decisions on the drawn sample tell how good the links are, as often as is said?"""

import numpy as np
import pytest

from joinedup.link import sample
from joinedup.link.decided import Decided
from joinedup.link.judged import Judged, Share

LINE = 0.5


def population(seed, *, off=0.0, pairs=6_000):
    """Chances by a model that is off by so much in its log odds, and what is true."""
    rng = np.random.default_rng(seed)
    odds = np.concatenate([rng.normal(5, 2.5, pairs // 3), rng.normal(-4, 2, 2 * pairs // 3)])
    true = rng.random(len(odds)) < 1 / (1 + np.exp(-(odds + off)))
    return 1 / (1 + np.exp(-odds)), true


def looked(chance, true, *, seed, stop=None):
    """Draw, let a person who is right decide, and tell."""
    told = np.full(len(chance), -1)
    drawn = sample.draw(chance, told, LINE, code=np.arange(len(chance)), seed=seed)
    some = slice(0, stop)
    told[drawn.pairs[some]] = true[drawn.pairs[some]]
    decided = Decided(
        left=drawn.pairs[some],
        right=drawn.pairs[some] + 1,
        same=true[drawn.pairs[some]],
        stratum=drawn.stratum[some],
        of=drawn.of[some].astype(float),
    )
    weight = np.zeros(len(chance))
    weight[drawn.pairs[some]] = sample.weights(decided)
    return told, weight


def reviewed(chance, told, weight):
    share = Share(0.5, 0.0, 1.0)
    judged = Judged(LINE, share, share, covered=1.0)
    code = np.arange(len(chance))
    return sample.reviewed(chance, told, weight, code=code, judged=judged, level=0.95)


def held(chance, true, told, seen):
    """Whether the bounds hold what is true of the links as they then are."""
    links = (told == 1) | ((told < 0) & (chance >= LINE))
    right = (links & true).sum()
    precision, recall = right / links.sum(), right / true.sum()
    return (
        seen.precision.low <= precision <= seen.precision.high,
        seen.recall.low <= recall <= seen.recall.high,
    )


@pytest.mark.parametrize("off", [0.0, -2.0, 2.0])
@pytest.mark.parametrize("stop", [None, 90])
def test_intervals_hold_the_truth_as_often_as_they_say_whatever_the_model_says(off, stop):
    told_right = []
    for seed in range(150):
        chance, true = population(seed, off=off)
        told, weight = looked(chance, true, seed=seed, stop=stop)
        seen = reviewed(chance, told, weight)
        told_right.append(held(chance, true, told, seen))
    precision, recall = np.mean(told_right, axis=0)
    assert precision >= 0.91
    assert recall >= 0.91


def test_intervals_of_a_sample_are_of_use():
    chance, true = population(1)
    told, weight = looked(chance, true, seed=1)
    seen = reviewed(chance, told, weight)
    assert seen.decided == (told >= 0).sum() <= sample.TO_LOOK_AT
    assert seen.precision.high - seen.precision.low < 0.10
    assert seen.recall.high - seen.recall.low < 0.13


def test_too_few_decisions_tell_nothing():
    chance, true = population(2)
    told, weight = looked(chance, true, seed=2, stop=sample.FEWEST - 1)
    assert reviewed(chance, told, weight) is None


def test_pairs_that_a_person_chose_are_no_sample():
    chance, true = population(3)
    told, weight = looked(chance, true, seed=3)
    assert reviewed(chance, told, 0 * weight) is None
    odds = np.log(chance / (1 - chance))
    assert np.array_equal(sample.correction(odds, told, 0 * weight).of(odds), odds)


def test_decisions_bring_a_model_that_is_off_nearer_to_the_truth():
    def off(odds, off_by):
        return np.abs(1 / (1 + np.exp(-odds)) - 1 / (1 + np.exp(-off_by))).mean()

    for by in (-2.0, 2.0):
        chance, true = population(4, off=by)
        told, weight = looked(chance, true, seed=4)
        odds = np.log(chance / (1 - chance))
        better = sample.correction(odds, told, weight).of(odds)
        assert off(better, odds + by) < 0.4 * off(odds, odds + by)


def test_who_stops_early_has_looked_at_every_stratum():
    chance, _ = population(5)
    drawn = sample.draw(chance, np.full(len(chance), -1), LINE, code=np.arange(len(chance)), seed=5)
    many = len(np.unique(drawn.stratum))
    assert many == 2 * sample.PARTS
    for stop in range(many, len(drawn.pairs), many):
        counts = np.bincount(drawn.stratum[:stop], minlength=many)
        assert counts.max() - counts.min() <= 1


def test_the_draw_is_of_the_seed_and_takes_no_pair_that_was_decided():
    chance, _ = population(6)
    told = np.full(len(chance), -1)
    told[::2] = 1
    one, other = (
        sample.draw(chance, told, LINE, code=np.arange(len(chance)), seed=6) for _ in range(2)
    )
    assert np.array_equal(one.pairs, other.pairs)
    order = np.random.default_rng(0).permutation(len(chance))
    turned = sample.draw(chance[order], told[order], LINE, code=order, seed=6)
    assert np.array_equal(order[turned.pairs], one.pairs)
    assert (told[one.pairs] < 0).all()
    assert len(np.unique(one.pairs)) == len(one.pairs)
