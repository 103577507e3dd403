"""How does a backup become a home again? Read whole and believed first; then in its place at once.

1. Every file of the folder is held against its digest, before anything is made.
2. Beside the new home, under a passing name, records and parts are put together. What was written
   is read back and must say what the backup says; the ledger must verify.
3. What was erased since is left out, and the recovery is told in the ledger: who, and why.
4. The folder gets its name. Broken off before that, a second restore begins anew.
"""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from joinedup.core.digest import canonical
from joinedup.core.errors import Problem, ProjectError, RecordsError
from joinedup.records import dump, keyfile, keyring, refill, tombstones
from joinedup.store.backup import manifest, stream, vault
from joinedup.store.backup.manifest import Manifest
from joinedup.store.backup.vault import Vault
from joinedup.store.lake import Lake

RECOVERY = "recovery"
RESTORED = "restored.json"
PASSING = ".restoring"

LOOKS = frozenset({"show", "check", "read", "fsck"})
"""Kinds of events that change nothing, if they swept nothing away: somebody looked."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    Attributes:
        number: of the snapshot.
        at: its moment.
        events: of the ledger in it; the recovery's own is one more.
        parts: of the lake.
        erased: parts, keys and sealed texts that were left out, for they were erased since.
        already: whether this home had been restored from it before, and nothing was done.
    """

    number: int
    at: str
    events: int
    parts: int
    erased: int
    already: bool = False


def check(source: Path, keys: Path) -> tuple[Manifest, ...]:
    """Read a whole folder of backups and believe it; nothing is written.

    Raises:
        ProjectError: there is no backup, or the keys are not there.
        RecordsError: a file is missing or changed; names all that are.
    """
    with vault.refusing():
        return _believed(vault.opened(source), keys, None)[1]


def restore(
    source: Path, home: Path, *, keys: Path, number: int | None, reason: str, actor: str
) -> Restored:
    """Make a home from a snapshot; its records are open afterwards.

    Args:
        source: the folder of backups.
        home: a new one; nothing may be in it.
        keys: the key folder of the home that was backed up. If it is not where the new home looks
            for its keys, root, ring and list of what was erased are copied there.
        number: of the snapshot; the newest if not given, and then every file of the folder must
            be whole.
        reason: why, for the ledger.
        actor: who does it.

    Raises:
        ProjectError: the home is not empty, no reason is given, or there is no such snapshot.
        RecordsError: a file of the backup is missing or changed, the keys are missing or others',
            or a disk refuses. Nothing is then made.
    """
    if not reason.strip() or not actor.strip():
        raise ProjectError(
            "a restore says who does it and why.", fix="give --reason TEXT.", where="restore"
        )
    with vault.refusing():
        place = vault.opened(source)
        if found := _restored_before(home, place, number):
            return found
        _require_new(home)
        chosen, _ = _believed(place, keys, number)
        _bring_keys(keys, home, place.mark)
        aside = home.with_name(f".{home.name}{PASSING}")
        work = _Work(place, chosen, home, aside)
        try:
            return work.done(reason, actor)
        except BaseException:
            refill.leave()
            shutil.rmtree(aside, ignore_errors=True)
            raise


def _believed(
    place: Vault, keys: Path, number: int | None
) -> tuple[Manifest, tuple[Manifest, ...]]:
    """The snapshot asked for, and all that were looked at; each file of theirs is as it was."""

    def key(identity: str) -> keyring.Named:
        return keyring.key_in(keys, place.mark, vault.KEY, identity)

    _require_keys(keys)
    listed = manifest.index(place, key)
    if not listed:
        raise ProjectError(
            "no snapshot was ever finished here.", fix="name another backup.", where=vault.INDEX
        )
    wanted = listed if number is None else [one for one in listed if one.number == number]
    if not wanted:
        known = ", ".join(str(one.number) for one in listed)
        raise ProjectError(
            f"there is no snapshot {number}.", fix=f"name one of: {known}.", where="snapshot"
        )
    held: list[Manifest] = []
    problems: list[Problem] = []
    for one in wanted:
        try:
            held.append(manifest.read(place, one, key))
        except RecordsError as error:
            problems += error.problems
    gone = tombstones.within(keys, place.mark, lost=True).of(tombstones.PART)
    for snapshot in held:
        gone |= _erased_by(snapshot.tombstones, tombstones.PART)
    problems += manifest.faults(place, held, gone)
    manifest.require(problems)
    return held[-1], tuple(held)


