"""The main job on an invented town: files as partners send them, month by month, to reports.

The town is made, its invented signatories sign, its policy comes into force, three months are
delivered as they came, a drift is met and its mapping confirmed, every project runs. Journey A's
report is released, and journey B's, which knows people as tokens only: each by the invented person
whose part it is.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from joinedup.core.errors import DeliveryError, ReleaseError
from joinedup.office import layout, quality, shown, town
from joinedup.office.deliver import Delivered, deliver
from joinedup.office.demo import (
    ANALYST,
    ENGINEER,
    LINKER,
    OFFICER,
    Tell,
    bring_live,
    release_report,
    rule,
    sign_all,
    write_documents,
)
from joinedup.office.examples import copied
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office, open_office
from joinedup.office.report import REPORT, report, run_all
from joinedup.office.run import Ran, run
from joinedup.office.sweep import Swept, sweep
from joinedup.office.told import READ, before_answer, of_reads
from joinedup.office.town_partners import send_tokens
from joinedup.result.model import Result

LEAD = "unsafe-homes"
INSIGHT = "school-readiness"
BY_HOME = {
    "council_tax": "defined.tax_home",
    "hmo_licences": "defined.licence",
    "housing_inspections": "defined.inspection",
    "housing_complaints": "defined.complaint",
    "fire_incidents": "defined.home_fire",
}
"""Datasets of journey A to the definition that says which home each row is about."""
NAMING = {"fire-safety-visits": ("who", "homes")}
"""Steps that read names: run by the linker, who makes no list; the analyst reads no name."""
OPEN = "open"
MONTHS = 3


@dataclass(frozen=True, slots=True)
class Month:
    """What came in one month.

    Attributes:
        rows: admitted, of all files.
        rejected: rows that could not be what was agreed.
        held: files refused for what is in them, before anything was loaded, with the first reason.
        unread: files that no agreement covers, so that they were never opened.
    """

    name: str
    files: int
    rows: int
    rejected: int
    held: tuple[str, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TownStory:
    """What the demonstration did, for one screen.

    Attributes:
        joined: dataset to how many of its rows there are, and how many are linked to a home.
        linked: project and step to what it says of who is who.
        graded: grade to how many uses of how many datasets have it.
        results: project to its report.
        hidden: cells hidden in the released report; none if it may not leave.
        withheld: why the report may not leave, as in a town too small; then `page` is for inside.
        page: the report.
        insight: the report of journey B, by area: as it left, or for inside if it may not.
        documents: project to the pages of its documents.
        office: the copy of the office folder, to be edited freely.
        town: the folder with what the partners sent; the truth lies beside it.
    """

    months: tuple[Month, ...]
    joined: Mapping[str, tuple[int, int]]
    linked: Mapping[str, str]
    graded: Mapping[str, int]
    results: Mapping[str, Result]
    hidden: int | None
    withheld: tuple[str, ...]
    page: Path
    insight: Path
    documents: Mapping[str, tuple[Path, ...]]
    office: Path
    town: Path

    @property
    def lead(self) -> Result:
        """The report of journey A."""
        return self.results[LEAD]


def tell_story(place: Path, *, people: int, seed: int, tell: Tell) -> TownStory:
    """Make the town, sign, deliver, run and release, all in one folder.

    Again in the same folder does nothing that was done.

    Args:
        place: the folder; the town, a copy of its office, lake, records and outbox stand in it.
        people: how many live in the town.
        seed: of the town.
        tell: called with a step's name, how many are done, and how many there are.

    Raises:
        ProjectError: a town cannot have that size, or the copied office was edited and is wrong.
    """
    where = _town(place / f"town-{people}-{seed}", people=people, seed=seed, tell=tell)
    folder = copied("town", place / "office")
    office = open_office(folder, place, OFFICER)
    sign_all(office)
    rule(office)
    months: list[Month] = []
    for path in _arrivals(where / "deliveries"):
        tell(f"deliver {path.name}", len(months), MONTHS + 1)
        months.append(_take(folder, place, path))
    office = open_office(folder, place, ANALYST)
    results: dict[str, Result] = {}
    linked: dict[str, str] = {}
    for name, project in office.folder.projects.items():
        if project.project.report is not None:
            linked |= _run(office, project, tell)
            results[name] = report(office, project)
    for project in office.folder.projects.values():
        bring_live(office, project)
    tell("release", 0, 1)
    hidden, page, withheld = _left(office, LEAD)
    _, insight, _ = _left(office, INSIGHT)
    tell("documents", 0, 1)
    pages = {
        name: write_documents(office, project) for name, project in office.folder.projects.items()
    }
    return TownStory(
        months=tuple(month for month in months if month.name != OPEN),
        joined=dict(_joined(office)),
        linked=linked,
        graded=_graded(open_office(folder, place, ENGINEER)),
        results=results,
        hidden=hidden,
        withheld=withheld,
        page=page,
        insight=insight,
        documents=pages,
        office=folder,
        town=where,
    )


def _town(where: Path, *, people: int, seed: int, tell: Tell) -> Path:
    """The town's folder; made beside and moved there, so that a town is there whole or not."""
    if not where.is_dir():
        half = where.with_name(f"{where.name}.part")
        shutil.rmtree(half, ignore_errors=True)
        town.make(people, seed, half, months=MONTHS, key_file=None, tell=tell)
        half.rename(where)
    return where


