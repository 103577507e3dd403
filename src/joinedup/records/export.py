"""What does a ledger look like outside the house? One event a line, and checked from that alone.

The form is promised (docs/how-to/audit-the-ledger.md): ASCII, one JSON object a line with sorted
keys, `facts` as an object. Whoever gets the lines can make every hash again; what they cannot see
is whether the newest are missing, unless they hold an anchor.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core.digest import canonical
from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records.anchors import Anchor
from joinedup.records.home import ready

if TYPE_CHECKING:
    from joinedup.records.checking import Verdict

LONGEST_LINE = 4 << 20


def verify(path: Path, anchored: Sequence[Anchor] = ()) -> "Verdict":
    """Whether exported lines are a chain as it was written; the seals are not looked at.

    Raises:
        ProjectError: the file cannot be read.
        RecordsError: a line is no event.
    """
    ready()
    from joinedup.records.checking import judge  # noqa: PLC0415 - Django, once it is ready

    try:
        return judge(_rows(path), ends=None, anchored=anchored, keys=None)
    except OSError as error:
        raise ProjectError(
            f"the export cannot be read ({error.strerror}).",
            fix="name the file that `joinedup audit export` wrote.",
            where=path.name,
        ) from None


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    from joinedup.records.ledger import COLUMNS  # noqa: PLC0415 - as above

    with path.open("rb") as file:
        number = 0
        while line := file.readline(LONGEST_LINE):
            number += 1
            told = _read(line)
            if told is None or set(told) != set(COLUMNS):
                raise RecordsError(
                    "the line is not an event as one is exported.",
                    fix="ask for the export again, and compare its digest.",
                    where=f"{path.name}:{number}",
                )
            yield tuple(told[name] for name in COLUMNS)


def _read(line: bytes) -> dict[str, Any] | None:
    """The fields of one line, the facts as the text that was hashed; none if it is no event."""
    try:
        told = json.loads(line)
        return {**told, "facts": canonical(told["facts"])}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
