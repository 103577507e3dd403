"""How are a home's keys kept, recovered and destroyed? Each told in the ledger before it is done.

Recovering and destroying need no office folder: they are for the day when little else is left.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.core.errors import ProjectError
from joinedup.office.backup import acting, held
from joinedup.office.permit import require_alone
from joinedup.office.policy import persons
from joinedup.records import keyring, shares, tombstones
from joinedup.records.shares import Recovered
from joinedup.store.backup import vault

EVENT = "key"
COPIES = (
    "Copies of the ring made before today, beside shares or elsewhere, hold the key still, wrapped"
    " under the root. Renew them: `joinedup keys shares refresh`, and destroy the old ones. A home"
    " restored with an old ring loses the key again, by the list beside the keys."
)


@dataclass(frozen=True, slots=True)
class Status:
    """Which keys there are, by name and id.

    Attributes:
        roots: ids, the oldest first.
        keys: name to the ids of that name, the oldest first.
        destroyed: how many keys were destroyed.
        erased: how many names are on the list of what must not come back.
        shared: the id of the root that the last shares were made of; empty if none were.
    """

    roots: tuple[str, ...]
    keys: dict[str, tuple[str, ...]]
    destroyed: int
    erased: int
    shared: str

    @property
    def is_shared(self) -> bool:
        """Whether the shares that were made give the root in use."""
        return self.shared == self.roots[-1]


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A destruction asked for, or done.

    Attributes:
        certificate: what is told of it; empty while it waits for a second person.
    """

    name: str
    keys: tuple[str, ...]
    certificate: dict[str, Any]


def status(office: Path | None, home: Path | None, *, who: str = "") -> Status:
    """Which keys this home has."""
    place = _kept_by(who, held(office, home))
    ids = keyring.ids(place)
    shared = [one for one in _told("shares") if "root" in one[2]]
    list_ = tombstones.of(place)
    return Status(
        roots=keyring.roots_of(place).ids,
        keys=dict(sorted(keyring.held(place).items())),
        destroyed=len(ids.destroyed),
        erased=sum(len(list_.of(kind)) for kind in tombstones.KINDS),
        shared=shared[-1][2]["root"] if shared else "",
    )


def share(
    office: Path | None, home: Path | None, out: Path, *, needed: int, of: int, who: str
) -> str:
    """Write shares of the keys to a new folder; gives the name of the set.

    Raises:
        ProjectError: so many cannot be made, or there is something in the folder.
        RecordsError: the keys are missing, or the ledger cannot be written to.
    """
    place = _kept_by(who, held(office, home))
    if out.resolve().is_relative_to(place.resolve()):
        raise ProjectError(
            "the shares would lie in the home, among what they open.", fix="name another folder."
        )
    keyring.key(place, vault.KEY)  # on the ring before it is copied, or no backup would open
    root = keyring.roots_of(place).ids[-1]
    _tell("shares", acting(who), {"root": root, "of": of, "needed": needed})
    folder = keyring.key_folder(place)
    return shares.make(folder, tombstones.mark_of(place), out, needed=needed, of=of)


def refresh(office: Path | None, home: Path | None, reserve: Path, *, who: str) -> None:
    """Renew the copies of ring and list beside shares: after new tables, and after a destruction.

    Raises:
        ProjectError: no shares were made in this folder.
        RecordsError: the keys are missing, or the ledger cannot be written to.
    """
    place = _kept_by(who, held(office, home))
    if not (reserve / shares.SEALED).is_file():
        raise ProjectError(
            "no shares were made in this folder.", fix="name the one with root.sealed."
        )
    keyring.key(place, vault.KEY)
    _tell("shares", acting(who), {"refreshes": True})
    shares.refresh(keyring.key_folder(place), tombstones.mark_of(place), reserve)