def _erased_by(lines: Sequence[str], kind: str) -> frozenset[str]:
    """Names in a manifest's own list, which is sealed with it."""
    told = [json.loads(line) for line in lines]
    return frozenset(name for one in told if one["kind"] == kind for name in one["names"])


def _require_keys(keys: Path) -> None:
    if not (keys / keyring.ROOT_FILE).is_file():
        raise ProjectError(
            "the keys are not here, and a backup holds none.",
            fix="name the key folder with --keys FOLDER, or recover it from its shares.",
            where=keys.name,
        )


def _bring_keys(keys: Path, home: Path, mark: str) -> None:
    """Root, ring and list of what was erased, where the new home looks for them; never over any."""
    folder = keyring.key_folder(home)
    if folder.resolve() == keys.resolve():
        return
    ring = mark.partition(" ")[2]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (f"ring-{ring}.json", f"tombstones-{ring}.jsonl", keyring.ROOT_FILE):
        source, target = keys / name, folder / name
        if not source.exists():
            continue
        text = keyfile.read_private(source, fix=keyring.BRING_BACK)
        if not target.exists():
            keyfile.write_new(target, text)
        elif name == keyring.ROOT_FILE and target.read_text("ascii") != text:
            raise ProjectError(
                "other keys are there already, where the new home looks for its own.",
                fix=f"name an empty folder in ${keyring.FOLDER}, or another home.",
                where=folder.name,
            )


def _require_new(home: Path) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise ProjectError(
            "the home is not empty, and a restore overwrites nothing.",
            fix="name a new folder with --home.",
            where=home.name,
        )


def _restored_before(home: Path, place: Vault, number: int | None) -> Restored | None:
    """What an earlier restore told, if nothing has happened in this home since."""
    path = home / RESTORED
    if not path.is_file():
        return None
    told = json.loads(path.read_text("ascii"))
    if told["backup"] != place.id or number not in {None, told["number"]}:
        return None
    from joinedup.records.home import connect  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.models import LedgerEvent  # noqa: PLC0415 - as above

    connect(home)
    recovery = LedgerEvent.objects.filter(hash=told["head"]).first()
    if recovery is None:
        return None
    since = LedgerEvent.objects.filter(seq__gt=recovery.seq).values_list("kind", "facts")
    if not all(_only_looked(kind, facts) for kind, facts in since):
        return None
    names = ("number", "at", "events", "parts", "erased")
    return Restored(**{name: told[name] for name in names}, already=True)


def _only_looked(kind: str, facts: str) -> bool:
    return kind in LOOKS and not json.loads(facts).get("sweep")


