"""The way out: may this result leave, and what of it may be seen?

The only place that makes a `Candidate` (the result after the rule, as it would leave) and a
`Release` (a candidate that two people who did not make it have approved). What the rule cannot
judge, sentences that may tell of too few or groups of whom all is told, is listed for them.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from joinedup.core.digest import digest
from joinedup.core.errors import Problem, ReleaseError
from joinedup.govern import review
from joinedup.govern.disclosure.behind import Behind, Place
from joinedup.govern.disclosure.declared import unchecked
from joinedup.govern.disclosure.hiding import Hiding, hide_together
from joinedup.govern.disclosure.profiles import Profile
from joinedup.govern.disclosure.told import tells_hidden, without_hidden
from joinedup.govern.review import Review
from joinedup.govern.wording import unjudged
from joinedup.records.names import same_person
from joinedup.result import json as result_json
from joinedup.result.blocks import Block, Estimate, Figure, Map, Table
from joinedup.result.model import Approval, Candidate, Release, Result

SHARE_UNITS: Mapping[str, float] = {"share": 1.0, "proportion": 1.0, "%": 100.0, "percent": 100.0}
NEAR_WHOLE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the office knows of the numbers of a result, beyond what they show.

    Attributes:
        behind: who stands behind the number at a table (in reading order), row and column.
        beside: places of counts that would tell of too few by subtraction from others.
        secret: the office's key for rounding; needed where the profile rounds.
    """

    behind: Behind = field(default_factory=dict)
    beside: frozenset[Place] = frozenset()
    secret: bytes = field(default=b"", repr=False)


def rule_of(profile: Profile) -> str:
    """The rule in words: what a reader of the release is told."""
    rounded = f", counts rounded to {profile.round_to}" if profile.round_to > 1 else ""
    return f"{profile} (counts under {profile.persons} hidden{rounded})"


def candidate(
    result: Result,
    *,
    profile: Profile,
    records_allowed: bool,
    recipient: str = "",
    counted: Counted | None = None,
) -> Candidate:
    """The result as it would leave, or everything that stands against it.

    Args:
        result: as it was made.
        profile: the disclosure rules.
        records_allowed: whether the recipient may see one row per person or place.
        recipient: the organisation it is for; empty for the public.
        counted: who stands behind the numbers; a count of which nothing is told is taken to be
            of persons.

    Raises:
        ReleaseError: of the bench, records or too few cases shown, or not checkable.
    """
    problems = [*_origin(result), *_content(result, profile, records_allowed=records_allowed)]
    if problems or result.provenance is None:
        raise ReleaseError.of(problems)
    blocks, hiding = hidden_blocks(result.blocks, profile, counted or Counted())
    if problems := list(_said_elsewhere(result.blocks, blocks, profile)):
        raise ReleaseError.of(problems)
    seen = replace(result.provenance, status="released")
    shown = replace(result, blocks=tuple(map(_bare, blocks)), provenance=seen, rests_on=())
    return Candidate(
        result=shown,
        rule=rule_of(profile),
        hidden=hiding.too_few + hiding.to_protect,
        hidden_to_protect=hiding.to_protect,
        recipient=recipient,
        unjudged=(
            *unjudged(shown, fewest=profile.persons),
            *_of_whole_groups(result, hiding),
        ),
        digest=digest([result_json.content_digest(shown), profile.digest, recipient]),
        why=hiding.why,
    )


def _of_whole_groups(result: Result, hiding: Hiding) -> Iterator[str]:
    """What tells the same of everyone in a group, and is shown: two people must say that it may."""
    for title, groups in Counter(hiding.alike_shown).items():
        many = "1 group is" if groups == 1 else f"{groups} groups are"
        yield f"Table '{title}': {many} all in one cell, so that a reader learns it of each member."
    for estimate in dict.fromkeys((*result.estimates, *result.rests_on)):
        scale = SHARE_UNITS.get(estimate.unit.strip().casefold())
        if scale is not None and estimate.value in (0.0, scale):
            yield (
                f"Estimate {estimate.name}: it says the same of each of its {estimate.n:,} cases."
            )


