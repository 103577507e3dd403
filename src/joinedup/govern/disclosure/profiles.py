"""How careful is an office with what it publishes?

A profile is data: every number that a rule of disclosure control asks for, under one name and one
version. What leaves names the profile and its digest, so that a reader years later knows the rules.

Does not hide anything itself: `disclosure`, `magnitude`, `rounding` and `differencing` do.

Source of the numbers: the ONS Secure Research Service and UK Longitudinal Linkage Collaboration
rules (threshold 10) and the defaults of ACRO (dominance 2 and 90 %, p 10 %, rounding to base 5).
The stricter profile is this house's own choice, for small places and delicate subjects.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from joinedup.core.errors import Problem, ReleaseError
from joinedup.core.vocabulary import STRICT

SMALLEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The numbers of an office's disclosure rules.

    Attributes:
        persons: fewest distinct persons that a shown count or sum may rest on, at least 2.
        households: fewest distinct households, 0 where households are not asked about.
        zeros: whether a count of nobody may be shown.
        round_to: base that counts are rounded to; 1 leaves them as they are.
        dominant: how many largest contributors together may not dominate a sum.
        dominant_share: share of a sum above which they do, above 0, at most 1.
        closeness: p of the p % rule, as a share: the second largest contributor may not be able
            to work out the largest more closely than this, above 0.
        others: fewest persons of a group who must fall outside its fullest cell.
        differ_by: fewest persons by which two releases may differ, if they differ.
    """

    __pydantic_config__: ClassVar[Any] = STRICT
    name: str
    version: str
    persons: int
    zeros: Literal["shown", "hidden"]
    households: int = 0
    round_to: int = 5
    dominant: int = 2
    dominant_share: float = 0.9
    closeness: float = 0.1
    others: int = 1
    differ_by: int = 10

    def __post_init__(self) -> None:
        problems = [
            Problem(f"disclosure profile {self.name}", f"{what}.", "correct it in the profile.")
            for wrong, what in self._wrong()
            if wrong
        ]
        if problems:
            raise ReleaseError.of(problems)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def digest(self) -> str:
        """SHA-256 of every number, hexadecimal; two profiles of one digest are the same rules."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def _wrong(self) -> tuple[tuple[bool, str], ...]:
        return (
            (not (self.name and self.version), "it has no name or no version"),
            (self.persons < SMALLEST, f"fewer than {SMALLEST} persons hide nothing"),
            (self.households < 0, "a number of households is below zero"),
            (self.zeros not in ("shown", "hidden"), "zeros are neither shown nor hidden"),
            (self.round_to < 1, "a base to round to is below 1"),
            (self.dominant < 1, "dominance is asked of fewer than one contributor"),
            (not 0 < self.dominant_share <= 1, "the share of dominance is not from 0 to 1"),
            (not self.closeness > 0, "the p % rule protects nothing"),
            (self.others < 1, "class disclosure is not looked for"),
            (self.differ_by < SMALLEST, f"releases that differ by fewer than {SMALLEST} pass"),
        )


def hidden_counts(
    persons: npt.NDArray[np.int64],
    profile: Profile,
    *,
    households: npt.NDArray[np.int64] | None = None,
) -> npt.NDArray[np.bool_]:
    """Which counts a profile hides at once, before anything is hidden to protect them.

    Args:
        persons: distinct persons in each cell (see `contributors.distinct`), not negative.
        profile: whose rules.
        households: distinct households in each cell, shape as `persons`.

    Returns:
        Shape as `persons`.

    Raises:
        ReleaseError: the profile asks about households and none are given.

    >>> hidden_counts(np.array([0, 9, 10]), PROFILES["ons-like"]).tolist()
    [False, True, False]
    """
    few = (persons > 0) & (persons < profile.persons)
    if profile.zeros == "hidden":
        few |= persons == 0
    if profile.households:
        if households is None:
            raise no_households(profile)
        few |= (persons > 0) & (households < profile.households)
    return few


def no_households(profile: Profile) -> ReleaseError:
    """The refusal when a profile asks about households and nobody says who lives with whom."""
    return ReleaseError(
        f"profile {profile} asks for {profile.households} households, and none are told.",
        fix="say which household each person is of, or choose a profile that does not ask.",
    )


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(name="ons-like", version="1", persons=10, zeros="shown"),
        Profile(name="ons-like-zeros-hidden", version="1", persons=10, zeros="hidden"),
        Profile(
            name="strict",
            version="1",
            persons=20,
            households=10,
            zeros="hidden",
            round_to=10,
            dominant_share=0.8,
            closeness=0.2,
            others=10,
            differ_by=20,
        ),
    )
}
