"""What must not come back from a backup? A list beside the keys of what was erased or destroyed.

Backups are copies that nobody can reach into. So whoever erases something writes its name here
first; `joinedup restore` leaves out, or takes away, whatever the list names. The list lies in the
key folder and not in the home, so that restoring an older home does not restore an older list.
Each line is bound to those before it by an HMAC under a key of the root: a line that was changed,
added or taken out of the middle is found. What a name means depends on its kind:

* `part`: the SHA-256 of a part of the lake;
* `key`: the id of a key of the ring;
* `sealed`: the SHA-256 of a text of the records that `records.sealed` sealed (see `name_of`);
* `subject`: the tag of a secret by which the ledger named a person (see `records.subjects`);
* `barred`: the SHA-256 of the marks by which an erased person is known when they are delivered
  again; the marks, keyed digests, stand beside it.
"""

import hashlib
import hmac
import json
import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joinedup.core import clock
from joinedup.core.digest import canonical
from joinedup.core.errors import ProjectError
from joinedup.records import keyfile, keyring
from joinedup.records.locks import alone

PART, KEY, SEALED, SUBJECT, BARRED = "part", "key", "sealed", "subject", "barred"
KINDS = (PART, KEY, SEALED, SUBJECT)
"""What has a name alone; what is barred has its marks too."""
Marks = Mapping[str, Any]
NAME = re.compile("[0-9a-f]{16,64}")
COUNT = re.compile("[1-9][0-9]{0,11}")
USE = b"joinedup tombstones 1\x00"
BRING_BACK = "bring back the key folder from where it is in reserve"


@dataclass(frozen=True, slots=True)
class Tombstones:
    """What was erased, as far as the list tells.

    Attributes:
        lines: as they stand in the file, oldest first.
        names: kind to the names of that kind.
        barred: name to the marks of a person whose rows are not taken again.
    """

    lines: tuple[str, ...] = ()
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    barred: Mapping[str, Marks] = field(default_factory=dict)

    def of(self, kind: str) -> frozenset[str]:
        """The names of one kind."""
        return self.names.get(kind, frozenset())


def name_of(sealed: str) -> str:
    """The name of a sealed text on the list."""
    return hashlib.sha256(sealed.encode()).hexdigest()


def add(home: Path, *, kind: str, names: Collection[str]) -> int:
    """Write names on the list, durably, before what they name is removed; gives how many are new.

    Raises:
        ProjectError: the kind or a name is none that a list can hold, or it cannot be written.
        RecordsError: the keys of this home are missing, or the list is not as it was written.
    """
    if kind not in KINDS or not all(NAME.fullmatch(name) for name in names):
        raise ProjectError(
            "this is no name for the list of what was erased.",
            fix=f"give digests or ids in hexadecimal digits, of one of: {', '.join(KINDS)}.",
            where="tombstones",
        )
    return _added(home, kind, set(names), {})


def bar(home: Path, marks: Marks) -> int:
    """Write down by which marks an erased person is known again; gives 1 if that is new.

    Raises:
        RecordsError: as `add`.
    """
    return _added(home, BARRED, {name_of(canonical(marks))}, {"marks": dict(marks)})


def _added(home: Path, kind: str, names: set[str], beside: Mapping[str, Any]) -> int:
    if not names:
        return 0
    keyring.roots_of(home)
    folder, mark = keyring.key_folder(home), mark_of(home)
    with alone(folder, "tombstones"):
        known = within(folder, mark)
        fresh = sorted(names - known.of(kind))
        if not fresh:
            return 0
        told = {"at": clock.stamp(clock.now()), "kind": kind, "names": fresh, **beside}
        _put(folder, mark, (*known.lines, _line(_key(folder, mark), known.lines, told)))
    return len(fresh)


def of(home: Path) -> Tombstones:
    """The list of a home; empty where nothing was ever erased.

    Raises:
        RecordsError: the keys of this home are missing, or the list is not as it was written.
    """
    if not (home / keyring.MARK).exists():
        return Tombstones()
    return within(keyring.key_folder(home), mark_of(home))


def within(folder: Path, mark: str, *, lost: bool = False) -> Tombstones:
    """The list in a key folder, of the home whose mark this is.

    Args:
        folder: the key folder.
        mark: what the home says of its keys.
        lost: take it as it is, though lines at its end are gone: a backup's will be put beside it.

    Raises:
        RecordsError: it is not as it was written.
    """
    path = _file(folder, mark)
    fewest = 0 if lost else _count(folder, mark)
    if not path.exists() and not fewest:
        return Tombstones()
    text = keyfile.read_private(path, fix=BRING_BACK) if path.exists() else ""
    lines = tuple(text.splitlines())
    if (text and not text.endswith("\n")) or len(lines) < fewest:
        raise keyfile.damaged(path)
    return _read(lines, _key(folder, mark), path)


