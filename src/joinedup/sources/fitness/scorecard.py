"""What is said of a delivery's quality: counts by field, changes, and a grade for each use.

Counts alone, never the content of a cell: this is kept beside the delivery for as long as it is.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

Mark = Literal["pass", "amber", "fail"]
MARKS: tuple[Mark, ...] = ("pass", "amber", "fail")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProfile:
    """One field of a delivery.

    Attributes:
        empty: rows without a value.
        distinct: how many different values there are, counted up to DISTINCT_CAP.
        defects: name of the defect to the cells that have it.
    """

    empty: int
    distinct: int
    defects: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that is not as it was in the delivery before.

    Attributes:
        what: `rows` (counts), or `share empty` (0 to 1) of a field.
        field: our field name; empty when it is about the delivery.
    """

    what: Literal["rows", "share empty"]
    field: str
    before: float
    now: float

    def __str__(self) -> str:
        if self.what == "rows":
            return f"{self.now:,.0f} rows, where the delivery before had {self.before:,.0f}"
        return (
            f"{self.field}: {100 * self.now:.1f} % empty,"
            f" where the delivery before had {100 * self.before:.1f} %"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a delivery looks like, as counts.

    Attributes:
        rows: in the table.
        fields: field name to its profile, in the table's order.
        defects: of whole rows: name of the defect to the rows that have it.
        changes: against the delivery before, beyond what chance gives.
    """

    rows: int
    fields: Mapping[str, FieldProfile]
    defects: Mapping[str, int] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the records: plain dicts, lists, numbers and names."""
        return {
            "rows": self.rows,
            "fields": {name: asdict(one) for name, one in self.fields.items()},
            "defects": dict(self.defects),
            "changes": [asdict(change) for change in self.changes],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The profile that `as_json` told."""
        return cls(
            rows=kept["rows"],
            fields={name: FieldProfile(**one) for name, one in kept["fields"].items()},
            defects=dict(kept["defects"]),
            changes=tuple(Change(**change) for change in kept["changes"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """How well a delivery serves one use.

    Attributes:
        use: `link people` …
        way: how it would be used: `by number`, `by name and birth date`.
        reasons: sentences with field, count and share; empty when there is nothing to say.
    """

    use: str
    way: str
    grade: Mark
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For the records."""
        return {**asdict(self), "reasons": list(self.reasons)}
