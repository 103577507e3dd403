"""Attackers of encoded lists: they hold filters and names of the population, and no key."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import svds

from joinedup.link import private_file


@dataclass(frozen=True)
class Told:
    """What an attacker gets right, each a share of the records.

    Attributes:
        told: by the attack.
        by_chance: by naming everybody by the commonest.
    """

    told: float
    by_chance: float


def bits(table):
    """The bits of each record, shape (records, 4096)."""
    return np.unpackbits(private_file.checked(table, where="attack"), axis=1).astype(float)


def auc(score, marked):
    """How often a marked record scores above another; 0.5 is chance."""
    rank = np.argsort(np.argsort(score)) + 1.0
    many, few = (~marked).sum(), marked.sum()
    return (rank[marked].sum() - few * (few + 1) / 2) / (many * few)


def auc_of_same_person(one, other):
    """Whether a person's filter under one key is nearer to their own under another."""
    known = {name: place for place, name in enumerate(other.ids["id"].to_pylist())}
    sides = []
    for made in (one, other):
        place = {name: at for at, name in enumerate(made.table["record"].to_pylist())}
        sides.append(bits(made.table)[[place[name] for name in made.ids["record"].to_pylist()]])
    mine = sides[0]
    theirs = sides[1][[known[name] for name in one.ids["id"].to_pylist()]]
    same = (mine == theirs).mean(axis=1)
    apart = (mine == np.roll(theirs, 1, axis=0)).mean(axis=1)
    told = auc(np.r_[same, apart], np.r_[np.ones(len(same)), np.zeros(len(apart))] > 0)
    return max(told, 1 - told)


def auc_of_dummies_by_bits(table, real):
    """A linear attacker who was told which half of the records are dummies, on the other half."""
    given = bits(table)
    given = given - given.mean(axis=0)
    train = np.arange(len(given)) % 2 == 0
    goal = (~real).astype(float) - (~real).mean()
    weight = given[train].T @ given[train] + 1_000 * np.eye(given.shape[1])
    told = np.linalg.solve(weight, given[train].T @ goal[train])
    return auc(given[~train] @ told, (~real)[~train])


def frequency_attack(table, made, column):
    """Lay the commonest values of a column over the commonest patterns of the filters.

    Filters are grouped by their strongest common pattern (the leading directions in which they
    differ); the largest group is called by the commonest value, and so on.
    """
    place = {name: at for at, name in enumerate(made.table["record"].to_pylist())}
    given = bits(made.table)[[place[name] for name in made.ids["record"].to_pylist()]]
    values = np.array([one or "" for one in table[column].to_pylist()])
    names, counts = np.unique(values[values != ""], return_counts=True)
    common = names[np.argsort(-counts, kind="stable")][:20]
    centred = given - given.mean(axis=0)
    start = np.random.default_rng(1).normal(size=min(centred.shape))
    sides = svds(centred, k=len(common), v0=start)
    seen = (sides[0] * sides[1])[:, ::-1]
    seen = seen / seen.std(axis=0)
    group = np.argmax(seen, axis=1)
    order = np.argsort(-np.bincount(group, minlength=len(common)), kind="stable")
    guess = np.empty(len(common), dtype=common.dtype)
    guess[order] = common
    return Told(float((guess[group] == values).mean()), float((values == common[0]).mean()))