def joined(folder: Path, mark: str, lines: Sequence[str]) -> Tombstones:
    """The list of a key folder and one that a backup holds, together; the longer one is kept.

    Names that only one of them has, because a list was lost and begun anew, are added.

    Raises:
        RecordsError: either is not as it was written.
    """
    path, key = _file(folder, mark), _key(folder, mark)
    with alone(folder, "tombstones"):
        here, there = within(folder, mark, lost=True), _read(tuple(lines), key, path)
        longer, other = (here, there) if len(here.lines) >= len(there.lines) else (there, here)
        kept = longer.lines
        now = clock.stamp(clock.now())
        for kind in KINDS:
            if more := sorted(other.of(kind) - longer.of(kind)):
                kept = (*kept, _line(key, kept, {"at": now, "kind": kind, "names": more}))
        for name in sorted(other.barred.keys() - longer.barred.keys()):
            told = {"at": now, "kind": BARRED, "names": [name], "marks": other.barred[name]}
            kept = (*kept, _line(key, kept, told))
        if kept != here.lines or len(kept) != _count(folder, mark):
            _put(folder, mark, kept)
        return within(folder, mark)


def forget_keys(home: Path) -> None:
    """A ring that was brought back from reserve loses again the keys that were destroyed."""
    erased = of(home).of(KEY)
    if erased & keyring.ids(home).there:
        for name in keyring.names(home):
            keyring.destroy(home, name, only=erased)


def mark_of(home: Path) -> str:
    """What a home says of its keys: the ids of its root and its ring."""
    return (home / keyring.MARK).read_text(encoding="ascii").strip()


def _put(folder: Path, mark: str, lines: Sequence[str]) -> None:
    """The list, then how long it is: broken off between the two it is longer than the count."""
    keyfile.replace(_file(folder, mark), "".join(f"{line}\n" for line in lines))
    keyfile.replace(_beside(folder, mark), _counted(folder, mark, len(lines)))


def _count(folder: Path, mark: str) -> int:
    """How many lines the list had when it was last written; 0 if that is not kept."""
    path = _beside(folder, mark)
    if not path.exists():
        return 0
    text = keyfile.read_private(path, fix=BRING_BACK)
    digits = text.partition(" ")[0]
    if not COUNT.fullmatch(digits) or text != _counted(folder, mark, int(digits)):
        raise keyfile.damaged(path)
    return int(digits)


def _counted(folder: Path, mark: str, lines: int) -> str:
    bound = canonical(["lines", lines]).encode()
    return f"{lines} {hmac.digest(_key(folder, mark), bound, 'sha256').hex()}\n"


def _beside(folder: Path, mark: str) -> Path:
    return _file(folder, mark).with_suffix(".count")


def _read(lines: tuple[str, ...], key: bytes, path: Path) -> Tombstones:
    names: dict[str, set[str]] = {}
    barred: dict[str, Marks] = {}
    try:
        for number, line in enumerate(lines):
            told = json.loads(line)
            if not hmac.compare_digest(_line(key, lines[:number], told), line):
                raise keyfile.damaged(path)
            names.setdefault(told["kind"], set()).update(told["names"])
            if told["kind"] == BARRED:
                barred |= dict.fromkeys(told["names"], told["marks"])
    except (ValueError, KeyError, TypeError):
        raise keyfile.damaged(path) from None
    return Tombstones(lines, {kind: frozenset(found) for kind, found in names.items()}, barred)


def _line(key: bytes, before: Sequence[str], told: Mapping[str, object]) -> str:
    said = {name: told[name] for name in ("at", "kind", "names", "marks") if name in told}
    last = before[-1] if before else ""
    bound = canonical([len(before), last, said]).encode()
    return canonical(said | {"mac": hmac.digest(key, bound, "sha256").hex()})


def _key(folder: Path, mark: str) -> bytes:
    """Of the oldest root, which is kept for as long as the office: a rotation changes nothing."""
    return keyring.derived(keyring.load_roots(folder).secrets[0], USE + mark.encode())


def _file(folder: Path, mark: str) -> Path:
    return folder / f"tombstones-{os.path.basename(mark.partition(' ')[2])}.jsonl"  # noqa: PTH119 - of a text
