"""The way out: may this result leave, and what of it may be seen?

The only place that makes a `Release`. Small counts are hidden, and somebody other than the author
must have approved exactly this content. The words of a headline or paragraph are not checked here:
they are what the second person is for.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from joinedup.core.errors import Problem, ReleaseError
from joinedup.govern.disclosure.declared import unchecked
from joinedup.govern.disclosure.hiding import Hiding, hide_together
from joinedup.govern.disclosure.profiles import PROFILES
from joinedup.result.blocks import Block, Estimate, Figure, Map, Table
from joinedup.result.model import Approval, Release, Result

SHARE_UNITS: Mapping[str, float] = {"share": 1.0, "proportion": 1.0, "%": 100.0, "percent": 100.0}
NEAR_WHOLE = 1e-6


@dataclass(frozen=True, slots=True)
class Rule:
    """The disclosure rule of an office.

    Attributes:
        threshold: smallest count of people or premises that may be shown, at least 2.
    """

    name: str
    version: str
    threshold: int

    def __str__(self) -> str:
        return f"{self.name} {self.version} (counts under {self.threshold} hidden)"


def release(
    result: Result,
    *,
    author: str,
    approvals: Sequence[Approval],
    rule: Rule,
    records_allowed: bool,
    digest: str,
) -> Release:
    """The result as it may leave, or everything that stands against it.

    Args:
        result: as it was approved.
        author: who made it.
        approvals: of this result, by whomever.
        rule: the office's disclosure rule, with its threshold.
        records_allowed: whether recipients may see one row per person or place.
        digest: of the content of exactly this result; what an approval must name.

    Raises:
        ReleaseError: not approved, of the bench, records or too few cases shown, or not checkable.
    """
    problems = [
        *_origin(result),
        *_second_person(author, approvals, digest),
        *_content(result, rule, records_allowed=records_allowed),
    ]
    if problems or result.provenance is None:
        raise ReleaseError.of(problems)
    blocks, hiding = hidden_blocks(result.blocks, rule.threshold)
    seen = replace(result.provenance, status="released")
    return Release(
        result=replace(result, blocks=blocks, provenance=seen),
        rule=str(rule),
        hidden=hiding.too_few + hiding.to_protect,
        hidden_to_protect=hiding.to_protect,
        author=author,
        approvals=tuple(one for one in approvals if _counts(one, author=author, digest=digest)),
        digest=digest,
    )


def hidden_blocks(blocks: Sequence[Block], threshold: int) -> tuple[tuple[Block, ...], Hiding]:
    """The blocks with small counts hidden in every table, chart and map together."""
    profile = replace(PROFILES["counts"], persons=threshold)
    hiding = hide_together([table for block in blocks for table in _tables(block)], profile)
    tables = iter(hiding.tables)
    shown: list[Block] = []
    for block in blocks:
        match block:
            case Table():
                shown.append(next(tables))
            case Figure():
                shown.append(replace(block, table=next(tables)))
            case Map():
                areas = bare_areas(block.areas, block.key)
                shown.append(replace(block, table=next(tables), areas=areas))
            case _:
                shown.append(block)
    return tuple(shown), hiding


def bare_areas(areas: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The outlines with nothing beside the property that names the row: a tooltip shows no more."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": feature["geometry"],
                "properties": {key: feature["properties"].get(key)},
            }
            for feature in areas["features"]
        ],
    }


def _tables(block: Block) -> tuple[Table, ...]:
    if isinstance(block, Table):
        return (block,)
    return (block.table,) if isinstance(block, Figure | Map) else ()


def _origin(result: Result) -> Iterator[Problem]:
    if result.provenance is None or not result.provenance.agreements:
        yield Problem(
            f"result of {result.method}",
            "a result of the bench rests on no agreement and is not for release.",
            "run it as a step of a project.",
        )


def _folded(person: str) -> str:
    """A name as people tell it apart: without case, spaces, marks nobody sees, or wide letters."""
    plain = unicodedata.normalize("NFKC", person).casefold()
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] not in ("Z", "C"))


def _counts(approval: Approval, *, author: str, digest: str) -> bool:
    by = _folded(approval.by)
    return bool(by) and by != _folded(author) and bool(digest) and approval.digest == digest


def _second_person(author: str, approvals: Sequence[Approval], digest: str) -> Iterator[Problem]:
    if not _folded(author):
        yield Problem("approval", "the result has no author.", "say who made it.")
    if any(_counts(approval, author=author, digest=digest) for approval in approvals):
        return
    named = [approval for approval in approvals if _folded(approval.by)]
    ask = "ask someone other than the author to look at it and approve it."
    others = [approval for approval in named if _folded(approval.by) != _folded(author)]
    if not named:
        yield Problem("approval", "nobody has approved this result.", ask)
    elif not others:
        yield Problem("approval", "only its author has approved this result.", ask)
    else:
        yield Problem(
            "approval",
            "what was approved is not this content: the result has changed since.",
            "ask someone other than the author to look at it as it is now and approve it.",
        )


def _too_few(estimate: Estimate, rule: Rule) -> Iterator[Problem]:
    where = f"estimate {estimate.name}"
    if estimate.n < rule.threshold:
        yield Problem(
            where,
            f"it rests on fewer than {rule.threshold} cases.",
            "leave it out, or widen the period or the area so that it rests on more.",
        )
        return
    scale = SHARE_UNITS.get(estimate.unit.strip().casefold())
    if scale is None:
        return
    cases = estimate.value / scale * estimate.n
    rest = estimate.n - cases
    whole = abs(cases - round(cases)) <= NEAR_WHOLE * max(1.0, abs(cases))
    if whole and any(0 < round(count) < rule.threshold for count in (cases, rest)):
        yield Problem(
            where,
            f"the share times its cases gives back a count under {rule.threshold}.",
            "leave it out, or widen the period or the area so that it rests on more.",
        )


def _content(result: Result, rule: Rule, *, records_allowed: bool) -> Iterator[Problem]:
    for estimate in result.estimates:
        yield from _too_few(estimate, rule)
    for block in result.blocks:
        yield from _block(block, records_allowed=records_allowed)


def _block(block: Block, *, records_allowed: bool) -> Iterator[Problem]:
    for table in _tables(block):
        if table.about == "records" and not records_allowed:
            yield Problem(
                f"table '{table.title}'",
                "it shows one row per person or place, which no agreement lets the recipients see.",
                "release a table of groups, or have an agreement let them see records.",
            )
        yield from unchecked(table)
    if isinstance(block, Figure) and _holds_data(block.chart):
        yield Problem(
            f"figure '{block.title}'",
            "its chart carries rows of its own beside the table behind it.",
            "have the method leave the data out of the chart; the renderer puts the table's in.",
        )
    if isinstance(block, Map):
        yield from _map(block, records_allowed=records_allowed)


def _map(block: Map, *, records_allowed: bool) -> Iterator[Problem]:
    shapes = {(feature["geometry"] or {}).get("type") for feature in block.areas["features"]}
    if not records_allowed and shapes - {"Polygon", "MultiPolygon", None}:
        yield Problem(
            f"map '{block.title}'",
            "it shows places that are not areas.",
            "shade areas instead, or have an agreement name the recipients of records.",
        )


def _holds_data(chart: Any) -> bool:
    """Whether rows stand anywhere in a chart's specification."""
    if isinstance(chart, Mapping):
        data = chart.get("data")
        inline = isinstance(data, Mapping) and bool(data.get("values") or data.get("url"))
        return inline or bool(chart.get("datasets")) or any(map(_holds_data, chart.values()))
    return isinstance(chart, list | tuple) and any(map(_holds_data, chart))
