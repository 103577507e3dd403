"""Which households may have housing benefit, and which of them claim it (planted fact F7)?

Eligible by rule: the home is rented and the weekly income is below a threshold that grows with the
household. Each eligible household claims with the same chance, for as long as it stays.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from joinedup.town.counciltax import Accounts
from joinedup.town.days import NEVER
from joinedup.town.draw import stream
from joinedup.town.entities import World
from joinedup.town.presence import Rows, Spells, ended
from joinedup.town.register import Keeps, Register, build, numbered, words
from joinedup.town.truth_facts import Truth, table

TAKE_UP = 0.72
FIRST_ADULT = 23_000
"""Pence a week below which a household of one is eligible."""
EACH_OTHER = 8_500
"""Pence a week added to the threshold by every further member."""
MEDIAN_INCOME = (62_000, 48_000, 33_000)
"""Pence a week for one person: owners, private tenants, social tenants."""
SPREAD = 0.55
"""Standard deviation of log income."""
BY_SIZE = 0.4
"""Income grows with the household size to this power."""
BY_DECILE = 0.03
"""Log income per decile of deprivation, from the middle of the scale."""
TAPER = 0.65
"""Share of the gap to the threshold that the award pays."""
LEAST_AWARD = 1_500
"""Pence a week added to every award."""
RENTED = ("", "PR", "SO")


@dataclass(frozen=True, slots=True)
class Households:
    """Means of the household behind each council tax account, for as long as the account stands.

    Attributes:
        size: people in the home on the first day.
        income: pence a week.
        threshold: pence a week below which a renting household is eligible.
        eligible: by the rule, for the whole spell.
        claims: eligible, and receives the benefit.
    """

    size: Rows
    income: Rows
    threshold: Rows
    eligible: npt.NDArray[np.bool_]
    claims: npt.NDArray[np.bool_]


def households(world: World, accounts: Accounts, seed: int) -> Households:
    """Draws income, then take-up, once for each account."""
    rng = stream(seed, "housing_benefit")
    stays = world.stays
    everyone = Spells.of(stays.home, stays.from_day, stays.to_day)
    size = np.maximum(everyone.count(accounts.home, accounts.opened), 1)
    tenure = world.homes.tenure[accounts.home]
    areas = world.areas
    decile = areas.lsoa_deprivation[areas.oa_lsoa[world.homes.oa[accounts.home]]]
    log_income = (
        np.log(np.array(MEDIAN_INCOME)[tenure] * size**BY_SIZE)
        + BY_DECILE * (decile - 5.5)
        + SPREAD * rng.standard_normal(len(accounts))
    )
    income = np.exp(log_income).astype(np.int64)
    threshold = FIRST_ADULT + EACH_OTHER * (size - 1)
    eligible = (tenure > 0) & (income < threshold)
    claims = eligible & (rng.random(len(accounts)) < TAKE_UP)
    return Households(
        size=size, income=income, threshold=threshold, eligible=eligible, claims=claims
    )


def housing_benefit(world: World, accounts: Accounts, means: Households, seed: int) -> Register:
    """The register of claims: one per claiming household, from its first day to its last."""
    at = np.flatnonzero(means.claims)
    number = 1_000_003 + 7 * stream(seed, "housing_benefit", "refs").permutation(len(at))
    award = TAPER * (means.threshold - means.income)[at] + LEAST_AWARD
    return build(
        "housing_benefit",
        Keeps.STATE,
        ref=numbered("HB", number, digits=8),
        person=accounts.person[at],
        home=accounts.home[at],
        opened=accounts.opened[at],
        closed=accounts.closed[at],
        columns={
            "weekly_award": award.astype(np.int64),
            "claim_start": accounts.opened[at].astype(np.int32),
            "tenure": words(world.homes.tenure[accounts.home[at]], RENTED),
            "household_size": means.size[at].astype(np.int16),
            "weekly_income": means.income[at],
        },
    )


def truth(accounts: Accounts, means: Households, *, day: int) -> Truth:
    """F7: every household eligible on `day`, and whether it claims."""
    stands = (accounts.opened <= day) & (ended(accounts.closed) > day)
    at = np.flatnonzero(stands & means.eligible)
    claims = means.claims[at]
    return Truth(
        facts={
            "F7": {
                "what": "eligible households that do not claim housing benefit",
                "take_up": TAKE_UP,
                "rule": "rented, and weekly income below first + other * (household size - 1)",
                "first_pence": FIRST_ADULT,
                "other_pence": EACH_OTHER,
                "eligible": len(at),
                "claiming": int(claims.sum()),
                "not_claiming": int((~claims).sum()),
                "as_at_day": day,
            }
        },
        tables={
            "eligible": table(
                home=accounts.home[at],
                person=accounts.person[at],
                household_size=means.size[at],
                weekly_income=means.income[at],
                threshold=means.threshold[at],
                claims=claims,
                opened=accounts.opened[at],
                closed=np.where(accounts.closed[at] == NEVER, NEVER, accounts.closed[at]),
            )
        },
    )
