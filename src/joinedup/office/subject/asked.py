"""Who is asked about? Identifiers as a caller knows them; no message repeats one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from joinedup.core.errors import Problem, ProjectError
from joinedup.core.vocabulary import Dataset, Standard
from joinedup.govern.pseudonyms.canonical import canonical_form
from joinedup.govern.rights import (
    FEWEST_TOGETHER,
    HOMES,
    Identifier,
    Kind,
    Of,
    about,
    kind_of,
)
from joinedup.office.folder import Folder

NOT_ASKED = {"", "easting", "northing", "sex"}
STANDARDS = tuple(one for one in get_args(Standard) if one not in NOT_ASKED)
GIVE = "give --id nhs_number=… or --id DATASET.FIELD=…, or write such lines into a file for --ids."


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a question is about.

    Attributes:
        of: a person, a home or a business; None while the identifiers name nobody.
    """

    identifiers: tuple[Identifier, ...] = field(repr=False)
    of: Of | None

    @property
    def reference(self) -> str:
        """What stands for them under the ledger's key: the strongest of the identifiers."""
        first = min(self.identifiers, key=lambda one: (not one.kind.alone, one.kind, one.form))
        if first.kind.alone and (self.of != "person" or first.kind.standard not in HOMES):
            return f"{first.kind}={first.form}"
        return "&".join(sorted(f"{one.kind}={one.form}" for one in self.identifiers))


def asked(folder: Folder, texts: Sequence[str]) -> Asked:
    """The identifiers, in their one form.

    Args:
        folder: whose datasets may be named.
        texts: `nhs_number=…`, or `DATASET.FIELD=…`.

    Raises:
        ProjectError: every text that says nothing, by its place; never by what it says.
    """
    problems: list[Problem] = []
    found: list[Identifier] = []
    for number, text in enumerate(texts, 1):
        name, mark, value = text.partition("=")
        where, kind = f"identifier {number}", None
        if mark:
            kind = _kind(folder, name.strip())
        if kind is None:
            known = ", ".join(STANDARDS)
            problems.append(
                Problem(
                    where,
                    "what stands before '=' is neither a kind of identifier nor a dataset's field"
                    " that says who somebody is.",
                    f"the kinds are {known}; or name a field as DATASET.FIELD.",
                )
            )
            continue
        form = canonical_form(value, kind.standard)
        if not form:
            problems.append(Problem(where, "it says nothing.", "give the value after '='."))
            continue
        found.append(Identifier(kind, form))
    if not texts:
        problems.append(Problem("subject", "nobody is named.", GIVE))
    if problems:
        raise ProjectError.of(problems)
    return of_identifiers(found)


def of_identifiers(found: Iterable[Identifier]) -> Asked:
    """The question; a whole name is made of its two parts, where they are given."""
    unique = list(dict.fromkeys(found))
    by_standard = {one.kind.standard: one.form for one in unique}
    if {"forename", "surname"} <= set(by_standard) and "full_name" not in by_standard:
        whole = by_standard["forename"] + by_standard["surname"]
        unique.append(Identifier(Kind("full_name"), whole))
    return Asked(tuple(unique), about(unique))


def lines_of(path: Path) -> tuple[str, ...]:
    """Identifiers from a file, a line each; `-` is standard input.

    Raises:
        ProjectError: the file cannot be read.
    """
    import sys  # noqa: PLC0415 - only for standard input

    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        fix = "check the path; the file is text, a line for each identifier."
        raise ProjectError("the identifiers cannot be read.", fix=fix, where="--ids") from None
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def require_enough(question: Asked, *, matching: int) -> None:
    """Refuse a question that names nobody: strangers are counted, never listed.

    Raises:
        ProjectError: says how many rows match, and what would suffice.
    """
    if question.of is not None:
        return
    raise ProjectError(
        f"these identifiers name nobody: {matching:,} rows match them.",
        fix="add a number that is theirs alone (nhs_number, nino, upn, or DATASET.FIELD); or a name"
        f" and at least one of birth_date, postcode, uprn, address ({FEWEST_TOGETHER} together).",
        where="subject",
    )


def _kind(folder: Folder, name: str) -> Kind | None:
    if name in STANDARDS:
        return Kind(name)
    dataset, dot, field_name = name.partition(".")
    declared: Dataset | None = folder.datasets.get(dataset)
    if not dot or declared is None or field_name not in declared.fields:
        return None
    return kind_of(field_name, declared)
