"""The office folder: what an office declares, read into the words of the house.

Every mistake in it is told at once, each with file, line and the way out.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joinedup.core.agreement import Agreement
from joinedup.core.assessment import Dpia, Equality
from joinedup.core.digest import file_digest
from joinedup.core.errors import Problem, ProjectError
from joinedup.core.project import BEST_SCORE, CRITERIA, Idea, OfficeCard, Project, Step
from joinedup.core.transparency import Transparency
from joinedup.core.vocabulary import Dataset, Partner
from joinedup.office.lines import line_of

MARK = "office.toml"
ASSESSED: Mapping[str, type[Any]] = {
    "dpia": Dpia,
    "equality": Equality,
    "transparency": Transparency,
}
"""Files of a project that may be left out, by name."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A cohort, outcome or event in SQL: a header that says what and of which grain, one SELECT."""

    name: str
    what: str
    grain: str
    sql: str
    file: str

    @property
    def table(self) -> str:
        """Where its rows are kept."""
        return f"defined.{self.name}"


@dataclass(frozen=True, slots=True)
class ProjectFolder:
    """A project with its definitions, steps and assessments, in the order of their file names."""

    project: Project
    definitions: Mapping[str, Definition]
    steps: Mapping[str, Step]
    dpia: Dpia | None = None
    equality: Equality | None = None
    transparency: Transparency | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything an office declares.

    Attributes:
        digests: agreement to the SHA-256 of its file as it is: what the parties sign.
    """

    root: Path
    card: OfficeCard
    partners: Mapping[str, Partner]
    datasets: Mapping[str, Dataset]
    agreements: Mapping[str, Agreement]
    digests: Mapping[str, str]
    projects: Mapping[str, ProjectFolder]
    ideas: Mapping[str, Idea] = field(default_factory=dict)

    def project(self, name: str | None) -> ProjectFolder:
        """The project of this name; without one, the only project there is."""
        if name is None and len(self.projects) == 1:
            return next(iter(self.projects.values()))
        if name is not None and name in self.projects:
            return self.projects[name]
        raise ProjectError(
            "there is no such project." if name else "the office has several projects or none.",
            fix=f"name one with --project: {', '.join(sorted(self.projects)) or 'none yet'}.",
            where=str(self.root.name),
        )


def find(start: Path) -> Path:
    """The office folder that holds `start`: the nearest folder upward with an office.toml."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / MARK).is_file():
            return folder
    raise ProjectError(
        f"no {MARK} here or in any folder above.",
        fix="name the office folder with --office DIR, or make one with `joinedup new`.",
        where=str(start),
    )


def load(root: Path) -> Folder:
    """Read the folder.

    Raises:
        ProjectError: every mistake in every file, at once.
    """
    problems: list[Problem] = []
    cards = _many(root, [root / MARK], OfficeCard, problems)
    partners = _many(root, sorted(root.glob("partners/*.toml")), Partner, problems)
    datasets = _many(root, sorted(root.glob("datasets/*.toml")), Dataset, problems)
    files = sorted(root.glob("agreements/*.toml"))
    agreements = _many(root, files, Agreement, problems)
    digests = {file.stem: file_digest(file) for file in files}
    projects = {
        folder.parent.name: project
        for folder in sorted(root.glob("projects/*/project.toml"))
        if (project := _project(root, folder.parent, problems)) is not None
    }
    ideas = _many(root, sorted(root.glob("ideas/*.toml")), Idea, problems)
    if cards:
        card = cards[root.name]
        folder = Folder(root, card, partners, datasets, agreements, digests, projects, ideas)
        problems += _crossed(folder)
    if problems:
        raise ProjectError.of(problems)
    return folder


def _adapter(kind: type[Any]) -> Any:
    from pydantic import TypeAdapter  # noqa: PLC0415 - not needed for `--help`

    return TypeAdapter(kind)


def _many(
    root: Path, files: Iterable[Path], kind: type[Any], problems: list[Problem]
) -> dict[str, Any]:
    """File name to record, for those that can be read; the mistakes of the others."""
    found = {}
    for file in files:
        name = file.parent.name if file.name in {"project.toml", MARK} else file.stem
        record = _one(root, file, kind, problems, identity=name)
        if record is not None:
            found[root.name if kind is OfficeCard else name] = record
    return found


