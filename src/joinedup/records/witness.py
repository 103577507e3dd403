"""Does somebody show us another past than before? What a witness asks of every anchor they get.

A witness (another office, the auditor) keeps anchors in a folder of their own, the register. They
need neither the office's data nor its ledger for this: two anchors of one length with different
heads, or a later one with fewer events, cannot both be of one chain that only grew. The second is
refused, and both are kept together as evidence, as they came.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from joinedup.core import clock
from joinedup.core.errors import ProjectError, RecordsError
from joinedup.records import anchors, keyfile
from joinedup.records.anchors import Kept

LOCK = ".lock"
EVIDENCE = "joinedup evidence 1"
SHORT = 12


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What came of an anchor that was shown.

    Attributes:
        held: whether the register had it already.
        count: how many anchors it holds now.
        path: where it is kept.
    """

    held: bool
    count: int
    path: Path


def add(register: Path, shown: Path, public: Path | None = None) -> Witnessed:
    """Take an anchor into the register, if it can be of the same chain as all that are there.

    Args:
        register: the witness's own folder, made if it is not there; of one ledger.
        shown: the anchor's file.
        public: the office's public key (PEM); the anchor must be signed with it.

    Raises:
        ProjectError: a file cannot be read or written.
        RecordsError: it is no anchor, not signed, or of another past; evidence is then kept.
    """
    new = anchors.looked_at(shown, None if public is None else anchors.public_key(public))
    with _alone(register):
        there = anchors.read_all(register)
        for old in there:
            if why := _contradiction(old, new):
                raise _refused(register, old, new, why)
        same = [old for old in there if old.anchor == new.anchor]
        if same:
            return Witnessed(held=True, count=len(there), path=same[0].path)
        kept = register / f"anchor-{new.anchor.seq:012}-{new.anchor.hash[:SHORT]}.json"
        keyfile.write_new(kept, shown.read_text(encoding="ascii"))
    return Witnessed(held=False, count=len(there) + 1, path=kept)


def _contradiction(old: Kept, new: Kept) -> str:
    """Why two anchors cannot be of one chain, or nothing."""
    if old.anchor.seq == new.anchor.seq:
        same = old.anchor.hash == new.anchor.hash
        return "" if same else f"it gives another head to the same {new.anchor.seq:,} events"
    first, second = sorted([old, new], key=lambda one: one.anchor.seq)
    if _moment(first) > _moment(second):
        return f"a chain of {second.anchor.seq:,} events was later one of {first.anchor.seq:,}"
    return ""


def _moment(one: Kept) -> datetime:
    try:
        return datetime.fromisoformat(one.at)
    except ValueError:
        raise RecordsError(
            "the anchor does not say when it was made.",
            fix="ask the office for it again.",
            where=one.path.name,
        ) from None


def _refused(register: Path, old: Kept, new: Kept, why: str) -> RecordsError:
    """The refusal, once the evidence is on the disk."""
    heads = [one.anchor.hash[:SHORT] for one in (old, new)]
    name = f"evidence-{new.anchor.seq:012}-{'-'.join(heads)}.json"
    told = {
        "form": EVIDENCE,
        "at": clock.stamp(clock.now()),
        "why": why,
        "held": json.loads(old.path.read_bytes()),
        "shown": json.loads(new.path.read_bytes()),
    }
    if not (register / name).exists():
        keyfile.write_new(register / name, json.dumps(told, indent=2, sort_keys=True) + "\n")
    return RecordsError(
        f"the anchor is of another past than one that is held: {why}.",
        fix=f"keep {name}, tell the office's auditor, and take no further anchor as proof.",
        where=new.path.name,
    )


@contextmanager
def _alone(register: Path) -> Iterator[None]:
    """Hold off any other that would take an anchor into this register at this moment."""
    try:
        register.mkdir(parents=True, exist_ok=True)
        lock = (register / LOCK).open("w")
    except OSError as error:
        raise ProjectError(
            f"the register cannot be written here ({error.strerror}).",
            fix="name a folder that you may write to.",
            where=register.name,
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
