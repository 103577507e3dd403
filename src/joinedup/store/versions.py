"""Is this a new version of a table, and what is told of it?"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core.digest import digest
from joinedup.core.errors import MethodError
from joinedup.store import sealing

if TYPE_CHECKING:
    from joinedup.records.models import Rewriting, TableVersion
    from joinedup.store.parts import Made

WRITING = "lake"
"""Under this key an event's facts say which version it tells of."""


def made(home: Path, table: str, parts: "Sequence[Made]", columns: Sequence[str]) -> "TableVersion":
    """The version that these parts would be; it has no number yet.

    Raises:
        MethodError: they do not hold the same rows.
    """
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, only when needed

    if len({one.part["rows"] for one in parts}) > 1:
        fix = "take them apart from one table."
        raise MethodError("its sides do not hold the same rows.", fix=fix, where=table)
    says = [[one.part["side"], one.part["made_with"], one.contents] for one in parts]
    return TableVersion(
        table=table,
        parts=[one.part for one in parts],
        digest=sealing.content_digest(home, [list(columns), says]),
        rows=parts[0].part["rows"],
        columns=list(columns),
    )


def current_or(
    new: "TableVersion", *, is_whole: "Callable[[TableVersion], bool]"
) -> "TableVersion":
    """The current version, if it is the same and whole; else the new one, with its number."""
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - as above

    now = TableVersion.objects.current(new.table)
    if now is not None and _same(now, new) and is_whole(now):
        return now
    new.number = now.number + 1 if now is not None else 1
    return new


def _same(now: "TableVersion", new: "TableVersion") -> bool:
    return (now.digest, now.purposes, now.agreements) == (new.digest, new.purposes, new.agreements)


def told(version: "TableVersion") -> dict[str, Any]:
    """What an event tells of a version: enough to notice a row that was changed."""
    return {
        "table": version.table,
        "version": version.number,
        "digest": version.digest,
        "rows": version.rows,
        "parts": digest(version.parts),
        "columns": digest(version.columns),
        "purposes": version.purposes,
        "agreements": version.agreements,
    }


def differs(version: "TableVersion", rewritten: "Rewriting | None" = None) -> bool:
    """Whether its row says something else than its event, or that of its last rewriting, does."""
    event = version.event if rewritten is None else rewritten.event
    facts: Mapping[str, Any] = json.loads(event.facts)
    return bool(facts.get(WRITING) != told(version))
