"""How it is told who is known to which bodies: shares, a picture of the combinations, tables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from joinedup.result.blocks import Block, Cell, Column, Estimate, Estimates, Figure, Table
from joinedup.result.charts import PALETTE, field
from joinedup.result.model import Result

if TYPE_CHECKING:
    from joinedup.diagnose.overlapping import Known, Spec

Counted = Mapping[tuple[int, str], npt.NDArray[np.bool_]]
SEVERAL = (1, 2, 3)
"""It is told how many are known to more than one, two and three."""
LEVEL = 0.95
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Told:
    """The result, and of each table whom its counts count."""

    result: Result
    counted: Mapping[str, Counted]


def tell(spec: "Spec", known: "Known") -> Told:
    """The result, with whom each count counts."""
    times, combined, each = _times(spec, known), _combined(spec, known), _each(spec, known)
    blocks: list[Block] = [_shares(known), _upset(spec, known, combined[0]), times[0], each[0]]
    return Told(
        Result(method="diagnose.overlap", headline=_headline(spec, known), blocks=tuple(blocks)),
        {"times": times[1], "combinations": combined[1], "bodies": each[1]},
    )


def _headline(spec: "Spec", known: "Known") -> str:
    many, bodies = len(known.units), len(known.bodies)
    most = max(one for one in SEVERAL if one < bodies)
    share = float((known.times > most).mean())
    words = {1: "one", 2: "two", 3: "three"}[most]
    rounded = int(float(f"{many:.1e}"))  # the table tells the exact number, as far as it may
    about = "" if rounded == many else "about "
    return (
        f"{share:.0%} of {about}{rounded:,} {spec.case_words} are known to more than {words}"
        f" of {bodies} bodies."
    )


def _shares(known: "Known") -> Estimates:
    items = tuple(
        Estimate(
            name=f"known to more than {words}",
            value=float((known.times > times).mean()),
            low=None,
            high=None,
            level=LEVEL,
            unit="share",
            n=len(known.units),
        )
        for times, words in zip(SEVERAL, ("one", "two", "three"), strict=True)
        if times < len(known.bodies)
    )
    return Estimates(title="Known to several", items=items)


def _times(spec: "Spec", known: "Known") -> tuple[Table, Counted]:
    everybody = np.ones(len(known.units), dtype=np.bool_)
    groups = {
        f"{times} {'body' if times == 1 else 'bodies'}": known.times == times
        for times in range(1, len(known.bodies) + 1)
    }
    counted = {(row, "cases"): here for row, here in enumerate([*groups.values(), everybody])}
    rows = tuple(
        (name, int(here.sum()), float(here.mean()))
        for name, here in {**groups, "all": everybody}.items()
    )
    table = Table(
        title="How many bodies know each",
        columns=(
            Column(name="known_to", label="known to", kind="text"),
            Column(name="cases", label=spec.case_words, kind="count"),
            Column(name="share", kind="share", base="cases", digits=1),
        ),
        rows=rows,
        about="groups",
        total_row=True,
        behind="times",
    )
    return table, counted


def _combined(spec: "Spec", known: "Known") -> tuple[Table, Counted]:
    found, which, counts = np.unique(known.by, axis=0, return_inverse=True, return_counts=True)
    which = which.reshape(-1)
    order = np.lexsort((*found.T[::-1], -counts))[: spec.shown]
    rows: list[tuple[Cell, ...]] = []
    counted = {}
    for row, place in enumerate(order.tolist()):
        told = [YES if here else NO for here in found[place]]
        rows.append((_words(known, found[place]), int(counts[place]), *told))
        counted[row, "cases"] = which == place
    columns = (
        Column(name="combination", label="known to just", kind="text"),
        Column(name="cases", label=spec.case_words, kind="count"),
        *(
            Column(name=f"body_{place}", label=body, kind="text")
            for place, body in enumerate(known.bodies)
        ),
    )
    left = len(counts) - len(order)
    table = Table(
        title="Which bodies know the same",
        columns=columns,
        rows=tuple(rows),
        about="groups",
        behind="combinations",
        note=f"{left:,} smaller combinations are not shown." if left else "",
    )
    return table, counted


def _words(known: "Known", here: npt.NDArray[np.bool_]) -> str:
    names = [body for body, knows in zip(known.bodies, here, strict=True) if knows]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _each(spec: "Spec", known: "Known") -> tuple[Table, Counted]:
    rows, counted = [], {}
    for row, body in enumerate(known.bodies):
        here = known.by[:, row]
        shared = here & (known.times > 1)
        rows.append((body, int(here.sum()), int(shared.sum()), float(shared.sum() / here.sum())))
        counted[row, "cases"], counted[row, "others"] = here, shared
    table = Table(
        title="What each body shares",
        columns=(
            Column(name="body", kind="text"),
            Column(name="cases", label=spec.case_words, kind="count"),
            Column(name="others", label="known to others too", kind="count", part_of="cases"),
            Column(name="share", kind="share", base="cases", digits=1),
        ),
        rows=tuple(rows),
        about="groups",
        behind="bodies",
    )
    return table, counted


def _upset(spec: "Spec", known: "Known", table: Table) -> Figure:
    """Bars of the combinations over dots of the bodies in each (an UpSet picture)."""
    labels = list(known.bodies)
    parts = [f"body_{place}" for place in range(len(labels))]
    across = {"field": "combination", "type": "nominal", "sort": None, "axis": None}
    bars = {
        "mark": {"type": "bar", "color": PALETTE[0]},
        "encoding": {
            "x": across,
            "y": {"field": field("cases"), "type": "quantitative", "title": spec.case_words},
        },
    }
    named = " : ".join(
        f"datum.part === '{part}' ? {json.dumps(label)}"
        for part, label in zip(parts, labels, strict=True)
    )
    dots: dict[str, Any] = {
        "transform": [
            {"fold": parts, "as": ["part", "knows"]},
            {"calculate": f"{named} : ''", "as": "body"},
        ],
        "mark": {"type": "circle", "size": 90, "opacity": 1},
        "encoding": {
            "x": across,
            "y": {"field": "body", "type": "nominal", "sort": labels, "title": None},
            "color": {
                "condition": {"test": f"datum.knows === '{YES}'", "value": PALETTE[0]},
                "value": "#d8dcde",
            },
        },
    }
    alt = (
        f"The most {spec.case_words} are known to just {table.rows[0][0]}."
        " The table gives every combination that may be shown."
    )
    chart = {"vconcat": [bars, dots], "spacing": 4, "resolve": {"scale": {"x": "shared"}}}
    return Figure(title=table.title, chart=chart, table=table, alt=alt)
