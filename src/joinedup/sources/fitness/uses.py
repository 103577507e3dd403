"""What can a delivery be used for, and how well? The thresholds, each with its reason.

A use can be served in one way or another (people are linked by a number, or by name and birth
date); a delivery's grade is that of the best way it has the fields for. A use it has no fields for
is not graded at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from joinedup.core.vocabulary import Dataset, Field
from joinedup.sources.fitness.scorecard import MARKS, FieldProfile, Grade, Mark, Profile

REPAIRABLE = frozenset({"leading zeros lost", "written as float", "mixed date formats"})
HARMLESS = frozenset({"stray spaces", "other capitals", "mojibake"})
ROW_DEFECTS = ("repeated rows", "the same but for the key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A field that a way cannot do without.

    Attributes:
        any_of: what serves: a standard, a role or a type (`type:geometry`); the best field counts.
        amber, fail: from which share of cells that cannot be used, 0 to 1, the grade falls.
        why: the reason of the two shares, as the end of a sentence.
        empty_counts: whether an empty cell is one that cannot be used.
    """

    any_of: tuple[str, ...]
    amber: float
    fail: float
    why: str
    empty_counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of serving a use.

    Attributes:
        best: the best grade it can have, however good the fields.
        caveat: why it can have no better.
    """

    name: str
    needs: tuple[Need, ...]
    best: Mark = "pass"
    caveat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What somebody wants to do with a delivery.

    Attributes:
        rows_amber, rows_fail: shares of rows that say again what another said; 1 where a row more
            does no harm.
        watches_volume: whether a sudden change of the number of rows is a reason for amber.
    """

    name: str
    ways: tuple[Way, ...]
    rows_amber: float = 1.0
    rows_fail: float = 1.0
    watches_volume: bool = False


NUMBER = Need(
    any_of=("nhs_number", "nino", "upn"),
    amber=0.02,
    fail=0.20,
    why="a person without a right number is found by name, which errs more often",
)
SURNAME = Need(
    any_of=("surname", "full_name"),
    amber=0.02,
    fail=0.10,
    why="blocking and scoring both begin with the surname",
)
FORENAME = Need(
    any_of=("forename", "full_name"),
    amber=0.05,
    fail=0.20,
    why="brothers and sisters share the rest",
)
BIRTH_DATE = Need(
    any_of=("birth_date",),
    amber=0.02,
    fail=0.10,
    why="a birth date that is wrong or shared by default joins strangers",
)
HOME = Need(
    any_of=("uprn", "postcode", "address"),
    amber=0.05,
    fail=0.25,
    why="without a place two people of one name cannot be told apart",
)
UPRN = Need(
    any_of=("uprn",),
    amber=0.05,
    fail=0.30,
    why="the rest is matched by the text of the address, of which some is lost",
)
ADDRESS = Need(
    any_of=("address",),
    amber=0.05,
    fail=0.20,
    why="a home without an address cannot be found",
)
POSTCODE = Need(
    any_of=("postcode",),
    amber=0.05,
    fail=0.20,
    why="a record without a postcode falls out of every area",
)
COMPANY = Need(
    any_of=("company_number",),
    amber=0.02,
    fail=0.10,
    why="a wrong number joins two businesses; none at all is lawful for a sole trader",
    empty_counts=False,
)


def _place(*any_of: str) -> Need:
    return Need(
        any_of=any_of,
        amber=0.02,
        fail=0.15,
        why="missing places are seldom missing evenly, and bend a map",
    )


EVENT_DAY = Need(
    any_of=("role:date",),
    amber=0.01,
    fail=0.05,
    why="an event on a wrong day moves the count of two days",
)


def _reached_by(standard: str) -> Need:
    return Need(
        any_of=(standard,),
        amber=0.10,
        fail=0.50,
        why="those who cannot be reached are often those who most need it",
    )


USES = (
    Use(
        name="link people",
        ways=(
            Way(name="by number", needs=(NUMBER,)),
            Way(name="by name and birth date", needs=(SURNAME, FORENAME, BIRTH_DATE)),
            Way(
                name="by name and address",
                needs=(SURNAME, HOME),
                best="amber",
                caveat="there is no number and no birth date, so that parent and child of one"
                " name cannot be told apart",
            ),
        ),
    ),
    Use(
        name="link addresses",
        ways=(
            Way(name="by UPRN", needs=(UPRN,)),
            Way(
                name="by address text",
                needs=(ADDRESS, POSTCODE),
                best="amber",
                caveat="there is no UPRN, so that each address has to be matched by its text",
            ),
        ),
    ),
    Use(name="link businesses", ways=(Way(name="by company number", needs=(COMPANY,)),)),
    Use(
        name="map by area",
        ways=(
            Way(name="by area code", needs=(_place("role:area"),)),
            Way(name="by grid reference", needs=(_place("easting"), _place("northing"))),
            Way(name="by coordinates", needs=(_place("role:latitude"), _place("role:longitude"))),
            Way(name="by shape", needs=(_place("type:geometry"),)),
            Way(name="by UPRN", needs=(UPRN,)),
            Way(name="by postcode", needs=(POSTCODE,)),
        ),
    ),
    Use(
        name="count over time",
        ways=(Way(name="by day", needs=(EVENT_DAY,)),),
        rows_amber=0.01,
        rows_fail=0.05,
        watches_volume=True,
    ),
    Use(
        name="contact people",
        ways=(
            Way(name="by phone", needs=(_reached_by("phone"),)),
            Way(name="by e-mail", needs=(_reached_by("email"),)),
            Way(name="by letter", needs=(SURNAME, ADDRESS, POSTCODE)),
        ),
    ),
)


