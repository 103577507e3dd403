"""Which record has which error, and how often was it meant?

Each field of a source may go wrong in several kinds, each at a rate of its own among the records
where it could. A record has at most one kind in a field, drawn once: the same error each month.
Names of one culture go wrong `GROUP_FACTOR` times as often, so that the fairness of whatever is
built on them can be measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from joinedup.town.draw import stream

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.integer]

GROUP_FACTOR = {"patronymic": 2.5}
"""By culture; every other has 1."""
NAME_FIELDS = ("name", "forename", "surname")
"""Where the factor holds."""
COVERS = {"name": ("forename", "surname"), "home": ("address", "postcode", "uprn")}
"""A field that stands for several: one error there takes the place of theirs."""

KINDS = (
    "", "typo", "ocr", "phonetic", "date_transposed", "date_default", "missing", "nickname",
    "name_order", "particle_dropped", "surname_old", "stale_address", "duplicate_row",
    "uprn_float", "bad_check_digit", "postcode_bad", "date_other_format", "future_date",
)  # fmt: skip
"""By code; 0 is none."""
CODE = {kind: code for code, kind in enumerate(KINDS)}

_CLERK = {
    "name": {"name_order": 0.004},
    "forename": {"typo": 0.008, "phonetic": 0.006, "nickname": 0.05, "missing": 0.002},
    "surname": {
        "typo": 0.008, "phonetic": 0.006, "particle_dropped": 0.05, "surname_old": 0.06,
    },
}  # fmt: skip
"""Names keyed in at a desk, with the person or the paper there."""
_SCANNED = {
    "name": {"name_order": 0.006},
    "forename": {"typo": 0.006, "ocr": 0.01, "nickname": 0.03},
    "surname": {"typo": 0.006, "ocr": 0.01, "particle_dropped": 0.04, "surname_old": 0.10},
}
_DOORSTEP = {
    "name": {"name_order": 0.008},
    "forename": {"typo": 0.012, "phonetic": 0.02, "nickname": 0.12, "missing": 0.01},
    "surname": {"typo": 0.012, "phonetic": 0.025, "particle_dropped": 0.08, "surname_old": 0.03},
}
_BORN = {"birth_date": {"date_transposed": 0.008, "date_default": 0.004, "missing": 0.003}}
_PLACE = {
    "address": {"typo": 0.012, "ocr": 0.003},
    "postcode": {"missing": 0.01, "postcode_bad": 0.012},
}
_TWICE = {"record": {"duplicate_row": 0.003}}
_ON_THE_STREET = {
    "name": {"name_order": 0.01},
    "forename": {"typo": 0.02, "phonetic": 0.03, "nickname": 0.15, "missing": 0.03},
    "surname": {"typo": 0.02, "phonetic": 0.03, "particle_dropped": 0.08, "missing": 0.05},
    "birth_date": {"date_transposed": 0.01, "date_default": 0.03, "missing": 0.06},
}

BY_SOURCE: dict[str, dict[str, dict[str, float]]] = {
    "council_tax": {
        **_CLERK, **_PLACE, **_TWICE, "uprn": {"missing": 0.015, "typo": 0.002},
    },
    "housing_benefit": {
        **_SCANNED, **_BORN, **_PLACE, **_TWICE,
        "home": {"stale_address": 0.02},
        "uprn": {"missing": 0.04},
        "nino": {"missing": 0.01, "typo": 0.004},
    },
    "business_rates": {
        **_PLACE, **_TWICE,
        "business": {"typo": 0.015},
        "company_number": {"missing": 0.05, "typo": 0.004},
        "uprn": {"missing": 0.08},
    },
    "hmo_licences": {
        **_PLACE, "holder": {"typo": 0.015}, "uprn": {"missing": 0.03}, "company_number": {
            "missing": 0.05
        },
    },
    "housing_inspections": {**_PLACE, **_TWICE, "uprn": {"missing": 0.06, "typo": 0.004}},
    "housing_complaints": {
        "address": {"typo": 0.03}, "postcode": {"missing": 0.08, "postcode_bad": 0.03},
        "uprn": {"missing": 0.55},
    },
    "school_census": {
        **_CLERK, **_PLACE, **_BORN,
        "home": {"stale_address": 0.03},
        "upn": {"bad_check_digit": 0.003},
    },
    "police_incidents": {**_TWICE, "output_area": {"missing": 0.02}},
    "fire_incidents": {
        **_PLACE, "happened_on": {"date_transposed": 0.003},
        "uprn": {"missing": 0.10, "uprn_float": 0.15},
    },
    "home_safety_visits": {
        **_DOORSTEP, **_PLACE, **_BORN, **_TWICE,
        "visited_on": {"date_other_format": 0.08, "future_date": 0.006},
        "uprn": {"missing": 0.12, "uprn_float": 0.05},
    },
    "gp_registrations": {
        **_CLERK, **_BORN, **_PLACE, **_TWICE,
        "home": {"stale_address": 0.05},
        "uprn": {"missing": 0.02},
        "nhs_number": {"bad_check_digit": 0.001},
    },
    "ae_attendances": {**_TWICE, "nhs_number": {"missing": 0.04, "bad_check_digit": 0.002}},
    "housing_repairs": {**_CLERK, "uprn": {"missing": 0.02}},
    "regulator_visits": {
        **_PLACE, **_TWICE,
        "business": {"typo": 0.04, "phonetic": 0.01},
        "company_number": {"missing": 0.35, "typo": 0.004},
        "visited_on": {"date_transposed": 0.004},
    },
    "outreach_contacts": _ON_THE_STREET,
    "hostel_stays": _ON_THE_STREET,
    "homelessness_applications": {**_CLERK, **_BORN},
}  # fmt: skip

RATES: dict[tuple[str, str, str], float] = {
    (source, name, kind): rate
    for source, fields in BY_SOURCE.items()
    for name, kinds in fields.items()
    for kind, rate in kinds.items()
}
"""By (source, field, kind): share of the records where the kind is possible."""


def kinds_of(source: str) -> dict[str, dict[str, float]]:
    """Kinds and rates of every field of a source that can go wrong, covering fields first."""
    fields = BY_SOURCE.get(source, {})
    return dict(sorted(fields.items(), key=lambda item: item[0] not in COVERS))


def factor(name: str, cultures: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """How many times the rate holds in a field, by code of culture; the last is for nobody's."""
    named = name in NAME_FIELDS
    return np.array([GROUP_FACTOR.get(one, 1.0) if named else 1.0 for one in (*cultures, "")])


