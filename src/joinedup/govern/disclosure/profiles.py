"""How careful is an office with what it publishes?

A profile is data: every number that a rule of disclosure control asks for, under one name and one
version. What leaves names the profile and its digest, so that a reader years later knows the rules.
Those that come with the house stand in `profiles.toml`; an office adds its own. A project or an
agreement may ask for a stricter one, never for a laxer.

Does not hide anything itself: `hiding`, `magnitude`, `rounding` and `differencing` do.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from joinedup.core.errors import Problem, ReleaseError
from joinedup.core.vocabulary import STRICT

SMALLEST = 2
DEFAULT = "counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The numbers of an office's disclosure rules.

    Attributes:
        persons: fewest distinct persons that a shown number may rest on, at least 2.
        households: fewest distinct households, 0 where households are not asked about.
        zeros: whether a count of nobody may be shown.
        round_to: base that counts are rounded to; 1 leaves them as they are.
        dominant: how many largest contributors together may not dominate a sum.
        dominant_share: share of a sum above which they do, above 0, at most 1.
        closeness: p of the p % rule, as a share: the second largest contributor may not be able
            to work out the largest more closely than this, above 0.
        others: fewest persons of a group who must fall outside its fullest cell, or the group's
            cells are hidden; 0 leaves groups that are all in one cell for both reviewers to read.
        differ_by: fewest persons by which two releases may differ, if they differ.
        sides: fewest persons on each side of a median or quantile.
        freedom: fewest residual degrees of freedom of a regression that is shown.
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
    sides: int = 10
    freedom: int = 10

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
            (self.others < 0, "a number of persons outside a cell is below zero"),
            (self.differ_by < SMALLEST, f"releases that differ by fewer than {SMALLEST} pass"),
            (self.sides < 1, "a median may have nobody on one side"),
            (self.freedom < 1, "a regression may leave nothing to chance"),
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


@cache
def shipped() -> Mapping[str, Profile]:
    """The profiles that come with the house, by name."""
    text = files("joinedup.govern.disclosure").joinpath("profiles.toml").read_text("utf-8")
    return {name: Profile(name=name, **facts) for name, facts in tomllib.loads(text).items()}


PROFILES: Mapping[str, Profile] = shipped()


def declared(own: Mapping[str, Mapping[str, Any]], *, where: str) -> Mapping[str, Profile]:
    """The house's profiles and an office's own, by name.

    Args:
        own: name to the numbers of a profile, as the office's file declares them; what is not said
            is as in `ons-like`.
        where: the file, for the messages.

    Raises:
        ReleaseError: a name that is taken, a number that is missing, unknown or of no use; all at
            once.
    """
    problems = [problem for name, facts in own.items() for problem in _misdeclared(name, facts)]
    made = dict(PROFILES)
    for name, facts in own.items():
        if not any(problem.where.endswith(f" {name}") for problem in problems):
            try:
                made[name] = Profile(name=name, **facts)
            except ReleaseError as error:
                problems.extend(error.problems)
    if problems:
        raise ReleaseError.of(replace(one, where=f"{where}, {one.where}") for one in problems)
    return made


def _misdeclared(name: str, facts: Mapping[str, Any]) -> Iterator[Problem]:
    """What keeps declared numbers from being a profile at all."""
    place = f"disclosure profile {name}"
    kinds = {one.name: one.type for one in fields(Profile) if one.name != "name"}
    if name in PROFILES:
        yield Problem(place, "it has the name of one that comes with the house.", "rename it.")
    for missing in sorted({"version", "persons", "zeros"} - set(facts)):
        yield Problem(place, f"it does not say its {missing}.", f"add {missing} = …")
    for given, value in facts.items():
        if given not in kinds:
            yield Problem(place, f"there is no number called {given}.", "leave it out.")
        elif not _is(value, kinds[given]):
            yield Problem(place, f"{given} is not of the kind it should be.", "correct it.")


def _is(value: Any, kind: Any) -> bool:
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


def chosen(name: str, profiles: Mapping[str, Profile], *, threshold: int) -> Profile:
    """The profile of this name, raised to the office's own threshold if that is higher.

    Raises:
        ReleaseError: there is none of this name.

    >>> str(chosen("ons-like", PROFILES, threshold=12))
    'ons-like 1, at least 12 persons'
    """
    if name not in profiles:
        raise ReleaseError(
            f"there is no disclosure profile named {name}.",
            fix=f"choose one of {', '.join(sorted(profiles))}, or declare it in office.toml.",
        )
    profile = profiles[name]
    if threshold <= profile.persons:
        return profile
    return replace(
        profile,
        version=f"{profile.version}, at least {threshold} persons",
        persons=threshold,
        differ_by=max(profile.differ_by, threshold),
    )


def stricter(one: Profile, other: Profile) -> Profile:
    """A profile that hides whatever either hides: one of the two if it does, else their union.

    >>> stricter(PROFILES["counts"], PROFILES["strict"]).name
    'strict'
    """
    numbers: dict[str, Any] = {
        name: max(getattr(one, name), getattr(other, name))
        for name in ("persons", "households", "dominant", "closeness", "others", "differ_by")
    }
    numbers |= {
        name: max(getattr(one, name), getattr(other, name)) for name in ("sides", "freedom")
    }
    # Rounded to a multiple of both bases: what one rounding blurs, the other must not make sharp.
    numbers["round_to"] = int(np.lcm(one.round_to, other.round_to))
    numbers["dominant_share"] = min(one.dominant_share, other.dominant_share)
    numbers["zeros"] = "hidden" if "hidden" in (one.zeros, other.zeros) else "shown"
    for profile in (one, other):
        if all(getattr(profile, name) == value for name, value in numbers.items()):
            return profile
    return Profile(
        name=f"{one.name} and {other.name}", version=f"{one.version} and {other.version}", **numbers
    )


def is_as_strict(one: Profile, other: Profile) -> bool:
    """Whether a profile hides whatever the other hides.

    >>> is_as_strict(PROFILES["strict"], PROFILES["ons-like"])
    True
    """
    return stricter(one, other) == one or stricter(one, other).digest == one.digest