def grades(profile: Profile, dataset: Dataset) -> tuple[Grade, ...]:
    """How well the delivery serves each use that it has the fields for.

    Args:
        profile: of the delivery.
        dataset: what was promised: which field is what.
    """
    if not profile.rows:
        return ()
    found = (_graded(use, profile, dataset) for use in USES)
    return tuple(grade for grade in found if grade is not None)


def _graded(use: Use, profile: Profile, dataset: Dataset) -> Grade | None:
    fields = {name: dataset.fields[name] for name in profile.fields if name in dataset.fields}
    ways = [grade for way in use.ways if (grade := _by(way, use, profile, fields)) is not None]
    if not ways:
        return None
    best = min(ways, key=lambda grade: MARKS.index(grade.grade))
    mark, reasons = best.grade, [*best.reasons]
    for worse, reason in _of_rows(use, profile):
        mark = _worse(mark, worse)
        reasons.append(reason)
    return Grade(use=use.name, way=best.way, grade=mark, reasons=tuple(reasons))


def _by(way: Way, use: Use, profile: Profile, fields: Mapping[str, Field]) -> Grade | None:
    """The grade of one way; None where a field for it is missing."""
    mark, reasons = way.best, [way.caveat] if way.caveat else []
    for need in way.needs:
        serving = [name for name, field in fields.items() if _serves(field, need)]
        if not serving:
            return None
        name = min(serving, key=lambda name: _lost(profile.fields[name], profile.rows, need))
        worse, reason = _met(name, profile.fields[name], profile.rows, need)
        mark = _worse(mark, worse)
        reasons += [reason] if reason and reason not in reasons else []
    return Grade(use=use.name, way=way.name, grade=mark, reasons=tuple(reasons))


def _serves(field: Field, need: Need) -> bool:
    says = {field.standard, f"role:{field.role}", f"type:{field.type}"}
    return bool(says & set(need.any_of))


def _unusable(told: FieldProfile, need: Need) -> dict[str, int]:
    """Why cells cannot be used, and how many."""
    counts = {"empty": told.empty} if need.empty_counts and told.empty else {}
    spared = REPAIRABLE | HARMLESS
    return counts | {name: n for name, n in told.defects.items() if name not in spared}


def _lost(told: FieldProfile, rows: int, need: Need) -> float:
    """The share of cells that cannot be used, of those that should hold something."""
    asked = rows if need.empty_counts else rows - told.empty
    return min(sum(_unusable(told, need).values()) / asked, 1.0) if asked else 0.0


def _met(name: str, told: FieldProfile, rows: int, need: Need) -> tuple[Mark, str]:
    """How well a field meets a need, and in words why not better."""
    lost = _lost(told, rows, need)
    asked = rows if need.empty_counts else rows - told.empty
    if lost >= need.amber:
        counts = _unusable(told, need)
        total = min(sum(counts.values()), asked)
        words = f"{name}: {_share(total, asked)} cannot be used ({_listed(counts)}); {need.why}"
        return ("fail" if lost >= need.fail else "amber"), words
    mendable = {what: n for what, n in told.defects.items() if what in REPAIRABLE}
    total = sum(mendable.values())
    if asked and total / asked >= need.amber:
        words = f"{name}: {_share(total, asked)} must be repaired first ({_listed(mendable)})"
        return "amber", words
    return "pass", ""


def _of_rows(use: Use, profile: Profile) -> Iterator[tuple[Mark, str]]:
    counts = {name: n for name, n in profile.defects.items() if name in ROW_DEFECTS}
    share = sum(counts.values()) / profile.rows
    if share >= use.rows_amber:
        total = _share(sum(counts.values()), profile.rows, unit="rows")
        words = f"{total} say again what another says ({_listed(counts)})"
        yield ("fail" if share >= use.rows_fail else "amber"), words
    if use.watches_volume:
        for change in profile.changes:
            if change.what == "rows":
                yield "amber", str(change)


def _share(count: int, whole: int, unit: Literal["cells", "rows"] = "cells") -> str:
    return f"{count:,} of {whole:,} {unit} ({100 * count / whole:.1f} %)"


def _listed(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{count:,} {name}" for name, count in ordered)


def _worse(one: Mark, other: Mark) -> Mark:
    return max(one, other, key=MARKS.index)


__all__ = ["USES", "Need", "Use", "Way", "grades"]
