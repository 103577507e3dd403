"""When is the next anchor due? After so many events or minutes, in a folder of the office's choice.

An anchor is written when the commit that it vouches for is on the disk, by whoever made that
commit, signed with the home's own key. It says where that commit ended, and costs no walk over the
chain. That one could not be written stops nobody, for the events are safe: it is logged, and
`joinedup audit watch` says that anchors are overdue.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from joinedup.core import clock
from joinedup.core.errors import JoinedupError, ProjectError
from joinedup.records import anchors, keyfile, ledger

LOG = logging.getLogger("joinedup.records")


@dataclass(slots=True)
class Keeper:
    """Where the anchors of a home go, and how often.

    Attributes:
        every: events between two.
        within: the longest time between two, while there are events.
        last: how many events the last one vouches for; None before it was looked for.
        at: when that was made.
    """

    home: Path
    folder: Path
    every: int
    within: timedelta
    last: int | None = None
    at: datetime | None = None

    def look(self) -> None:
        """Find the newest anchor that is there."""
        self.last, self.at = 0, None
        if self.folder.is_dir():
            kept = anchors.read_all(self.folder)
            if kept:
                self.last = kept[-1].anchor.seq
                self.at = datetime.fromisoformat(kept[-1].at)

    def is_due(self, events: int, now: datetime) -> bool:
        """Whether a chain of so many events wants an anchor."""
        if self.last is None:
            self.look()
        last = self.last or 0
        late = self.at is not None and now - self.at > self.within
        return events > last and (events // self.every > last // self.every or late)


_KEPT: list[Keeper] = []


def keep(home: Path, folder: Path, *, every: int, minutes: int) -> None:
    """Write anchors of this home to this folder from now on; of no other home.

    Raises:
        ProjectError: the folder lies in the home, where an anchor proves nothing.
    """
    if folder.resolve().is_relative_to(home.resolve()):
        raise ProjectError(
            "the anchors would lie in the home, beside what they vouch for.",
            fix="name a folder elsewhere, best on another machine, under [audit] in office.toml.",
            where=folder.name,
        )
    _KEPT[:] = [Keeper(home, folder, every, timedelta(minutes=minutes))]
    ledger.AFTER[:] = [_made]


def stop() -> None:
    """Write no more anchors by itself."""
    _KEPT.clear()
    ledger.AFTER.clear()


def _made(end: ledger.Head) -> None:
    """A commit that ends here is on the disk."""
    for keeper in _KEPT:
        try:
            now = clock.now()
            if keeper.is_due(end.seq, now):
                _write(keeper, anchors.Anchor(end.seq, end.hash))
                keeper.last, keeper.at = end.seq, now
        except (JoinedupError, OSError) as error:
            LOG.warning("the anchor of event %d was not written: %s", end.seq, _why(error))


def _why(error: Exception) -> str:
    return error.strerror or "" if isinstance(error, OSError) else str(error)


def _write(keeper: Keeper, end: anchors.Anchor) -> None:
    """Whole and durable under its name, or not there; one of this name is left as it is."""
    text = anchors.text_of(end, anchors.own_key(keeper.home))
    keeper.folder.mkdir(parents=True, exist_ok=True)
    path = keeper.folder / f"anchor-{end.seq:012}.json"
    if not path.exists():
        keyfile.replace(path, text)
        path.chmod(0o644)  # no secret: whoever keeps it for us must be able to read it
