"""How is a home backed up and brought back? What `joinedup backup` and `joinedup restore` do."""

import getpass
import os
from pathlib import Path

from joinedup.core.errors import ProjectError
from joinedup.office.folder import find, load
from joinedup.office.house import default_home
from joinedup.office.permit import require_alone
from joinedup.records import keyring
from joinedup.store.backup import make, restore
from joinedup.store.backup.make import Made
from joinedup.store.backup.restore import Restored


def backup(
    office: Path | None, home: Path | None, to: Path, *, who: str, keep: int, within: int
) -> Made:
    """Back a home up; with `home`, no office folder is needed.

    Args:
        office: the office folder, or one below it.
        home: to be backed up.
        to: folder of its backups.
        who: asks; the user if empty.
        keep: so many snapshots.
        within: minutes, after which it is given up.

    Raises:
        PolicyDenied: no role that the person holds may keep the house.
        ProjectError: there is no home, or the folder is none for its backups.
        RecordsError: the home is not whole, or a disk refuses or is too slow.
    """
    place = held(office, home)
    require_alone(place, acting(who), "keep", about="backup")
    return make.backup(place, to, actor=acting(who), keep=keep, within=within * 60)


def bring_back(
    source: Path, home: Path, *, keys: Path | None, number: int | None, reason: str, who: str
) -> Restored:
    """A home from a backup; see `store.backup.restore.restore`."""
    return restore.restore(
        source,
        home,
        keys=keys or keyring.key_folder(home),
        number=number,
        reason=reason,
        actor=acting(who),
    )


def check(source: Path, home: Path, keys: Path | None) -> int:
    """Read a whole folder of backups and believe it; gives how many snapshots there are.

    Raises:
        ProjectError: there is no backup, or no keys.
        RecordsError: a file is missing or changed; names all that are.
    """
    return len(restore.check(source, keys or keyring.key_folder(home)))


def held(office: Path | None, home: Path | None) -> Path:
    """The home, its records open; with `home`, no office folder is needed.

    Raises:
        ProjectError: there is none, or it has no keys yet.
    """
    from joinedup.records.home import connect  # noqa: PLC0415 - Django, only when needed

    place = home or default_home(load(find(office or Path())).card.id)
    if not (place / keyring.MARK).is_file():
        raise ProjectError(
            "there is no home here that holds anything yet.",
            fix="name it with --home DIR, or deliver something first.",
            where=place.name,
        )
    connect(place)
    return place


def acting(who: str) -> str:
    """Who is acting, as the ledger writes it."""
    return who or os.environ.get("JOINEDUP_USER") or getpass.getuser()
