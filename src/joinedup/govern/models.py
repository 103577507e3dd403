"""May this fitted model leave?

A model can carry the people it was fitted to: a leaf of one case, a regression with as many
coefficients as cases, or losses so much smaller for those it saw that anyone can be told to have
been among them. The facts come in, a decision with its reasons goes out; nothing is loaded or run.

Whoever asks measures the losses of the model on cases it was fitted to and on like cases it never
saw. An attacker who calls the smaller loss a member is right with probability AUC. Of the AUC the
upper end of its interval at 95 % decides, so that few measured cases count against a model. The
share of members found at 1 % false alarms hangs on a handful of cases: there the measured share
decides, its interval is told beside it, and too few cases measured refuse.

Source: membership inference by loss after Yeom et al. (2018), doi:10.1109/CSF.2018.00027, judged at
a low rate of false alarms after Carlini et al. (2022), doi:10.1109/SP46214.2022.9833649.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.core.errors import Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
DRAWS = 200
FALSE_ALARMS = 0.01
LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a model must keep to leave.

    Attributes:
        fewest: cases in every leaf of a tree, at least.
        freedom: residual degrees of freedom of a regression, at least.
        auc: of the attack by loss, at most; 0.5 is chance.
        hits: members found at 1 % false alarms, at most, as a share.
        measured: cases of either kind whose losses must be known, at least.
    """

    fewest: int = 10
    freedom: int = 10
    auc: float = 0.60
    hits: float = 0.03
    measured: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a fitted model.

    Attributes:
        leaves: cases in each leaf of each tree, shape (leaves,); None if it has no trees.
        freedom: residual degrees of freedom; None if it is no regression.
        keeps_records: whether it carries cases as they are: nearest neighbours, support vectors.
        member_losses: loss of each case it was fitted to, shape (members,).
        other_losses: loss of like cases it never saw, shape (others,).
    """

    leaves: Ints | None = None
    freedom: int | None = None
    keeps_records: bool = False
    member_losses: Floats | None = None
    other_losses: Floats | None = None


@dataclass(frozen=True, slots=True)
class Exposure:
    """How well members can be told from others by their loss.

    Attributes:
        auc: chance that a member's loss is the smaller; 0.5 is none.
        auc_low: bounds of the interval at 95 %, by drawing cases again.
        auc_high: see `auc_low`.
        hits: share of members found where 1 % of others are called members by mistake.
        hits_low: bounds of its interval.
        hits_high: see `hits_low`.
    """

    auc: float
    auc_low: float
    auc_high: float
    hits: float
    hits_low: float
    hits_high: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a model may leave, why not, and what was measured."""

    may_leave: bool
    problems: tuple[Problem, ...]
    exposure: Exposure | None


def decide(facts: Facts, limits: Limits | None = None, *, seed: int = 0) -> Decision:
    """Whether a model with these facts may leave, with every reason against it.

    Args:
        facts: what is known; losses that are not known refuse.
        limits: what it must keep; the house's own if not said.
        seed: for the interval, which draws cases again.
    """
    kept = limits or Limits()
    found, problems = None, [*_by_shape(facts, kept)]
    if facts.member_losses is None or facts.other_losses is None:
        problems.append(
            Problem(
                "model",
                "nobody has measured whether its losses tell who it was fitted to.",
                "hand in the losses of cases it was fitted to and of like cases it never saw.",
            )
        )
    else:
        found, more = _by_losses(facts.member_losses, facts.other_losses, kept, seed)
        problems += more
    return Decision(not problems, tuple(problems), found)


def _by_shape(facts: Facts, limits: Limits) -> Iterator[Problem]:
    if facts.keeps_records:
        yield Problem(
            "model",
            "it carries cases it was fitted to as they are.",
            "fit a model that keeps coefficients or leaves instead.",
        )
    if facts.leaves is not None and len(facts.leaves):
        small = int((facts.leaves < limits.fewest).sum())
        if small:
            yield Problem(
                "model",
                f"{small} of its leaves hold fewer than {limits.fewest} cases.",
                f"fit it again with at least {limits.fewest} cases in a leaf.",
            )
    if facts.freedom is not None and facts.freedom < limits.freedom:
        yield Problem(
            "model",
            "it is saturated: its coefficients give the data back."
            if facts.freedom <= 0
            else f"it leaves fewer than {limits.freedom} degrees of freedom.",
            "fit fewer coefficients, or more cases.",
        )


def _by_losses(
    members: Floats, others: Floats, limits: Limits, seed: int
) -> tuple[Exposure | None, list[Problem]]:
    unknown = int((~np.isfinite(members)).sum() + (~np.isfinite(others)).sum())
    fewest = min(len(members), len(others))
    if unknown or fewest < limits.measured:
        what = (
            f"{unknown} of the losses are no numbers."
            if unknown
            else f"losses of fewer than {limits.measured} cases of either kind are known."
        )
        return None, [Problem("model", what, "measure more cases, kept aside for this.")]
    found = exposure(members, others, seed=seed)
    problems = []
    if found.auc_high > limits.auc:
        problems.append(
            Problem(
                "model",
                f"who it was fitted to can be told by its losses (AUC {found.auc:.2f},"
                f" {found.auc_low:.2f} to {found.auc_high:.2f}; at most {limits.auc:.2f}).",
                "fit it more simply: shallower trees, larger leaves, more cases.",
            )
        )
    if found.hits > limits.hits:
        problems.append(
            Problem(
                "model",
                f"of those it was fitted to, {found.hits:.1%} can be named at 1 % false alarms"
                f" ({found.hits_low:.1%} to {found.hits_high:.1%}; at most {limits.hits:.1%}).",
                "fit it more simply: shallower trees, larger leaves, more cases.",
            )
        )
    return found, problems


def exposure(members: Floats, others: Floats, *, seed: int = 0) -> Exposure:
    """How well members can be told from others by their loss, with its doubt.

    Args:
        members: losses of cases the model was fitted to, shape (members,).
        others: losses of like cases it never saw, shape (others,).
        seed: for the interval, which draws cases of either kind again.

    >>> found = exposure(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> (found.auc, found.hits)
    (1.0, 1.0)
    """
    rng = np.random.default_rng(seed)
    draws = np.array(
        [
            _told(
                members[rng.integers(0, len(members), len(members))],
                others[rng.integers(0, len(others), len(others))],
            )
            for _ in range(DRAWS)
        ]
    )
    auc, hits = _told(members, others)
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return Exposure(auc, float(low[0]), float(high[0]), hits, float(low[1]), float(high[1]))


def _told(members: Floats, others: Floats) -> tuple[float, float]:
    """AUC of "the smaller loss is a member's", and members found at 1 % false alarms."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, members, side="left")
    equal = np.searchsorted(ordered, members, side="right") - below
    smaller = len(others) - below - equal
    auc = float((smaller + equal / 2).mean() / len(others))
    # The largest loss that calls at most 1 % of the others members: none at or below it is more.
    allowed = int(np.floor(FALSE_ALARMS * len(others)))
    return auc, float((members < ordered[allowed]).mean())


def smallest(leaves: Sequence[Ints]) -> Ints:
    """The leaves of several trees as one, for `Facts`."""
    return np.concatenate([np.asarray(one, dtype=np.int64) for one in leaves])
