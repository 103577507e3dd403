"""How is a feature declared? The settings of `target.features`, and what may not stand together."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Aggregate = Literal[
    "count",
    "ever",
    "sum",
    "mean",
    "min",
    "max",
    "last",
    "days_since_last",
    "days_since_first",
    "lookup",
    "density",
]
Value = bool | int | float | str | date

NEEDS_COLUMN = frozenset({"sum", "mean", "min", "max", "last", "lookup"})
NONE_IS_ZERO = frozenset({"count", "ever"})
"""No event is a count of 0; for every other aggregate it is a missing value."""


class Feature(BaseModel):
    """One feature: from which rows, which of them, what of them, and how it is finished.

    Finished in this order: divide, fill the missing, cap, compare.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(description="Table the events or attributes are in.")
    aggregate: Aggregate = Field(
        description=(
            "What is made of the rows. count, ever, days_since_last and days_since_first look at"
            " the rows; sum, mean, min, max and last at `column`; lookup takes `column` of the one"
            " row with the same key; density is a Gaussian kernel density per square degree."
        )
    )
    column: str = Field(default="", description="Column of the source that is aggregated.")
    on: str = Field(
        default="",
        description="Column of the source: date of the event. Needed by all but lookup.",
    )
    key: Mapping[str, str] = Field(
        default_factory=dict,
        description="Spine column to the source column that must equal it; all rows if empty.",
    )
    latitude: str = Field(default="", description="Column of the source. Degrees, WGS 84.")
    longitude: str = Field(default="", description="Column of the source. Degrees, WGS 84.")
    radius_metres: float | None = Field(
        default=None, ge=1, le=100_000, description="Only events this near the case. Metres."
    )
    bandwidth_degrees: float | None = Field(
        default=None, ge=1e-5, le=1, description="Of the density's kernel. Degrees."
    )
    window_days: int | None = Field(
        default=None,
        ge=1,
        le=36_525,
        description="Only events at most this long before the as-of date. Days; all if not set.",
    )
    where: Mapping[str, Value | tuple[Value, ...]] = Field(
        default_factory=dict,
        description="Source column to the value, or values, it must have.",
    )
    divide_by: float | None = Field(
        default=None, gt=0, description="Divides the value: 365 turns days into years."
    )
    missing: float | None = Field(
        default=None, description="Stands where there is no value. In units after the division."
    )
    cap: float | None = Field(
        default=None, description="The largest value kept. In units after the division."
    )
    above: float | None = Field(
        default=None, description="If set, the feature is 1 where the value exceeds this, else 0."
    )

    @property
    def is_located(self) -> bool:
        """Whether it asks where the case and the events are."""
        return self.radius_metres is not None or self.aggregate == "density"

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        wrong = [*_complaints(self), *_complaints_of_place(self)]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


def _complaints(feature: Feature) -> list[str]:
    kind = feature.aggregate
    rules = {
        f"{kind} needs column": kind in NEEDS_COLUMN and not feature.column,
        f"{kind} looks at whole rows, so column has no place": (
            kind not in NEEDS_COLUMN and bool(feature.column)
        ),
        f"{kind} needs on, the date of the event": kind != "lookup" and not feature.on,
        "lookup has no date, so on and window_days have no place (days_since_last and last have)": (
            kind == "lookup" and bool(feature.on or feature.window_days)
        ),
        "lookup needs key": kind == "lookup" and not feature.key,
        "above is not below cap, so the feature would always be 0": (
            feature.above is not None and feature.cap is not None and feature.above >= feature.cap
        ),
        "a list under where is empty, so no row would count": any(
            value == () for value in feature.where.values()
        ),
    }
    return [sentence for sentence, broken in rules.items() if broken]


def _complaints_of_place(feature: Feature) -> list[str]:
    kind = feature.aggregate
    has_place = bool(feature.latitude and feature.longitude)
    rules = {
        "density needs bandwidth_degrees": kind == "density" and not feature.bandwidth_degrees,
        "bandwidth_degrees belongs to density alone": (
            kind != "density" and feature.bandwidth_degrees is not None
        ),
        "density is of the whole source, so key and radius_metres have no place": (
            kind == "density" and bool(feature.key or feature.radius_metres)
        ),
        "lookup goes by key, so radius_metres has no place": (
            kind == "lookup" and feature.radius_metres is not None
        ),
        "a place needs latitude and longitude, columns of the source": (
            feature.is_located and not has_place
        ),
        "latitude and longitude have no use without radius_metres or density": (
            not feature.is_located and bool(feature.latitude or feature.longitude)
        ),
    }
    return [sentence for sentence, broken in rules.items() if broken]


class Spec(BaseModel):
    """Features of cases, each from what was known the day before the case's as-of date."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    spine: str = Field(
        description="Table with one row per case and as-of date.",
        json_schema_extra={"role": "table"},
    )
    id: str = Field(description="Column of the spine: which case.")
    as_of: str = Field(
        description="Column of the spine: the date whose eve is the last day that counts."
    )
    latitude: str = Field(default="", description="Column of the spine. Degrees, WGS 84.")
    longitude: str = Field(default="", description="Column of the spine. Degrees, WGS 84.")
    carry: tuple[str, ...] = Field(
        default=(), description="Columns of the spine passed on as they are."
    )
    cases: str = Field(
        default="cases", min_length=1, description="What the rows of the spine are, in the plural."
    )
    features: Mapping[str, Feature] = Field(
        min_length=1, description="Name of the feature to how it is made."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        wrong = []
        names = [self.id, self.as_of, *self.carry, *self.features]
        twice = sorted({name for name in names if _folded(names).count(name.casefold()) > 1})
        if twice:
            wrong.append(f"these columns of the output would stand twice: {', '.join(twice)}")
        placed = sorted(name for name, one in self.features.items() if one.is_located)
        if placed and not (self.latitude and self.longitude):
            wrong.append(
                f"latitude and longitude of the spine are needed by {', '.join(placed)}",
            )
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


def _folded(names: list[str]) -> list[str]:
    return [name.casefold() for name in names]


def described(feature: Feature) -> str:
    """How a feature is made, in a few words for the table of features."""
    parts = [feature.aggregate.replace("_", " ")]
    if feature.column:
        parts.append(f"of {feature.column}")
    if feature.key:
        parts.append(f"by {', '.join(feature.key)}")
    if feature.radius_metres is not None:
        parts.append(f"within {feature.radius_metres:g} m")
    if feature.bandwidth_degrees is not None:
        parts.append(f"bandwidth {feature.bandwidth_degrees:g} degrees")
    if feature.where:
        parts.append(f"where {', '.join(feature.where)} is as declared")
    finish = {"divided by": feature.divide_by, "missing is": feature.missing}
    finish |= {"at most": feature.cap, "1 if above": feature.above}
    parts += [f"{words} {number:g}" for words, number in finish.items() if number is not None]
    return ", ".join(parts)


def window_words(feature: Feature) -> str:
    """How far back a feature looks, in words."""
    if feature.aggregate == "lookup":
        return "not dated"
    if feature.window_days is None:
        return "all the past"
    return "the day before" if feature.window_days == 1 else f"{feature.window_days} days"