def _said_elsewhere(
    before: Sequence[Block], shown: Sequence[Block], profile: Profile
) -> Iterator[Problem]:
    """Where a figure or map says a number that is hidden in the table behind it."""
    for one, other in zip(before, shown, strict=True):
        if isinstance(one, Figure | Map) and isinstance(other, Figure | Map):
            yield from tells_hidden(replace(one, alt=other.alt), other.table, profile)


def release(
    ready: Candidate,
    *,
    authors: Collection[str],
    reviews: Sequence[Review],
    withdrawn: bool,
    who: review.Who = same_person,
) -> Release:
    """The candidate as it may leave, or everything that stands against it.

    Args:
        ready: what was reviewed.
        authors: who made it, and what it is made of.
        reviews: verdicts on it, and on whatever else.
        withdrawn: whether somebody has taken it back.
        who: which person stands behind a name.

    Raises:
        ReleaseError: not approved by two others, returned, withdrawn, or sentences not read.
    """
    said: dict[str, Any] = {"authors": authors, "digest": ready.digest, "who": who}
    heard = review.counted(reviews, **said)
    problems = [*review.against(reviews, **said, withdrawn=withdrawn), *_unread(ready, heard)]
    if problems:
        raise ReleaseError.of(problems)
    return Release(
        candidate=ready,
        authors=tuple(sorted(authors)),
        approvals=tuple(
            Approval(by=one.by, at=one.at, digest=one.digest, reason=one.reason) for one in heard
        ),
    )


def _unread(ready: Candidate, heard: Sequence[Review]) -> Iterator[Problem]:
    """Sentences that may tell of too few, unless every reviewer has said that they read them."""
    if ready.unjudged and not (heard and all(one.words_read for one in heard)):
        yield Problem(
            "words",
            f"{len(ready.unjudged)} sentences may tell of too few, or of a whole group; a program"
            " cannot judge them.",
            "read them with `joinedup release check`; if none does harm, review with --words-read"
            " and say why.",
        )


def _bare(block: Block) -> Block:
    """The block without what says where its members are kept."""
    match block:
        case Table():
            return replace(block, behind="")
        case Figure() | Map():
            return replace(block, table=replace(block.table, behind=""))
        case _:
            return block


def hidden_blocks(
    blocks: Sequence[Block], profile: Profile, counted: Counted
) -> tuple[tuple[Block, ...], Hiding]:
    """The blocks with small counts hidden in every table, chart and map together."""
    hiding = hide_together(
        [table for block in blocks for table in _tables(block)],
        profile,
        counted.behind,
        beside=counted.beside,
        secret=counted.secret,
    )
    tables = iter(hiding.tables)
    shown: list[Block] = []
    for block in blocks:
        match block:
            case Table():
                shown.append(next(tables))
            case Figure():
                table = next(tables)
                alt = without_hidden(block.alt, block.table, table, profile)
                shown.append(replace(block, table=table, alt=alt))
            case Map():
                table = next(tables)
                alt = without_hidden(block.alt, block.table, table, profile)
                areas = bare_areas(block.areas, block.key)
                shown.append(replace(block, table=table, areas=areas, alt=alt))
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


def _too_few(estimate: Estimate, profile: Profile) -> Iterator[Problem]:
    where = f"estimate {estimate.name}"
    if estimate.n < profile.persons:
        yield Problem(
            where,
            f"it rests on fewer than {profile.persons} cases.",
            "leave it out, or widen the period or the area so that it rests on more.",
        )
        return
    scale = SHARE_UNITS.get(estimate.unit.strip().casefold())
    if scale is None:
        return
    cases = estimate.value / scale * estimate.n
    rest = estimate.n - cases
    whole = abs(cases - round(cases)) <= NEAR_WHOLE * max(1.0, abs(cases))
    if whole and profile.round_to > 1:
        yield Problem(
            where,
            "the share times its cases gives back an exact count, and the profile rounds counts.",
            "leave it out, or release under a profile that does not round.",
        )
    elif whole and any(0 < round(count) < profile.persons for count in (cases, rest)):
        yield Problem(
            where,
            f"the share times its cases gives back a count under {profile.persons}.",
            "leave it out, or widen the period or the area so that it rests on more.",
        )


def _content(result: Result, profile: Profile, *, records_allowed: bool) -> Iterator[Problem]:
    for estimate in dict.fromkeys((*result.estimates, *result.rests_on)):
        yield from _too_few(estimate, profile)
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
