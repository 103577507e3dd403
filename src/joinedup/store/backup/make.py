"""How is a backup made while others work? Of one committed moment, and in its place last of all.

1. One moment of the records is written, sealed; its ledger's chain is walked meanwhile.
2. The parts that its versions name are copied, those that are not there already.
3. What the snapshot holds is told, then the index is replaced. Until then the last backup stands.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.core import clock
from joinedup.core.digest import file_digest
from joinedup.core.errors import AuditUnavailable, ProjectError, RecordsError
from joinedup.records import dump, keyring, tombstones
from joinedup.store.backup import manifest, stream, vault
from joinedup.store.backup.manifest import Listed, Manifest, PartFile
from joinedup.store.backup.vault import Vault
from joinedup.store.lake import Lake

TURNS = 3
BACKUP, BEGUN = "backup", "backup begun"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made.

    Attributes:
        vault: the id of the folder of backups.
        number: of the snapshot.
        at: its moment.
        events: of the ledger in it.
        head: the hash of the last of them.
        parts: of the lake in it.
        copied: of these, written now; the others were there.
        bytes: written now.
        dropped: snapshots and parts that were removed: too old, or erased since.
        damaged: what is wrong with older snapshots; nothing of them was then removed.
    """

    vault: str
    number: int
    at: str
    events: int
    head: str
    parts: int
    copied: int
    bytes: int
    dropped: int
    damaged: tuple[str, ...]


class _Deadline:
    """Raises when a backup takes longer than it may: a slow disk is told of, not waited for."""

    def __init__(self, seconds: float) -> None:
        self._end, self._said = time.monotonic() + seconds, seconds

    def __call__(self) -> None:
        if time.monotonic() > self._end:
            self.late()

    def late(self) -> None:
        raise RecordsError(
            f"the backup was not done in {self._said / 60:,.0f} minutes; it was given up.",
            fix="use a faster disk or give it longer (--within); the last good one stands.",
            where="backup",
        )


def backup(home: Path, to: Path, *, actor: str, keep: int, within: float) -> Made:
    """Make a backup of a home whose records are open.

    Args:
        home: of the office.
        to: folder of its backups, made if it is not there.
        actor: who asks, for the ledger.
        keep: so many snapshots, the newest; older ones are removed once this one is whole.
        within: seconds, after which it is given up.

    Raises:
        ProjectError: the folder is none for backups of this home, or another backup is under way.
        RecordsError: the home is not whole, a disk refuses, or it takes too long; the last good
            backup is then as it was.
    """
    from joinedup.records.refused import recorded  # noqa: PLC0415 - Django, only when needed

    if keep < 1:
        raise ProjectError("no snapshot would be kept.", fix="keep one or more.", where="keep")
    key = keyring.key(home, vault.KEY)
    place = vault.begin(to, home, tombstones.mark_of(home))
    work = _Work(home, place, key, _Deadline(within))
    with vault.refusing(), vault.alone(place):
        with recorded(BACKUP):  # a copy that breaks off is a copy too
            _recorded(home, actor, BEGUN, {"backup": place.id})
        made = work.done(keep)
    with recorded(BACKUP):
        facts = {
            "backup": place.id,
            "number": made.number,
            "events": made.events,
            "head": made.head,
            "parts": made.parts,
        }
        _recorded(home, actor, BACKUP, facts)
    return made


def _recorded(home: Path, actor: str, kind: str, facts: Mapping[str, Any]) -> None:
    """Put the backup on record; beside writers that never rest, in the second or third turn."""
    from joinedup.records.together import record  # noqa: PLC0415 - Django, only when needed

    for turn in range(TURNS):
        try:
            record(home, kind, actor=actor, subject="home", facts=facts)
        except AuditUnavailable:
            if turn == TURNS - 1:
                raise
        else:
            return