def recover(
    files: Sequence[Path], reserve: Path, *, home: Path | None, out: Path | None, who: str
) -> Recovered:
    """Put lost keys back, from shares.

    Args:
        files: of the shares.
        reserve: the folder that holds the sealed root, the ring and the list of what was erased.
        home: whose keys; they are put where it looks for them, and its ledger tells of it.
        out: a folder for the keys, where there is no home; the restore that follows is told of.
        who: does it.

    Raises:
        ProjectError: too few shares, keys that are there already, or both a home and a folder.
        RecordsError: shares or sealed root are not as they were made.
    """
    if (home is None) == (out is None):
        raise ProjectError(
            "where the keys go is not said.", fix="give --home DIR, or --out FOLDER.", where="keys"
        )
    if out is not None:
        return shares.combine(files, reserve, out)
    place = held(None, home)
    found = shares.combine(files, reserve, keyring.key_folder(place))
    facts = {"set": found.set, "shares": list(found.used), "forged": list(found.forged)}
    _tell("recovery", acting(who), facts)
    tombstones.forget_keys(place)
    return found


def _kept_by(who: str, place: Path) -> Path:
    """Ask the policy in force whether this person may keep the house."""
    require_alone(place, acting(who), "keep", about="keys")
    return place


def destroy(
    office: Path | None, home: Path | None, name: str, *, reason: str, who: str
) -> Destroyed:
    """Ask for every key of a name to be destroyed; a second person who asks too has it done.

    Raises:
        ProjectError: there is no such key, no reason is given, or the same person asks again.
        RecordsError: the ledger or the list of what was erased cannot be written.
    """
    place, actor = _kept_by(who, held(office, home)), acting(who)
    there = keyring.held(place).get(name, ())
    if not there or not reason.strip():
        known = ", ".join(keyring.names(place))
        what = "a destruction says why." if there else "there is no key of this name."
        raise ProjectError(what, fix=f"give --reason TEXT, and one of: {known}.", where="keys")
    asked = [one for one in _told(name) if one[2].get("asks_to_destroy") == list(there)]
    if not asked:
        _tell(name, actor, {"asks_to_destroy": list(there), "reason": reason})
        return Destroyed(name, there, {})
    person = persons()
    if person(asked[-1][1]) == person(actor):
        raise ProjectError(
            "who asks for a destruction cannot also be the second person.",
            fix="have somebody else give the same command.",
            where="keys",
        )
    certificate = _destroyed(place, name, there, asked=asked[-1], reason=reason, actor=actor)
    return Destroyed(name, there, certificate)


def _destroyed(
    home: Path,
    name: str,
    ids: tuple[str, ...],
    *,
    asked: tuple[int, str, dict[str, Any]],
    reason: str,
    actor: str,
) -> dict[str, Any]:
    """Destroy what was asked for; gives the certificate."""
    unreadable = _unreadable(ids)
    facts = {
        "destroys": list(ids),
        "asked": asked[0],
        "reason": reason,
        "parts": sum(unreadable.values()),
    }
    event = _tell(name, actor, facts)
    tombstones.add(home, kind=tombstones.KEY, names=ids)
    gone = keyring.destroy(home, name, only=ids)
    return {
        "key": name,
        "ids": list(ids),
        "keys_destroyed": gone,
        "asked_by": asked[1],
        "asked_in_event": asked[0],
        "done_by": actor,
        "at": event.at,
        "event": event.seq,
        "event_hash": event.hash,
        "reason": reason,
        "unreadable_parts": unreadable,
        "copies": COPIES,
    }


def _unreadable(ids: Sequence[str]) -> dict[str, int]:
    """Table to how many of its parts, in all versions, lie under these keys."""
    from joinedup.records.models import TableVersion  # noqa: PLC0415 - Django, only when needed

    found: dict[str, int] = {}
    for version in TableVersion.objects.every():
        count = sum(part.get("key") in ids for part in version.parts)
        if count:
            found[version.table] = found.get(version.table, 0) + count
    return found


def _told(subject: str) -> list[tuple[int, str, dict[str, Any]]]:
    """Number, actor and facts of the events of keys about a subject, oldest first."""
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - as above

    rows = LedgerEvent.objects.filter(kind=EVENT, subject=subject).order_by("seq")
    return [
        (seq, who, json.loads(text)) for seq, who, text in rows.values_list("seq", "actor", "facts")
    ]


def _tell(subject: str, actor: str, facts: dict[str, Any]) -> Any:
    from joinedup.records.home import transaction  # noqa: PLC0415 - as above
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above
    from joinedup.records.refused import recorded  # noqa: PLC0415 - as above

    with recorded("keys"), transaction():
        return append(EVENT, actor=actor, subject=subject, facts=facts)
