"""Is the whole ledger as it was written? Every column, link, number, seal and the head.

A change, removal, insertion or reordering is found at the first event it touches; so is a chain
made anew by somebody without the keys. An older state of the whole database, put back, is found
only against an anchor kept elsewhere.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from joinedup.records import keyring, ring_files
from joinedup.records.anchors import Anchor
from joinedup.records.home import connected
from joinedup.records.ledger import BROKEN, COLUMNS, GENESIS, HEAD, hashed, rows
from joinedup.records.models import LedgerHead
from joinedup.records.seals import Sealer, fits, has_begun, same, sealers

NOT_SEALED = "bears no seal, and this home seals its events"
TEXT = {str}
NONE_LEFT = "is missing: this home has sealed events"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the ledger is as it was written.

    Attributes:
        events: how many events were found whole, counted from the first.
        first_bad: number of the first event that is not as written; None if none is, or if the
            database could not be read.
        reason: what was found, ready to follow `event 7: `; without a full stop.
        unsealed: how many events, from the first, bear no seal: they are older than the seals.
        seals: whether they were looked at; without the home's keys they cannot be.
    """

    ok: bool
    events: int
    first_bad: int | None
    reason: str
    unsealed: int = 0
    seals: bool = True


@dataclass(frozen=True, slots=True)
class Stands:
    """The head as a row, and its seal."""

    seq: int
    hash: str
    seal: str


@dataclass(slots=True)
class _Walk:
    """How far the walk has come.

    Attributes:
        wanted: number of an event to the hash it must have, by the head and the anchors.
        keys: that may have made the seals; None if they are not to be looked at.
    """

    wanted: Mapping[int, str]
    keys: Sequence[Sealer] | None
    whole: int = 0
    last: str = GENESIS
    unsealed: int = 0

    def fault(self, row: tuple[Any, ...]) -> str:
        """What is wrong with the next row, or nothing; types first: a damaged file gives any."""
        number = self.whole + 1
        if type(row[0]) is not int or set(map(type, row[1:])) != TEXT:
            return "holds a value of another type than was written"
        if row[0] != number:
            return "is missing" if row[0] > number else "stands out of its place"
        fields = dict(zip(COLUMNS, row, strict=True))
        written = fields["hash"]
        complaint = self._unchained(fields, written) or self._unsealed(written, fields["seal"])
        if not complaint:
            self.whole, self.last = number, written
        return complaint

    def _unchained(self, fields: Mapping[str, Any], written: str) -> str:
        if fields["previous"] != self.last:
            return "does not follow from the one before it"
        if hashed(fields) != written:
            return "is not as it was written"
        if self.wanted.get(self.whole + 1, written) != written:
            return "is not the one that the head or the anchor holds"
        return ""

    def _unsealed(self, written: str, seal: str) -> str:
        """What is wrong with a seal, or nothing. Events before the first sealed one have none."""
        if not seal:
            if self.whole > self.unsealed:
                return NOT_SEALED
            self.unsealed += 1
            return ""
        if self.keys is None:
            return ""
        if self.keys and same(self.keys[0].of_event(written), seal):
            return ""
        if self._fits(seal, lambda one: one.of_event(written)):
            return ""
        return "bears a seal that this home did not make"

    def sealed(self, head: Stands) -> bool:
        """Whether the head bears the seal of the home."""
        return self.keys is None or self._fits(
            head.seal, lambda one: one.of_head(head.seq, head.hash)
        )

    def _fits(self, seal: str, make: Callable[[Sealer], str]) -> bool:
        """Whether the home made the seal, by a key that it may have got during the walk."""
        if not fits(self.keys or (), seal, make):
            self.keys = sealers(connected())
            return fits(self.keys, seal, make)
        return True


