"""What a restored backup must do again: erase whom we erased, destroy what we destroyed.

The one place that tells the backup room. A tombstone lies beside the keys, not in the home, so that
restoring the home does not bring back a list without it.
"""

from collections.abc import Sequence
from importlib import import_module, util
from pathlib import Path

MODULE = "joinedup.records.tombstones"


def tombstone(home: Path, *, kind: str, names: Sequence[str]) -> bool:
    """Say beside the keys what is gone for good; gives whether there is such a list yet.

    Args:
        home: whose keys.
        kind: `subject` with the marks of a person, `version` with `table@number`.
        names: no identifier: marks are keyed digests.
    """
    if util.find_spec(MODULE) is None:
        return False
    import_module(MODULE).add(home, kind=kind, names=list(names))
    return True
