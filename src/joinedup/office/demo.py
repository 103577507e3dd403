"""The main job from files to report, for an invented office: sign, deliver, run, release.

Signs for the partners, so it refuses any office that does not say `example = true`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from joinedup.core.digest import text_digest
from joinedup.core.errors import Problem, ProjectError
from joinedup.govern.documents.topics import DPIA, topics
from joinedup.govern.documents.writing import signature
from joinedup.office import agree, documents, duties, project_gate
from joinedup.office.deliver import deliver
from joinedup.office.folder import Folder, ProjectFolder
from joinedup.office.house import Office
from joinedup.office.leaving import out
from joinedup.office.leaving.candidate import prepare
from joinedup.office.leaving.review import review, state_of
from joinedup.office.policy import current
from joinedup.office.policy_file import text_of
from joinedup.office.project_facts import facts_of
from joinedup.office.report import REPORT, declared, latest, report, run_all
from joinedup.result.blocks import Estimate
from joinedup.result.model import Result

ANALYST = "Demo analyst"
LINKER = "Demo linker"
READERS = ("Demo reader", "Demo second reader")
ENGINEER = "Demo engineer"
OFFICER = "Demo IG officer"
DEPUTY = "Demo deputy officer"
REASON = "Demonstration: an invented person has read every table and sentence."
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Story:
    """What the demonstration did, for one screen.

    Attributes:
        rows: admitted rows by dataset.
        lines: title and estimates of each way of ordering, in the report's order.
    """

    rows: dict[str, int]
    headline: str
    lines: tuple[tuple[str, tuple[Estimate, ...]], ...]
    cautions: tuple[str, ...]
    hidden: int
    page: Path
    documents: tuple[Path, ...]


def files_for(folder: Folder, data: Path | None) -> dict[str, Path]:
    """The delivered file of each dataset in a data folder.

    Raises:
        ProjectError: the folder or any file is not there; says where to get each.
    """
    there = sorted(data.iterdir()) if data is not None and data.is_dir() else []
    found, problems = {}, []
    for name, dataset in folder.datasets.items():
        match = next((path for path in there if fnmatch(path.name, dataset.layout.file)), None)
        if match is None:
            fix = f"get '{dataset.title}' and name its folder: make demo-real DATA=FOLDER."
            problems.append(Problem(dataset.layout.file, "is not in the data folder.", fix))
        else:
            found[name] = match
    if problems:
        if folder.card.source_note:
            problems.insert(
                0, Problem("data", "the tables stay outside this folder.", folder.card.source_note)
            )
        raise ProjectError.of(problems)
    return found


def demonstrate(office: Office, data: Path | None, tell: Tell) -> Story:
    """Sign, deliver, run, and release the report of the office's only project.

    Raises:
        ProjectError: the office is a real one, or data is missing.
    """
    files = files_for(office.folder, data)
    project = office.folder.project(None)
    analyst = Office(office.folder, office.home, ANALYST)
    sign_all(office)
    rule(office)
    rows = {}
    for done, (name, path) in enumerate(files.items()):
        tell(f"deliver {name}", done, len(files))
        rows[name] = deliver(analyst, name, path).rows
    list(run_all(analyst, project, tell=tell))
    tell("report and release", 0, 1)
    result = report(analyst, project)
    bring_live(analyst, project)
    released = release_report(analyst, project)
    tell("documents", 0, 1)
    return Story(
        rows=rows,
        headline=result.headline,
        lines=tuple(_lines(analyst, project)),
        cautions=result.cautions,
        hidden=released.release.candidate.hidden,
        page=released.folder / "report.html",
        documents=write_documents(analyst, project),
    )


def sign_all(office: Office) -> None:
    """Every agreement, for every party, by its first signatory.

    Raises:
        ProjectError: the office is a real one.
    """
    _require_example(office)
    for name, agreement in office.folder.agreements.items():
        for party in agreement.parties:
            signatory = office.folder.partners[party].signatories[0]
            agree.sign(office, name, party=party, signatory=signatory)


def bring_live(office: Office, project: ProjectFolder) -> None:
    """Through the gate and live, its assessment signed by an invented second person.

    What was signed on these very facts is not signed again.

    Raises:
        ProjectError: something stands against it.
    """
    deputy = Office(office.folder, office.home, DEPUTY)
    project_gate.gate(Office(office.folder, office.home, OFFICER), project)
    facts = facts_of(office, project)
    signed, _ = signature(facts, "dpia", topics(facts, *DPIA))
    if not signed:
        documents.sign(deputy, project, "dpia", reason=REASON)
    if facts.newest("live") is None:
        project_gate.live(deputy, project, reason=REASON)


def write_documents(office: Office, project: ProjectFolder) -> tuple[Path, ...]:
    """Every document the project needs, in every form, under the home; gives their pages."""
    folder = office.home / "documents" / project.project.id
    officer = Office(office.folder, office.home, OFFICER)
    made = documents.make(officer, project, out=folder)
    return tuple(path for one in made for path in one.files if path.suffix == ".html")


def rule(office: Office) -> None:
    """The office's policy.toml in force, if it has one: proposed by one, approved by another.

    Raises:
        ProjectError: the office is a real one, or the policy has mistakes.
    """
    text = text_of(office.folder)
    standing = current()
    if text is None or (standing is not None and standing.text_digest == text_digest(text)):
        return
    _require_example(office)
    made = duties.propose(Office(office.folder, office.home, OFFICER), text)
    deputy = Office(office.folder, office.home, DEPUTY)
    duties.approve(deputy, made.number, reason=REASON)


def release_report(analyst: Office, project: ProjectFolder) -> out.Released:
    """Approved by two invented people who did not make it, and gone to the outbox."""
    recipient = analyst.folder.agreements[project.project.agreements[0]].recipients[0]
    ready = prepare(analyst, project, REPORT, recipient=recipient)
    for reader in READERS if state_of(ready) == "in review" else ():
        review(
            Office(analyst.folder, analyst.home, reader),
            project,
            REPORT,
            verdict="approve",
            reason=REASON,
            recipient=recipient,
            words_read=True,
        )
    return out.leave(analyst, project, REPORT, recipient=recipient)


def _require_example(office: Office) -> None:
    if not office.folder.card.example:
        raise ProjectError(
            "this is not an example: its partners sign for themselves.",
            fix="use `joinedup agree sign` and `joinedup deliver`.",
            where=office.folder.card.id,
        )


def _lines(office: Office, project: ProjectFolder) -> Iterator[tuple[str, tuple[Estimate, ...]]]:
    told = declared(project)
    results: dict[str, Result] = latest(office, project)
    for step in told.compare:
        found = {estimate.name: estimate for estimate in results[step].estimates}
        yield (
            project.steps[step].title or step,
            tuple(found[name] for name in told.estimates if name in found),
        )
