"""What must not come back from a backup? Told to the list beside the keys, before it is removed.

The one place that asks for it: the list is kept by `records.tombstones`.
"""

from collections.abc import Collection
from pathlib import Path

from joinedup.records import tombstones

PART, KEY, SEALED, SUBJECT = "part", "key", "sealed", "subject"


def bury(home: Path, *, kind: str, names: Collection[str]) -> bool:
    """Write names on the list of what was erased; gives whether there is such a list yet.

    Args:
        home: whose keys.
        kind: `part` with the SHA-256 of parts, `key` with ids of keys of the ring, `sealed` with
            the SHA-256 of sealed texts, `subject` with tags of people's secrets.
        names: what goes.
    """
    if names:
        tombstones.add(home, kind=kind, names=sorted(set(names)))
    return True
