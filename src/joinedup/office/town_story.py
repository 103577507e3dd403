"""The main job on an invented town: files as partners send them, month by month, to a report.

The town is made, its invented signatories sign, three months are delivered as they came, a drift is
met and its mapping confirmed, every project runs, and journey A's report is released.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.core.errors import DeliveryError, JoinedupError
from joinedup.office import agree, leave
from joinedup.office.demo import ANALYST, READER, REASON, Tell
from joinedup.office.examples import copied
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office, open_office
from joinedup.office.report import REPORT, report, run_all
from joinedup.office.sweep import sweep

LEAD = "unsafe-homes"
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Month:
    """What came in one month.

    Attributes:
        rows: admitted, of all files.
        rejected: rows that could not be what was agreed.
        held: files that were refused, with why, before anything of them was loaded.
    """

    name: str
    files: int
    rows: int
    rejected: int
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TownStory:
    """What the demonstration did, for one screen.

    Attributes:
        headlines: project to the headline of its report.
        hidden: cells hidden in the released report.
        page: the released report.
        office: the copy of the office folder, to be edited freely.
        truth: what is really so, which the product never read.
    """

    people: int
    months: tuple[Month, ...]
    headlines: Mapping[str, str]
    cautions: tuple[str, ...]
    hidden: int
    page: Path
    office: Path
    truth: Path


def tell_story(place: Path, *, people: int, seed: int, tell: Tell) -> TownStory:
    """Make the town, sign, deliver, run and release, all in one folder.

    Args:
        place: the folder; the town, a copy of its office, lake, records and outbox stand in it.
        people: how many live in the town.
        seed: of the town.
        tell: called with a step's name, how many are done, and how many there are.

    Raises:
        ProjectError: the size is not one a town can have, or the office was edited and is wrong.
    """
    from joinedup.town.make import make  # noqa: PLC0415 - only who makes a town pays for it

    made = make(people, seed, place / "town", tell=tell)
    folder = copied("town", place / "office")
    office = open_office(folder, place, ANALYST)
    _sign(office)
    months = tuple(
        _deliver(folder, place, month, done=done, tell=tell)
        for done, month in enumerate(made.months)
    )
    office = open_office(folder, place, ANALYST)
    headlines = {}
    for name, project in office.folder.projects.items():
        if project.project.report is not None:
            list(run_all(office, project, tell=tell))
            headlines[name] = report(office, project).headline
    lead = office.folder.projects[LEAD]
    released = _release(office, lead)
    return TownStory(
        people=made.people,
        months=months,
        headlines=headlines,
        cautions=report(office, lead).cautions,
        hidden=released.release.hidden,
        page=released.folder / "report.html",
        office=folder,
        truth=place / "town" / "truth",
    )
