"""What does a `policy.toml` say, and is it right? Every mistake is told at once, with its line.

The file is taken whole or not at all.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from joinedup.core.errors import Problem, ProjectError
from joinedup.core.policy import Grant, Policy
from joinedup.govern.policy import Persons
from joinedup.office.folder import Folder
from joinedup.office.lines import line_of
from joinedup.office.plan import plan
from joinedup.records.names import same_person

FILE = "policy.toml"
RECORDED = re.compile(r"lease-\d+")
"""How leases are called that are given one by one; none in the file may be called so."""


def declared(folder: Folder) -> Policy:
    """The policy as the office declares it; one that grants nothing where there is no file.

    Raises:
        ProjectError: every mistake in it, at once, each with its line.
    """
    text = text_of(folder)
    return Policy() if text is None else parsed(folder, text)


def text_of(folder: Folder) -> str | None:
    """The text of the file as it stands; None where there is none.

    Raises:
        ProjectError: it is not text, or cannot be read.
    """
    file = folder.root / FILE
    if not file.exists():
        return None
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        what, fix = "this is not text in UTF-8.", "save it as UTF-8."
    except OSError as error:
        what = f"it cannot be read ({type(error).__name__})."
        fix = "make it a file that the office's user may read."
    raise ProjectError(what, fix=fix, where=FILE)


def parsed(folder: Folder, text: str) -> Policy:
    """A text as a policy that agrees with the rest of the folder.

    Raises:
        ProjectError: every mistake in it, at once, each with its line.
    """
    policy = read(text)
    problems = [_placed(text, problem) for problem in _crossed(folder, policy)]
    if problems:
        raise ProjectError.of(problems)
    return policy


def read(text: str) -> Policy:
    """A text as a policy, whatever the folder says by now: for one that was approved.

    Raises:
        ProjectError: it is not TOML, or has a setting that no policy has.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = str(error).rpartition("(at ")[2].rstrip(")") or "unknown place"
        raise ProjectError(
            f"this is not TOML ({place}).", fix="mend the line named.", where=FILE
        ) from None
    policy: Policy = typed(Policy, content, where=FILE, text=text)
    return policy


