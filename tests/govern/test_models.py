"""A model that carries the people it was fitted to does not leave: real models of known risk."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

from joinedup.govern.models import Facts, Limits, decide, exposure, smallest

SIZE, FEATURES = 6_000, 25


def drawn(seed):
    """Half to fit, half never seen: noisy enough that a close fit learns the cases."""
    x, y = make_classification(
        SIZE, FEATURES, n_informative=8, n_redundant=5, flip_y=0.15, random_state=seed
    )
    half = SIZE // 2
    return x[:half], y[:half], x[half:], y[half:]


def losses(model, x, y):
    shares = np.clip(model.predict_proba(x)[np.arange(len(y)), y], 1e-6, 1.0)
    return -np.log(shares)


def leaves(model, x):
    """Cases in each leaf, counted as the model sorts the cases it was fitted to."""
    trees = getattr(model, "estimators_", [model])
    found = [np.unique(tree.apply(x), return_counts=True)[1] for tree in np.ravel(trees)]
    return smallest(found)


def told(model, seed, *, trees=False):
    x, y, other_x, other_y = drawn(seed)
    model.fit(x, y)
    return Facts(
        leaves=leaves(model, x) if trees else None,
        member_losses=losses(model, x, y),
        other_losses=losses(model, other_x, other_y),
    )


RISKY = {
    "forest with leaves of one": RandomForestClassifier(60, random_state=0),
    "forest with leaves of three": RandomForestClassifier(60, min_samples_leaf=3, random_state=0),
    "a full tree": DecisionTreeClassifier(random_state=0),
    "boosting as it comes": XGBClassifier(n_jobs=1, random_state=0),
    "deep boosting": XGBClassifier(n_jobs=1, max_depth=10, random_state=0),
}
SAFE = {
    "forest with leaves of 25": RandomForestClassifier(
        60, min_samples_leaf=25, max_depth=8, random_state=0
    ),
    "shallow boosting": GradientBoostingClassifier(
        n_estimators=60, max_depth=3, min_samples_leaf=50, random_state=0
    ),
    "logistic regression": LogisticRegression(max_iter=500),
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", RISKY)
def test_a_model_that_tells_its_members_is_refused(name, seed):
    found = decide(told(RISKY[name], seed))
    assert not found.may_leave
    assert found.exposure.auc_high > 0.60 or found.exposure.hits > 0.03
    assert "can be" in found.problems[0].what


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", SAFE)
def test_a_model_that_tells_nobody_may_leave(name, seed):
    found = decide(told(SAFE[name], seed))
    assert found.may_leave, found.problems
    assert found.exposure.auc_low <= found.exposure.auc <= found.exposure.auc_high


def test_leaves_of_one_case_are_refused_whatever_the_losses_say():
    x, y, *_ = drawn(3)
    model = DecisionTreeClassifier(random_state=0).fit(x, y)
    same = np.linspace(0.1, 1.0, 1_000)
    found = decide(Facts(leaves=leaves(model, x), member_losses=same, other_losses=same))
    assert not found.may_leave
    assert "fewer than 10 cases" in found.problems[0].what
    enough = Facts(leaves=np.array([10, 40]), member_losses=same, other_losses=same)
    assert decide(enough).may_leave


@pytest.mark.parametrize(
    ("freedom", "said"), [(0, "saturated"), (-3, "saturated"), (9, "fewer than 10"), (10, "")]
)
def test_a_regression_needs_ten_degrees_of_freedom(freedom, said):
    same = np.linspace(0.1, 1.0, 1_000)
    found = decide(Facts(freedom=freedom, member_losses=same, other_losses=same))
    assert found.may_leave == (said == "")
    assert all(said in problem.what for problem in found.problems)


def test_a_model_whose_losses_nobody_measured_is_refused():
    assert "nobody has measured" in decide(Facts()).problems[0].what
    few = np.ones(499)
    assert "fewer than 500" in decide(Facts(member_losses=few, other_losses=few)).problems[0].what
    broken = np.full(1_000, np.nan)
    found = decide(Facts(member_losses=broken, other_losses=broken))
    assert "2000 of the losses are no numbers" in found.problems[0].what


def test_a_model_that_keeps_records_is_refused_however_its_losses_look():
    same = np.linspace(0.1, 1.0, 1_000)
    found = decide(Facts(keeps_records=True, member_losses=same, other_losses=same))
    assert "carries cases" in found.problems[0].what


def test_every_reason_is_told_at_once():
    members, others = np.zeros(1_000), np.ones(1_000)
    facts = Facts(leaves=np.array([1]), freedom=2, member_losses=members, other_losses=others)
    assert len(decide(facts).problems) == 4
    assert decide(facts, Limits(fewest=1, freedom=1, auc=1.0, hits=1.0)).may_leave


def test_the_attack_by_loss_agrees_with_counting_every_pair():
    rng = np.random.default_rng(5)
    members, others = rng.integers(0, 9, 120) * 1.0, rng.integers(0, 9, 130) * 1.0 + 1
    pairs = members[:, None] - others[None, :]
    by_hand = ((pairs < 0) + 0.5 * (pairs == 0)).mean()
    assert exposure(members, others).auc == pytest.approx(by_hand, abs=1e-12)
    threshold = max(
        (one for one in np.unique(others) if (others <= one).mean() <= 0.01), default=-1.0
    )
    candidates = [one for one in np.unique(members) if (others <= one).mean() <= 0.01]
    best = (members <= max([*candidates, threshold])).mean() if candidates else 0.0
    assert exposure(members, others).hits == pytest.approx(best)


def test_the_interval_of_the_attack_covers_as_often_as_it_says():
    # Losses of both kinds from one distribution: the true AUC is 0.5. 80 rounds: the Monte Carlo
    # standard error of a coverage of 0.95 is 0.024.
    rng = np.random.default_rng(20260801)
    covered = 0
    for round_ in range(80):
        found = exposure(rng.random(300), rng.random(300), seed=round_)
        covered += found.auc_low <= 0.5 <= found.auc_high
    assert covered / 80 > 0.95 - 4 * 0.024


def test_few_measured_cases_count_against_a_model():
    rng = np.random.default_rng(2)
    members, others = rng.normal(0, 1, 6_000), rng.normal(0.28, 1, 6_000)  # AUC about 0.58
    assert decide(Facts(member_losses=members, other_losses=others), Limits(hits=1.0)).may_leave
    few = Facts(member_losses=members[:500], other_losses=others[:500])
    assert not decide(few, Limits(hits=1.0)).may_leave