@dataclass(frozen=True, slots=True)
class _Work:
    home: Path
    vault: Vault
    key: keyring.Named
    tick: Callable[[], None]

    def done(self, keep: int) -> Made:
        before = manifest.index(self.vault, self.by_id)
        number = before[-1].number + 1 if before else 1
        told, copied = self.moment(number)
        gone = tombstones.of(self.home)
        held = Manifest(
            listed=Listed(number, told.at, ""),
            end=told.end,
            migrations=told.migrations,
            tables=told.tables,
            dump=file_digest(self.vault.dump(number)),
            parts=told.parts,
            tombstones=gone.lines,
        )
        place = self.vault.snapshot(number)
        sha = self.vault.tell(place, held.facts(), self.key, self.tick)
        kept = (*before, Listed(number, told.at, sha))[-keep:]
        facts = {"snapshots": [_facts(one) for one in kept]}
        self.vault.tell(self.vault.index, facts, self.key, self.tick)
        written = [*copied, self.vault.dump(number), place]
        dropped, damaged = self.dropped(kept, gone.of(tombstones.PART))
        return Made(
            vault=self.vault.id,
            number=number,
            at=told.at,
            events=told.end.events,
            head=told.end.head,
            parts=len(told.parts),
            copied=len(copied),
            bytes=sum(path.stat().st_size for path in written),
            dropped=dropped,
            damaged=damaged,
        )

    def moment(self, number: int) -> "tuple[_Moment, list[Path]]":
        """A moment whose parts are all there; one may be erased before it is copied."""
        missing: list[PartFile] = []
        for _turn in range(TURNS):
            told = self.records(number)
            copied, missing = self.parts(told, tombstones.of(self.home).of(tombstones.PART))
            if not missing:
                return told, copied
        raise RecordsError(
            f"{len(missing):,} parts of the lake are missing, or there though erased, such as"
            f" {missing[0].file}.",
            fix="finish the erasure, or run `joinedup fsck`; the last good backup is as it was.",
            where=missing[0].table,
        )

    def by_id(self, identity: str) -> keyring.Named:
        return keyring.key_by_id(self.home, vault.KEY, identity)

    def records(self, number: int) -> "_Moment":
        """Write one moment of the records; tells what is in it."""
        from joinedup.records.home import applied  # noqa: PLC0415 - Django, as above
        from joinedup.records.models import TableVersion  # noqa: PLC0415 - as above

        place = self.vault.dump(number)
        with (
            dump.snapshot() as moment,
            vault.written(self.vault, place, self.tick) as sink,
            stream.Sealer(sink, self.key, what=self.vault.what(place)) as sealer,
        ):
            tables, end = dump.write(moment, sealer.line)
            versions = TableVersion.objects.using(moment).order_by("table", "number")
            parts = {
                part["sha256"]: PartFile(row.table, part["file"], part["sha256"], part["bytes"])
                for row in versions.iterator()
                for part in row.parts
            }
        at = clock.stamp(clock.now())
        return _Moment(at, end, applied(), tables, tuple(parts.values()))

    def parts(self, told: "_Moment", gone: frozenset[str]) -> tuple[list[Path], list[PartFile]]:
        """Copy the parts that are not there; gives those written, and those that cannot be."""
        written, problems = [], []
        lake = Lake(self.home)
        for part in told.parts:
            self.tick()
            place = self.vault.part(part.sha256)
            source = lake.folder_of(part.table) / part.file
            if part.sha256 in gone:
                if source.exists():
                    problems.append(part)
                continue
            if place.is_file() and place.stat().st_size == part.bytes:
                continue
            try:
                with vault.written(self.vault, place, self.tick) as sink:
                    _copy(source, sink, part)
            except FileNotFoundError:
                problems.append(part)
                continue
            written.append(place)
        return written, problems

    def dropped(self, kept: Sequence[Listed], gone: frozenset[str]) -> tuple[int, tuple[str, ...]]:
        """Remove what no snapshot that is kept needs, and parts that were erased."""
        try:
            held = [manifest.read(self.vault, one, self.by_id) for one in kept]
        except RecordsError as error:
            return 0, tuple(f"{one.where}: {one.what}" for one in error.problems)
        needed = {self.vault.part(part.sha256) for one in held for part in one.parts}
        needed -= {self.vault.part(sha) for sha in gone}
        for one in kept:
            needed |= {self.vault.dump(one.number), self.vault.snapshot(one.number)}
        folders = (vault.PARTS, vault.DUMPS, vault.SNAPSHOTS)
        there = [
            path
            for folder in folders
            for path in sorted((self.vault.folder / folder).rglob("*"))
            if path.is_file()
        ]
        unwanted = [path for path in there if path not in needed]
        for path in unwanted:
            path.unlink()
        return len(unwanted), ()


@dataclass(frozen=True, slots=True)
class _Moment:
    at: str
    end: dump.End
    migrations: tuple[str, ...]
    tables: tuple[dump.Told, ...]
    parts: tuple[PartFile, ...]


def _copy(source: Path, sink: Any, part: PartFile) -> None:
    if vault.copied(source, sink) != part.sha256:
        raise RecordsError(
            f"part {part.file} was changed, so no backup was made of it.",
            fix="run `joinedup fsck`; the last good backup is as it was.",
            where=part.table,
        )


def _facts(one: Listed) -> dict[str, Any]:
    return {"number": one.number, "at": one.at, "digest": one.digest}