def typed(kind: type[Any], content: Any, *, where: str, text: str = "") -> Any:
    """Plain content as one of the words of a policy.

    Raises:
        ProjectError: every setting that is unknown, missing or of the wrong kind.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - not needed for `--help`

    from joinedup.store.bench import explain  # noqa: PLC0415 - as above

    try:
        return _adapter(kind).validate_python(content)
    except ValidationError as error:
        mistakes = error.errors(include_input=False, include_url=False)
        found = zip(explain(error, kind, where=""), mistakes, strict=True)
        problems = []
        for problem, mistake in found:
            line = line_of(text, mistake["loc"])
            place = f"{where}:{line}" if line else where
            what = f"{problem.where.removeprefix(': ')}: {problem.what}"
            problems.append(Problem(place, what, problem.fix))
        raise ProjectError.of(problems) from None


ADAPTERS: dict[type[Any], Any] = {}
"""Made once for each kind: a policy is read again for every question."""


def _adapter(kind: type[Any]) -> Any:
    from pydantic import TypeAdapter  # noqa: PLC0415 - as above

    return ADAPTERS.setdefault(kind, ADAPTERS.get(kind) or TypeAdapter(kind))


Found = tuple[tuple[str, ...], str, str]
"""Where in the file (keys from the top), what is wrong, and the way out."""


def _placed(text: str, found: Found) -> Problem:
    path, what, fix = found
    line = line_of(text, path)
    return Problem(f"{FILE}:{line}" if line else FILE, f"{'.'.join(path)}: {what}", fix)


def _crossed(folder: Folder, policy: Policy) -> Iterator[Found]:
    """What the policy says of the rest of the folder must be true; a misspelt forbid holds none."""
    yield from _crossed_people(policy)
    for name, role in policy.roles.items():
        if role.partner:
            yield from _known(("roles", name, "partner"), [role.partner], folder.partners)
    for name, grant in policy.grants.items():
        yield from _crossed_grant(folder, policy, name, grant)
    yield from _crossed_forbids(folder, policy)
    who = Persons(policy.people)
    for name, lease in policy.leases.items():
        path = ("leases", name)
        if RECORDED.fullmatch(name):
            yield path, "leases given one by one are called so.", "give it another name."
        yield from _known((*path, "role"), [lease.role], policy.roles)
        for word in ("starts", "ends"):
            if getattr(lease, word).tzinfo is None:
                yield (*path, word), "has no time zone.", "write it as 2026-03-01T09:00:00Z."
        zones = {lease.starts.tzinfo is None, lease.ends.tzinfo is None}
        if zones == {False} and lease.ends <= lease.starts:
            yield (*path, "ends"), "it ends before it begins.", "give a later moment."
        if who(lease.by) in {"", who(lease.person)}:
            yield (*path, "by"), "nobody gives a role to themselves.", "name who gave it."


def _crossed_people(policy: Policy) -> Iterator[Found]:
    """A name that two persons share would let one pass for the other."""
    owner: dict[str, str] = {}
    for person, names in policy.people.items():
        for name in sorted({*names, person}, key=lambda one: (one != person, one)):
            if not same_person(name):
                yield ("people", person), "it holds an empty name.", "leave it out."
            elif owner.setdefault(same_person(name), person) != person:
                what = f"a name of theirs is a name of {owner[same_person(name)]} too."
                yield ("people", person), what, "give each person names of their own."


def _crossed_grant(folder: Folder, policy: Policy, name: str, grant: Grant) -> Iterator[Found]:
    path = ("grants", name)
    yield from _known((*path, "role"), [grant.role], policy.roles)
    yield from _known((*path, "agreement"), [grant.agreement], folder.agreements)
    agreement = folder.agreements.get(grant.agreement)
    if agreement is not None:
        known = _tables(folder, grant) if "." in grant.dataset else agreement.covers
        yield from _known((*path, "dataset"), [grant.dataset], known)
        covered = known.get(grant.dataset) or grant.fields
        yield from _known((*path, "fields"), grant.fields, covered)
        if grant.clause:
            yield from _known((*path, "clause"), [grant.clause], agreement.clauses)
    if not grant.fields:
        yield (*path, "fields"), "it names no field.", "name the fields it grants."
    for field in sorted(set(grant.rows) - grant.fields):
        fix = f"add {field} to its fields: to choose rows by a field takes the right to it."
        yield (*path, "rows"), f"rows are chosen by {field}, which it does not grant.", fix


def _tables(folder: Folder, grant: Grant) -> dict[str, tuple[str, ...]]:
    """What projects under the grant's agreement write: table to its columns, if known before."""
    found: dict[str, tuple[str, ...]] = {}
    for project in folder.projects.values():
        if grant.agreement not in project.project.agreements:
            continue
        try:
            nodes = plan(folder, project)
        except ProjectError:
            continue  # its own mistakes are told where the plan is asked for
        for node in nodes:
            found |= dict.fromkeys(node.writes.values(), ()) | dict(node.columns)
    return found


def _crossed_forbids(folder: Folder, policy: Policy) -> Iterator[Found]:
    purposes = {one.purpose.casefold() for one in folder.agreements.values()}
    for name, forbid in policy.forbids.items():
        path = ("forbids", name)
        chosen = forbid.datasets & set(folder.datasets) or set(folder.datasets)
        fields = {field for dataset in chosen for field in folder.datasets[dataset].fields}
        yield from _known((*path, "datasets"), forbid.datasets, folder.datasets)
        yield from _known((*path, "fields"), forbid.fields, fields)
        for purpose in sorted(forbid.purposes):
            yield from _known((*path, "purposes"), [purpose.strip().casefold()], purposes)
        if not forbid.because.strip():
            yield (*path, "because"), "it gives no reason.", "say why: the refused will read it."


def _known(path: tuple[str, ...], named: Any, known: Any) -> Iterator[Found]:
    import difflib  # noqa: PLC0415 - only for a mistake

    for name in sorted(set(named) - set(known)):
        near = difflib.get_close_matches(name, list(known), n=1)
        fix = (
            f"did you mean {near[0]}?" if near else f"known: {', '.join(sorted(known)) or 'none'}."
        )
        yield path, f"there is no '{name}'.", fix