@dataclass(frozen=True, slots=True)
class Wrong:
    """The errors of one field: which records, ascending; which kind; what else was drawn."""

    rows: npt.NDArray[np.int64]
    kind: npt.NDArray[np.uint8]
    salt: npt.NDArray[np.uint32]

    def among(self, rows: Rows) -> tuple[npt.NDArray[np.int64], "Wrong"]:
        """Places in `rows` (records, in any order) that are wrong, and how."""
        if not len(self.rows) or not len(rows):
            nothing = np.zeros(0, np.int64)
            return nothing, self.at(nothing)
        at = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        place = np.flatnonzero(self.rows[at] == rows)
        return place, self.at(at[place])

    def at(self, places: Rows) -> "Wrong":
        """Some of these errors."""
        return Wrong(self.rows[places], self.kind[places], self.salt[places])

    def of(self, kind: str) -> "Wrong":
        """The errors of one kind."""
        return self.at(np.flatnonzero(self.kind == CODE[kind]))


@dataclass(frozen=True, slots=True)
class Planted:
    """All errors of one source.

    Attributes:
        source: the register's name.
        wrong: by field.
        possible: by field and kind, whether the kind was possible in each record; shape (records,).
        culture: code of each record's culture, the number of cultures where there is none.
        cultures: names of the codes.
    """

    source: str
    wrong: Mapping[str, Wrong]
    possible: Mapping[tuple[str, str], Bools] = field(repr=False)
    culture: npt.NDArray[np.uint8] = field(repr=False)
    cultures: tuple[str, ...] = ()

    def counts(self, rows: Rows) -> list[dict[str, Any]]:
        """Possible and planted errors among some records, by field, kind and culture."""
        names = (*self.cultures, "")
        found = []
        for (name, kind), possible in self.possible.items():
            wrong = self.wrong[name].of(kind)
            here, _ = wrong.among(rows)
            culture = self.culture[rows]
            could = np.bincount(culture[possible[rows]], minlength=len(names))
            was = np.bincount(culture[here], minlength=len(names))
            rates = RATES[self.source, name, kind] * factor(name, self.cultures)
            found += [
                {
                    "source": self.source, "field": name, "kind": kind, "culture": names[code],
                    "rate": round(float(rates[code]), 6),
                    "eligible": int(could[code]), "planted": int(was[code]),
                }
                for code in np.flatnonzero(could)
            ]  # fmt: skip
        return found


def plant(
    seed: int,
    source: str,
    possible: Mapping[tuple[str, str], Bools],
    *,
    culture: npt.NDArray[np.uint8],
    cultures: tuple[str, ...],
) -> Planted:
    """Draws every field's errors from a stream of its own.

    Args:
        seed: of the town.
        source: the register's name, as in RATES.
        possible: by field and kind, where that kind would change the record; shape (records,).
            Of every kind in RATES that is left out, nothing is planted.
        culture: code of each record's culture, or len(cultures).
        cultures: names of the codes.

    Returns:
        The errors; `possible` in them is what was left once covering fields had theirs.
    """
    wrong: dict[str, Wrong] = {}
    could: dict[tuple[str, str], Bools] = {}
    for name, rates in kinds_of(source).items():
        taken = np.zeros(len(culture), np.bool_)
        for cover, parts in COVERS.items():
            if name in parts and cover in wrong:
                taken[wrong[cover].rows] = True
        here = {kind: possible[name, kind] & ~taken for kind in rates if (name, kind) in possible}
        by_culture = factor(name, cultures)[culture]
        wrong[name] = _drawn(
            stream(seed, "errors", source, name),
            {kind: np.where(mask, rates[kind] * by_culture, 0.0) for kind, mask in here.items()},
            len(culture),
        )
        could |= {(name, kind): mask for kind, mask in here.items()}
    return Planted(source, wrong, could, culture, cultures)


def _drawn(
    rng: np.random.Generator, chances: Mapping[str, npt.NDArray[np.float64]], records: int
) -> Wrong:
    """One kind, or none, for each record: kinds lie side by side on the line from 0 to 1."""
    draw, salt = rng.random(records), rng.integers(0, 2**32, records, dtype=np.uint32)
    kind = np.zeros(records, np.uint8)
    reached = np.zeros(records)
    for name, chance in chances.items():
        kind[(draw >= reached) & (draw < reached + chance)] = CODE[name]
        reached += chance
    rows = np.flatnonzero(kind)
    return Wrong(rows, kind[rows], salt[rows])
