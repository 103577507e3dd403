"""What does a snapshot hold? Told as it was written, and held against the files that are there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from joinedup.core.digest import file_digest
from joinedup.core.errors import Problem, RecordsError
from joinedup.records.dump import End, Told
from joinedup.records.keyring import Named
from joinedup.store.backup import stream
from joinedup.store.backup.vault import Vault

RESTORE = "restore another backup; nothing was touched."


@dataclass(frozen=True, slots=True)
class Listed:
    """A snapshot in the index.

    Attributes:
        number: the first is 1.
        at: when its moment was.
        digest: of the file that tells what it holds.
    """

    number: int
    at: str
    digest: str


@dataclass(frozen=True, slots=True)
class PartFile:
    """A part of the lake.

    Attributes:
        table: it belongs to.
        file: its name in the table's folder.
        sha256: of its encrypted bytes.
        bytes: its length.
    """

    table: str
    file: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one snapshot holds.

    Attributes:
        listed: its number and moment; the digest is not known to itself, and empty.
        end: where the ledger ends in it.
        migrations: of the records, as they were.
        tables: of the records.
        dump: digest of the file of the records.
        parts: of the lake.
        tombstones: the list of what was erased, as it was.
    """

    listed: Listed
    end: End
    migrations: tuple[str, ...]
    tables: tuple[Told, ...]
    dump: str
    parts: tuple[PartFile, ...]
    tombstones: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """As it is written."""
        return asdict(self)


def index(vault: Vault, key: Callable[[str], Named]) -> tuple[Listed, ...]:
    """The snapshots of a vault, oldest first; none if it was begun and nothing more."""
    if not vault.index.exists() and not any((vault.folder).glob("snapshots/*")):
        return ()
    return tuple(Listed(**one) for one in vault.told(vault.index, key)["snapshots"])


def read(vault: Vault, listed: Listed, key: Callable[[str], Named]) -> Manifest:
    """What a snapshot holds.

    Raises:
        RecordsError: the file that tells it is missing or not as it was written.
    """
    path = vault.snapshot(listed.number)
    _require(path, listed.digest)
    facts = vault.told(path, key)
    return Manifest(
        listed=Listed(**facts["listed"]),
        end=End(**facts["end"]),
        migrations=tuple(facts["migrations"]),
        tables=tuple(Told(**one) for one in facts["tables"]),
        dump=facts["dump"],
        parts=tuple(PartFile(**one) for one in facts["parts"]),
        tombstones=tuple(facts["tombstones"]),
    )


def faults(vault: Vault, held: Sequence[Manifest], gone: frozenset[str]) -> Iterator[Problem]:
    """Every file that these snapshots need and that is missing, cut short or changed.

    Args:
        vault: where they are.
        held: the snapshots.
        gone: parts that were erased since, which need not be there.
    """
    wanted: dict[Path, str] = {}
    for one in held:
        wanted[vault.dump(one.listed.number)] = one.dump
        wanted |= {vault.part(part.sha256): part.sha256 for part in one.parts}
    for path, sha in wanted.items():
        if path.name in gone:
            continue
        if what := fault(path, sha):
            where = path.relative_to(vault.folder).as_posix()
            yield Problem(where, f"this part of the backup {what}.", RESTORE)


def fault(path: Path, sha: str) -> str:
    """What is wrong with a file, if anything."""
    if not path.is_file():
        return "is missing"
    return "is not as it was written" if file_digest(path) != sha else ""


def _require(path: Path, sha: str) -> None:
    if what := fault(path, sha):
        raise stream.changed(path, f"it {what}")


def require(problems: Sequence[Problem]) -> None:
    """Refuse, with every problem at once.

    Raises:
        RecordsError: there is any.
    """
    if problems:
        raise RecordsError.of(problems)
