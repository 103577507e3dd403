"""Is the ledger of this home as it was written?"""

from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.core.errors import ProjectError
from joinedup.office.folder import find, load
from joinedup.office.house import default_home

if TYPE_CHECKING:
    from joinedup.records.ledger import Verdict


def verdict(office: Path | None, home: Path | None) -> "Verdict":
    """Verify the ledger of a home; with `home` given, no office folder is needed."""
    from joinedup.records.home import connect  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.ledger import verify  # noqa: PLC0415 - as above

    place = home or default_home(load(find(office or Path())).card.id)
    if not place.is_dir():
        raise ProjectError(
            "there is no home here.", fix="name it with --home DIR.", where=str(place.name)
        )
    connect(place)
    return verify()