def _one(root: Path, file: Path, kind: type[Any], problems: list[Problem], *, identity: str) -> Any:
    from pydantic import ValidationError  # noqa: PLC0415 - as above

    from joinedup.store.bench import explain  # noqa: PLC0415 - as above

    place = file.relative_to(root).as_posix()
    if not file.is_file():
        problems.append(Problem(place, "there is no such file.", f"write {place}."))
        return None
    try:
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        where = str(error).rpartition("(at ")[2].rstrip(")") or "unknown place"
        problems.append(Problem(place, f"this is not TOML ({where}).", "mend the line named."))
        return None
    if kind is not OfficeCard:
        content.setdefault("id", identity)
    try:
        return _adapter(kind).validate_python(content)
    except ValidationError as error:
        for problem, mistake in zip(
            explain(error, kind, where=""), error.errors(include_url=False), strict=True
        ):
            line = line_of(text, mistake["loc"])
            where = f"{place}:{line}" if line else place
            what = f"{problem.where.removeprefix(': ')}: {problem.what}"
            problems.append(Problem(where, what, problem.fix))
        return None


def _project(root: Path, folder: Path, problems: list[Problem]) -> ProjectFolder | None:
    steps = _many(root, sorted(folder.glob("steps/*.toml")), Step, problems)
    definitions = {}
    for file in sorted(folder.glob("definitions/*.sql")):
        definition = _definition(root, file, problems)
        if definition is not None:
            definitions[definition.name] = definition
    project = _one(root, folder / "project.toml", Project, problems, identity=folder.name)
    assessed = {
        name: _one(root, file, kind, problems, identity=folder.name)
        for name, kind in ASSESSED.items()
        if (file := folder / f"{name}.toml").is_file()
    }
    return None if project is None else ProjectFolder(project, definitions, steps, **assessed)


def _definition(root: Path, file: Path, problems: list[Problem]) -> Definition | None:
    from joinedup.store.access import one_select  # noqa: PLC0415 - as above

    place = file.relative_to(root).as_posix()
    text = file.read_text(encoding="utf-8")
    header = [line[2:].strip() for line in text.splitlines() if line.startswith("--")]
    grain = next((line for line in header if line.lower().startswith("grain:")), "")
    if not header or not grain:
        problems.append(
            Problem(
                f"{place}:1",
                "the header does not say what it is and of which grain.",
                "begin with `-- Outcome: …` (or Cohort, Event) and `-- Grain: one row per …`.",
            )
        )
        return None
    try:
        one_select(text, where=place)
    except ProjectError as error:
        problems.extend(error.problems)
        return None
    what = " ".join(header[: header.index(grain)]) or header[0]
    return Definition(file.stem, what, grain[6:].strip(), text, place)


def _crossed(folder: Folder) -> Iterator[Problem]:
    """What one file says of another must be true."""
    for name, dataset in folder.datasets.items():
        place = f"datasets/{name}.toml"
        if not _declared(folder, "partners", dataset.partner):
            yield _unknown(folder, place, "partner", dataset.partner, folder.partners)
        strangers = set(dataset.key) - set(dataset.fields)
        strangers |= set(dataset.layout.rename) - set(dataset.fields)
        for name_of_field in sorted(strangers):
            yield _unknown(folder, place, "field", name_of_field, dataset.fields)
        yield from _crossed_source(folder, place, dataset)
    for name, agreement in folder.agreements.items():
        yield from _crossed_agreement(folder, f"agreements/{name}.toml", agreement)
    for name, project in folder.projects.items():
        yield from _crossed_project(folder, f"projects/{name}/project.toml", project)
    yield from _written_twice(folder)
    yield from _unscorable(folder)
    for name in ("every", "minutes"):
        if getattr(folder.card.audit, name) < 1:
            where = _line(folder, MARK, name)
            yield Problem(where, f"audit.{name} is below 1.", "write a whole number from 1 up.")


def _crossed_source(folder: Folder, place: str, dataset: Dataset) -> Iterator[Problem]:
    """What is made from another dataset can be; nothing is said to be made from none."""
    from joinedup.govern.pseudonyms.made import faults  # noqa: PLC0415 - Arrow, only when needed

    source = dataset.pseudonymised_from
    if not source:
        for name, field in dataset.fields.items():
            if field.made_from or field.made != "same":
                what = f"{name} is made from another field, and nothing says of which dataset."
                fix = "add pseudonymised_from to the dataset."
                yield Problem(_line(folder, place, f"fields.{name}"), what, fix)
    elif source == dataset.id or source not in folder.datasets:
        if not _declared(folder, "datasets", source) or source == dataset.id:
            known = set(folder.datasets) - {dataset.id}
            yield _unknown(folder, place, "dataset", source, dict.fromkeys(known))
    else:
        for problem in faults(dataset, folder.datasets[source]):
            line = _line(folder, place, problem.where)
            yield Problem(line, f"{problem.where}: {problem.what}", problem.fix)