@dataclass(frozen=True, slots=True)
class _Work:
    vault: Vault
    held: Manifest
    home: Path
    aside: Path

    def done(self, reason: str, actor: str) -> Restored:
        from joinedup.records.home import connect, connect_to_fill  # noqa: PLC0415 - as above

        shutil.rmtree(self.aside, ignore_errors=True)
        self.aside.mkdir(mode=0o700, parents=True)
        folder = keyring.key_folder(self.home)
        gone = tombstones.joined(folder, self.vault.mark, self.held.tombstones)
        self.parts(gone)
        connect_to_fill(self.aside, self.held.migrations)
        _require_no_rows()
        try:
            with _keys_in(folder):  # the seals of the ledger want them while the home is aside
                told = self.filled(gone, reason, actor)
        except BaseException:
            refill.unmake()
            raise
        refill.leave()
        _sync_all(self.aside)
        self.aside.replace(self.home)
        vault.sync(self.home.parent)
        connect(self.home)
        tombstones.forget_keys(self.home)
        return told

    def filled(self, gone: tombstones.Tombstones, reason: str, actor: str) -> Restored:
        """The records, verified, with the event of their recovery."""
        from joinedup.records.home import connect  # noqa: PLC0415 - as above

        self.records()
        (self.aside / keyring.MARK).write_text(f"{self.vault.mark}\n", encoding="ascii")
        (self.aside / keyring.MARK).chmod(0o600)
        connect(self.aside)  # what migrations came since
        _require_verified()
        return self.recovered(gone, reason, actor)

    def parts(self, gone: tombstones.Tombstones) -> None:
        """The lake's parts, each in its table's folder under its own name."""
        lake = Lake(self.aside)
        for part in self.held.parts:
            if part.sha256 in gone.of(tombstones.PART):
                continue
            folder = lake.folder_of(part.table)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            target = folder / Path(part.file).name
            with target.open("xb") as file:
                sha = vault.copied(self.vault.part(part.sha256), file)
            target.chmod(0o400)
            if sha != part.sha256:
                raise stream.changed(self.vault.part(part.sha256))

    def records(self) -> None:
        """The rows of the dump, and read back: they say what was told of them."""
        from joinedup.records.home import transaction  # noqa: PLC0415 - as above

        path = self.vault.dump(self.held.listed.number)
        key = keyring.key_folder(self.home)

        def of(identity: str) -> keyring.Named:
            return keyring.key_in(key, self.vault.mark, vault.KEY, identity)

        with transaction():
            dump.read(stream.opened(path, of, what=self.vault.what(path)))
        if not refill.is_of_this_version():
            return  # tables are as they were before an upgrade: the models cannot read them yet
        with dump.snapshot() as moment:
            tables, end = dump.write(moment, lambda _line: None)
        if tables != self.held.tables or end != self.held.end:
            raise stream.changed(path, "the database does not give back what it says")

    def recovered(self, gone: tombstones.Tombstones, reason: str, actor: str) -> Restored:
        """Tell of it in the ledger, in one transaction with taking away what was erased."""
        from joinedup.records.home import transaction  # noqa: PLC0415 - as above
        from joinedup.records.ledger import append  # noqa: PLC0415 - as above

        left_out = sum(part.sha256 in gone.of(tombstones.PART) for part in self.held.parts)
        with transaction():
            emptied = refill.empty_sealed(gone.of(tombstones.SEALED), actor=actor, reason=reason)
            emptied += refill.forget(gone.of(tombstones.SUBJECT))
            facts = {
                "backup": self.vault.id,
                "number": self.held.listed.number,
                "made": self.held.listed.at,
                "events": self.held.end.events,
                "head": self.held.end.head,
                "reason": reason,
                "left_out": {"parts": left_out, "texts": emptied},
                "erased": {kind: len(gone.of(kind)) for kind in tombstones.KINDS},
            }
            event = append(RECOVERY, actor=actor, subject="home", facts=facts)
            refill.bar(gone.barred.values(), event)
            told = Restored(
                number=self.held.listed.number,
                at=self.held.listed.at,
                events=self.held.end.events,
                parts=len(self.held.parts) - left_out,
                erased=left_out + emptied,
            )
            said = {
                "backup": self.vault.id,
                "head": event.hash,
                "number": told.number,
                "at": told.at,
                "events": told.events,
                "parts": told.parts,
                "erased": told.erased,
            }
            (self.aside / RESTORED).write_text(canonical(said) + "\n", encoding="ascii")
        return told


@contextmanager
def _keys_in(folder: Path) -> Iterator[None]:
    """Look for keys in this folder meanwhile, whatever the home is called."""
    before = os.environ.get(keyring.FOLDER)
    os.environ[keyring.FOLDER] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[keyring.FOLDER]
        else:
            os.environ[keyring.FOLDER] = before


def _require_no_rows() -> None:
    if not dump.is_empty():
        raise ProjectError(
            "the database holds records already, and a restore overwrites nothing.",
            fix="name an empty database in DATABASE_URL.",
            where="DATABASE_URL",
        )


def _require_verified() -> None:
    from joinedup.records.ledger import verify  # noqa: PLC0415 - as above

    found = verify()
    if not found.ok:
        raise RecordsError(
            f"the ledger in the backup does not verify: {found.reason}.",
            fix="restore another backup; nothing was touched.",
            where=f"event {found.first_bad}",
        )


def _sync_all(folder: Path) -> None:
    """Everything under a folder, files first, is on the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        vault.sync(path)
    vault.sync(folder)