def _arrivals(deliveries: Path) -> Iterator[Path]:
    """The gazetteer and the boundaries first, then month by month."""
    yield deliveries / OPEN
    yield from sorted(path for path in deliveries.iterdir() if path.name != OPEN)


def _take(folder: Path, place: Path, month: Path) -> Month:
    """Sweep a month's folder; a drift is looked at, its mapping confirmed, the file taken.

    Where an agreement wants no names, the partners' own files are made into tokens before, by them.
    """
    office = open_office(folder, place, ENGINEER)
    swept = sweep(office, month)
    drifted = [one for one in swept.refused if isinstance(one.error, DeliveryError)]
    late = [_confirmed(office, month / one.path) for one in drifted]
    office = open_office(folder, place, ENGINEER)
    sent = send_tokens(office, month, month.parents[1] / "pseudonymised" / month.name)
    tokens = sweep(office, sent) if sent.is_dir() else Swept((), (), (), ())
    taken = (*(one.told for one in (*swept.delivered, *tokens.delivered)), *late)
    return Month(
        name=month.name,
        files=len(taken) + len(swept.already) + len(tokens.already),
        rows=sum(one.rows for one in taken),
        rejected=sum(one.count for told in taken for one in told.rejected),
        held=tuple(f"{one.path}: {one.error.problems[0].what}" for one in drifted),
        unread=tuple(one.path for one in swept.refused if one not in drifted),
    )


def _confirmed(office: Office, file: Path) -> Delivered:
    """The file under a mapping proposed from it and confirmed, as a data engineer would."""
    (name,) = (name for name, one in office.folder.datasets.items() if one.layout.file == file.name)
    layout.write(layout.proposed(office.folder.root, file, name=name))
    return deliver(open_office(office.folder.root, office.home, ENGINEER), name, file)


def _run(office: Office, project: ProjectFolder, tell: Tell) -> dict[str, str]:
    """Run a project, steps that read names by the linker before; gives what those that link say."""
    name, ran = project.project.id, list[Ran]()
    if steps := NAMING.get(name):
        ran += run(open_office(office.folder.root, office.home, LINKER), project, steps, tell)
    ran += run_all(office, project, tell=tell)
    links = {one for one, step in project.steps.items() if step.method.startswith("link.")}
    return {f"{name}, {one.name}": one.headline for one in ran if one.name in links}


def _joined(office: Office) -> Iterator[tuple[str, tuple[int, int]]]:
    """How many rows are linked to a home of the gazetteer."""
    import pyarrow.compute as pc  # noqa: PLC0415 - only once the tables are there

    tables: dict[str, tuple[str, ...]] = {f"admitted.{dataset}": () for dataset in BY_HOME}
    tables |= dict.fromkeys(["defined.homes", *BY_HOME.values()], ("home",))
    before_answer(office, READ, "defined.homes", of_reads(office, tables, step="demo"))
    homes = office.lake.read("defined.homes").to_table(["home"])["home"]
    for dataset, table in BY_HOME.items():
        rows = office.lake.read(f"admitted.{dataset}").count_rows()
        about = office.lake.read(table).to_table(["home"])["home"]
        yield dataset, (rows, pc.sum(pc.is_in(about, value_set=homes)).as_py() or 0)


def _left(office: Office, name: str) -> tuple[int | None, Path, tuple[str, ...]]:
    """Cells hidden and the page that left; or the inside page, and why it may not leave."""
    project = office.folder.projects[name]
    try:
        released = release_report(office, project)
    except ReleaseError as error:
        reasons = tuple(f"{problem.where}: {problem.what}" for problem in error.problems)
        return None, shown.page(office, project, REPORT), reasons
    return released.release.candidate.hidden, released.folder / "report.html", ()


def _graded(office: Office) -> dict[str, int]:
    counts: dict[str, int] = {}
    for card in quality.cards(office):
        for grade in card.grades:
            counts[grade.grade] = counts.get(grade.grade, 0) + 1
    return counts
