"""Which documents does a project need, are they complete, and where are they written?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from joinedup.core.digest import digest
from joinedup.core.errors import AgreementError, Problem, ProjectError
from joinedup.govern.documents import catalogue
from joinedup.govern.documents.facts import Facts
from joinedup.govern.documents.impact import KIND as IMPACT
from joinedup.govern.documents.sharing import absent, sharing_agreement
from joinedup.govern.documents.topics import topics
from joinedup.govern.readiness import authors, unsignable
from joinedup.office.folder import ProjectFolder
from joinedup.office.house import Office
from joinedup.office.permit import require
from joinedup.office.project_facts import facts_of, facts_of_agreement
from joinedup.office.sign_offs import sign_off
from joinedup.result.document import Document, Flow

Format = Literal["html", "json", "docx"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class Listed:
    """A kind of document of a project.

    Attributes:
        not_needed: why it is not, or empty.
        documents: as they would be made today.
    """

    kind: str
    title: str
    not_needed: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A document and the files it was written to."""

    document: Document
    files: tuple[Path, ...]


def overview(office: Office, project: ProjectFolder) -> tuple[Listed, ...]:
    """Every kind of document, whether it is needed, and how it stands."""
    facts = facts_of(office, project)
    return tuple(
        Listed(
            kind=name,
            title=kind.title,
            not_needed=kind.not_needed(facts),
            documents=catalogue.make(facts, name),
        )
        for name, kind in catalogue.KINDS.items()
    )


def documents(facts: Facts, kinds: Sequence[str]) -> tuple[Document, ...]:
    """The documents of these kinds; of every kind if none is named.

    Raises:
        ProjectError: there is no such kind, or one asked for by name is not needed.
    """
    problems = []
    for name in kinds:
        if name not in catalogue.KINDS:
            known = ", ".join(catalogue.KINDS)
            problems.append(Problem(name, "there is no such document.", f"there are {known}."))
        elif reason := catalogue.KINDS[name].not_needed(facts):
            fix = "leave it out, or declare what makes it needed."
            problems.append(Problem(name, f"it is not needed: {reason}.", fix))
    if problems:
        raise ProjectError.of(problems)
    wanted = kinds or tuple(catalogue.KINDS)
    return tuple(one for name in dict.fromkeys(wanted) for one in catalogue.make(facts, name))


def make(
    office: Office,
    project: ProjectFolder,
    kinds: Sequence[str] = (),
    *,
    out: Path,
    formats: Sequence[str] = FORMATS,
) -> tuple[Made, ...]:
    """Write the documents; gives each with its files.

    Raises:
        ProjectError: no such kind or format, not needed, or the folder cannot be written.
    """
    _require_formats(formats)
    require(office, "live", about=f"documents of {project.project.id}")
    made = documents(facts_of(office, project), kinds)
    service = office.folder.card.name
    return tuple(Made(one, write(one, out, formats=formats, service=service)) for one in made)


def _require_formats(formats: Sequence[str]) -> None:
    strange = sorted(set(formats) - set(FORMATS))
    if strange or not formats:
        raise ProjectError(
            f"there is no format {', '.join(strange)}." if strange else "no format is named.",
            fix=f"the formats are {', '.join(FORMATS)}.",
            where="--format",
        )


def write(
    one: Document, out: Path, *, formats: Sequence[str] = FORMATS, service: str
) -> tuple[Path, ...]:
    """Write one document in these formats, and what it has besides: a row, a record, a map."""
    files = {f"{one.name}.{name}": _rendered(one, name, service=service) for name in formats}
    files |= dict(_besides(one))
    paths = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            path = out / name
            path.write_bytes(content)
            paths.append(path)
    except OSError as error:
        raise ProjectError(
            f"the document cannot be written ({error.strerror}).",
            fix="name a folder that you may write to, with --out.",
            where=out.name,
        ) from None
    return tuple(paths)


def _rendered(one: Document, name: str, *, service: str) -> bytes:
    from joinedup.result import document_docx, document_html, document_json  # noqa: PLC0415 - heavy

    match name:
        case "html":
            return document_html.page(one, service=service).encode()
        case "json":
            return document_json.render(one).encode()
        case _:
            return document_docx.render(one)


def _besides(one: Document) -> Iterator[tuple[str, bytes]]:
    """The forms that a standard asks for: the register's row as CSV, the record alone, the map."""
    import json  # noqa: PLC0415 - small

    from joinedup.result import document_csv, document_flow  # noqa: PLC0415 - as above

    if one.kind == "register":
        yield f"{one.name}.csv", document_csv.render(one).encode()
    if one.kind == "atrs":
        record = json.dumps(one.record, indent=2, ensure_ascii=False) + "\n"
        yield f"{one.name}-record.json", record.encode()
    if one.kind == "data-flow":
        for flow in (part for part in one.parts if isinstance(part, Flow)):
            yield f"{one.name}.svg", document_flow.svg(flow).encode()


def draft(
    office: Office, name: str, *, out: Path | None, formats: Sequence[str] = FORMATS
) -> tuple[Document, tuple[Path, ...], tuple[Problem, ...]]:
    """An agreement made from its facts, where it was written, and each element that is absent.

    Raises:
        ProjectError: there is no such agreement or format, or it cannot be written.
    """
    _require_formats(formats)
    facts = facts_of_agreement(office, name)
    made = sharing_agreement(facts, name)
    service = office.folder.card.name
    files = write(made, out, formats=formats, service=service) if out else ()
    problems = tuple(
        Problem(
            one.file,
            f"element {element.number} ({element.name}) is absent: {one.label}.",
            f"write {one.key} in {one.file}.",
        )
        for element, one in absent(facts, name)
    )
    return made, files, problems


def require_whole(problems: Sequence[Problem]) -> None:
    """Refuse an agreement with elements that are absent.

    Raises:
        AgreementError: each absent element, with the key to write it under.
    """
    if problems:
        raise AgreementError.of(problems)


def require_facts(made: Sequence[Document]) -> None:
    """Refuse documents that name a missing fact.

    Raises:
        ProjectError: each missing fact, once.
    """
    lost = dict.fromkeys(one for document in made for one in document.missing)
    if lost:
        raise ProjectError.of(
            Problem(one.file, f"{one.label} is missing.", f"write {one.key} in {one.file}.")
            for one in lost
        )


def sign(office: Office, project: ProjectFolder, kind: str, *, reason: str) -> Mapping[str, str]:
    """Sign a document of a project as its facts are; gives the topics signed.

    Raises:
        ProjectError: there is no such document, it is not needed, not whole, or signed elsewhere.
        ReleaseError: the person wrote it.
    """
    require(office, "live", about=f"{kind} of {project.project.id}")
    facts = facts_of(office, project)
    documents(facts, [kind])
    bound = catalogue.KINDS[kind].topics
    if not bound:
        raise ProjectError(
            "an agreement is signed by its parties.",
            fix="use `joinedup agree sign`.",
            where=kind,
        )
    problems = unsignable(facts) if kind == IMPACT else ()
    if problems:
        raise ProjectError.of(problems)
    signed = topics(facts, *bound)
    sign_off(
        office,
        project.project.id,
        kind,
        topics=signed,
        digest=digest(signed),
        authors=authors(facts),
        reason=reason,
    )
    return signed