def verify(*anchored: Anchor) -> Verdict:
    """Read the whole ledger from the disk and check it; a file that cannot be read is a verdict.

    The seals are looked at where the keys are: a copy of the home, which has none, is checked
    without them, and the verdict says so.

    Args:
        anchored: what was kept elsewhere; every one must be borne out.

    Raises:
        ProjectError, RecordsError: the keys that are there are damaged or another home's.
    """
    try:
        _read_from_the_disk()
        complaint = _sqlite_complaint()
        home = connected()
        begun, keys = _begun(home), _keys(home)  # before the rows: a first event may come meanwhile
        found = judge(rows(None), ends=_head, anchored=anchored, keys=keys, begun=begun)
    except (*BROKEN, LedgerHead.DoesNotExist) as error:
        reason = f"the ledger cannot be read ({type(error).__name__})"
        return Verdict(ok=False, events=0, first_bad=None, reason=reason)
    if found.ok and complaint:
        return Verdict(ok=False, events=found.events, first_bad=None, reason=complaint)
    return found


def judge(
    rows: Iterable[tuple[Any, ...]],
    *,
    ends: Callable[[], Stands] | None,
    anchored: Sequence[Anchor] = (),
    keys: Sequence[Sealer] | None,
    begun: bool = False,
) -> Verdict:
    """Whether these rows, in the order of their numbers, are a chain as it was written.

    Args:
        rows: of `ledger.COLUMNS`.
        ends: where the chain ends now; asked before and after the walk, for others may write
            meanwhile. None where there is no head, as in an export.
        anchored: what was kept elsewhere.
        keys: that may have made the seals; None if they are not to be looked at.
        begun: whether a sealed event is known to have been written.
    """
    stood = ends() if ends else Stands(0, GENESIS, "")
    wanted = {stood.seq: stood.hash}
    for anchor in anchored:
        if wanted.setdefault(anchor.seq, anchor.hash) != anchor.hash:
            return _bad(0, anchor.seq, "is not the one that the anchor holds")
    walk = _Walk(wanted, keys)
    for row in rows:
        if fault := walk.fault(row):
            return _bad(walk.whole, walk.whole + 1, fault)
    if walk.whole < max(wanted):
        return _bad(walk.whole, walk.whole + 1, "is missing")
    if begun and walk.unsealed == walk.whole:
        return _bad(0, 1, NOT_SEALED if walk.whole else NONE_LEFT)
    return (ends and _cut(walk, ends())) or _whole(walk)


def _begun(home: Path) -> bool:
    return ring_files.are_here(home) and has_begun(home)


def _keys(home: Path) -> Sequence[Sealer] | None:
    if (home / keyring.MARK).exists() and not ring_files.are_here(home):
        return None
    return sealers(home)


def _bad(whole: int, number: int, fault: str) -> Verdict:
    return Verdict(ok=False, events=whole, first_bad=number, reason=f"it {fault}")


def _cut(walk: _Walk, now: Stands) -> Verdict | None:
    """What the head as it stands now says against the walk, or nothing."""
    whole = walk.whole
    if whole > now.seq:
        return _bad(now.seq, now.seq + 1, "stands after the head")
    if whole == now.seq and walk.last != now.hash:
        return _bad(max(whole - 1, 0), max(whole, 1), "is not the one that the head holds")
    if walk.unsealed < whole and not walk.sealed(now):
        return _bad(whole, whole + 1, "may be missing: the head is not under this home's seal")
    return None


def _whole(walk: _Walk) -> Verdict:
    reason = f"{walk.whole:,} events, each as it was written"
    if walk.unsealed:
        reason += f"; the first {walk.unsealed:,} bear no seal"
    if walk.keys is None:
        reason += "; the seals were not looked at, for the keys are not here"
    return Verdict(
        ok=True,
        events=walk.whole,
        first_bad=None,
        reason=reason,
        unsealed=walk.unsealed,
        seals=walk.keys is not None,
    )


def _head() -> Stands:
    return Stands(*LedgerHead.objects.values_list("seq", "hash", "seal").get(pk=HEAD))


def _read_from_the_disk() -> None:
    """Drop what SQLite keeps in memory, unless the caller is in the middle of a transaction."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        connection.close()


def _sqlite_complaint() -> str:
    """What SQLite itself finds wrong with its file, or nothing."""
    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check(1)")
        found = cursor.fetchall()
    if found == [("ok",)]:
        return ""
    return "the database file is damaged: SQLite's own check fails"