def _unscorable(folder: Folder) -> Iterator[Problem]:
    """Scores and weights of criteria that are none, out of bounds, and rejections without why."""
    criteria = ", ".join(CRITERIA)
    places = {f"ideas/{name}.toml": idea.scores for name, idea in folder.ideas.items()}
    for place, numbers in {**places, MARK: folder.card.idea_weights}.items():
        for name, number in numbers.items():
            if name not in CRITERIA:
                what = f"there is no criterion '{name}'."
                yield Problem(_line(folder, place, name), what, f"the criteria are {criteria}.")
            elif number < 0 or (place != MARK and number > BEST_SCORE):
                what = f"{name} is out of bounds."
                fix = f"scores go from 0 to {BEST_SCORE}, weights from 0 up."
                yield Problem(_line(folder, place, name), what, fix)
    for name, idea in folder.ideas.items():
        if idea.status == "rejected" and not idea.reason.strip():
            what = "it is rejected, and nothing says why."
            yield Problem(f"ideas/{name}.toml", what, "write the reason: the next one will ask.")


def _written_twice(folder: Folder) -> Iterator[Problem]:
    """A table that two files write would hold now the one's rows, now the other's."""
    writers: dict[str, list[str]] = {}
    for name, project in folder.projects.items():
        for definition in project.definitions.values():
            writers.setdefault(definition.table, []).append(definition.file)
        for step in project.steps.values():
            for table in step.writes.values():
                place = f"projects/{name}/steps/{step.id}.toml"
                writers.setdefault(table, []).append(place)
    for table, files in sorted(writers.items()):
        if len(files) > 1:
            yield Problem(
                files[-1],
                f"{table} is written by {files[0]} too.",
                "give one of them another name: tables are the whole office's.",
            )


def _crossed_project(folder: Folder, place: str, project: ProjectFolder) -> Iterator[Problem]:
    for name in project.project.agreements:
        if not _declared(folder, "agreements", name):
            yield _unknown(folder, place, "agreement", name, folder.agreements)
    for words in ("problem", "action", "product", "data"):
        if not getattr(project.project.statements, words).strip():
            where = _line(folder, place, words)
            yield Problem(
                where, f"the statement '{words}' is empty.", "write it: no project runs without."
            )
    told = project.project.report
    steps = f"{place.removesuffix('project.toml')}steps"
    named = (told.lead, told.beside, *told.compare, *told.sections, *told.lists) if told else ()
    for step in filter(None, named):
        if not _declared(folder, steps, step):
            yield _unknown(folder, place, "step", step, project.steps)


def _crossed_agreement(folder: Folder, place: str, agreement: Agreement) -> Iterator[Problem]:
    powers = {power.party for power in agreement.powers}
    for party in sorted({*agreement.parties, *powers}):
        if not _declared(folder, "partners", party):
            yield _unknown(folder, place, "party", party, folder.partners)
    for party in sorted(set(agreement.parties) - powers):
        where = _line(folder, place, party)
        yield Problem(
            where, f"no power is named for {party}.", "add a [[powers]] with its citation."
        )
    for name, fields in agreement.covers.items():
        if name in folder.datasets:
            known = folder.datasets[name].fields
            for field in sorted(set(fields) - set(known)):
                yield _unknown(folder, place, f"field of {name}", field, known)
        elif not _declared(folder, "datasets", name):
            yield _unknown(folder, place, "dataset", name, folder.datasets)


def _declared(folder: Folder, kind: str, name: str) -> bool:
    """Whether a file of this name is there, readable or not: its own mistakes are told apart."""
    return (folder.root / kind / f"{name}.toml").is_file()


def _line(folder: Folder, place: str, name: str) -> str:
    """The file and the first line that holds the name."""
    lines = (folder.root / place).read_text(encoding="utf-8").splitlines()
    found = next((number for number, line in enumerate(lines, start=1) if name in line), None)
    return f"{place}:{found}" if found else place


def _unknown(folder: Folder, place: str, kind: str, name: str, known: Mapping[str, Any]) -> Problem:
    import difflib  # noqa: PLC0415 - only for a mistake

    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(known)) or 'none'}."
    return Problem(_line(folder, place, name), f"there is no {kind} '{name}'.", hint)
