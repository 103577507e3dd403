"""What does this office's policy say? Reads `policy.toml` and what it rests on, and asks `govern`.

The file is taken whole or not at all: with one mistake in it, every question is denied. Without
the file nothing is granted to anybody; what steps may read is for the agreements, as ever.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from joinedup.core.errors import Problem, ProjectError
from joinedup.core.policy import Ask, Grant, Policy
from joinedup.govern import policy as govern
from joinedup.office.folder import Folder
from joinedup.office.house import Office, open_office, standings
from joinedup.office.lines import line_of

FILE = "policy.toml"


def explained(ask: Ask, *, office: Path, home: Path | None = None) -> govern.Explanation:
    """The answer to a question, with the facts as they stand now.

    Args:
        ask: the question.
        office: the office folder.
        home: where the records of signatures are; the usual place if not said.

    A folder, a policy or records that cannot be read deny: this raises nothing for them.
    """
    return govern.explain(ask, lambda: facts(open_office(office, home)))


def facts(office: Office) -> govern.Facts:
    """The policy, how the agreements stand today, and how sensitive each field is.

    Raises:
        ProjectError: mistakes in the policy, all at once.
    """
    folder, stand = office.folder, standings(office)
    return govern.Facts(
        policy=declared(folder),
        agreements={
            name: govern.AgreementFacts(
                purpose=agreement.purpose,
                covers={dataset: frozenset(fields) for dataset, fields in agreement.covers.items()},
                recipients=frozenset(agreement.recipients),
                in_force=stand[name].in_force,
                reasons=stand[name].reasons,
            )
            for name, agreement in folder.agreements.items()
        },
        sensitivity={
            name: {field: one.sensitivity for field, one in dataset.fields.items()}
            for name, dataset in folder.datasets.items()
        },
    )


def declared(folder: Folder) -> Policy:
    """The policy as the office declares it; one that grants nothing where there is no file.

    Raises:
        ProjectError: every mistake in it, at once, each with its line.
    """
    file = folder.root / FILE
    if not file.exists():
        return Policy()
    try:
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        place = str(error).rpartition("(at ")[2].rstrip(")") or "unknown place"
        raise ProjectError(
            f"this is not TOML ({place}).", fix="mend the line named.", where=FILE
        ) from None
    except OSError as error:
        raise ProjectError(
            f"it cannot be read ({type(error).__name__}).",
            fix="make it a file that the office's user may read.",
            where=FILE,
        ) from None
    policy: Policy = typed(Policy, content, where=FILE, text=text)
    problems = [_placed(text, problem) for problem in _crossed(folder, policy)]
    if problems:
        raise ProjectError.of(problems)
    return policy


def typed(kind: type[Any], content: Any, *, where: str, text: str = "") -> Any:
    """Plain content as one of the words of a policy.

    Raises:
        ProjectError: every setting that is unknown, missing or of the wrong kind.
    """
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - not needed for `--help`

    from joinedup.store.bench import explain  # noqa: PLC0415 - as above

    try:
        return TypeAdapter(kind).validate_python(content)
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


Found = tuple[tuple[str, ...], str, str]
"""Where in the file (keys from the top), what is wrong, and the way out."""


def _placed(text: str, found: Found) -> Problem:
    path, what, fix = found
    line = line_of(text, path)
    return Problem(f"{FILE}:{line}" if line else FILE, f"{'.'.join(path)}: {what}", fix)


def _crossed(folder: Folder, policy: Policy) -> Iterator[Found]:
    """What the policy says of the rest of the folder must be true; a misspelt forbid holds none."""
    for name, role in policy.roles.items():
        if role.partner:
            yield from _known(("roles", name, "partner"), [role.partner], folder.partners)
    for name, grant in policy.grants.items():
        yield from _crossed_grant(folder, policy, name, grant)
    yield from _crossed_forbids(folder, policy)
    for name, lease in policy.leases.items():
        path = ("leases", name)
        yield from _known((*path, "role"), [lease.role], policy.roles)
        for word in ("starts", "ends"):
            if getattr(lease, word).tzinfo is None:
                yield (*path, word), "has no time zone.", "write it as 2026-03-01T09:00:00Z."
        zones = {lease.starts.tzinfo is None, lease.ends.tzinfo is None}
        if zones == {False} and lease.ends <= lease.starts:
            yield (*path, "ends"), "it ends before it begins.", "give a later moment."
        if lease.by.strip().casefold() in {"", lease.person.strip().casefold()}:
            yield (*path, "by"), "nobody gives a role to themselves.", "name who gave it."


def _crossed_grant(folder: Folder, policy: Policy, name: str, grant: Grant) -> Iterator[Found]:
    path = ("grants", name)
    yield from _known((*path, "role"), [grant.role], policy.roles)
    yield from _known((*path, "agreement"), [grant.agreement], folder.agreements)
    agreement = folder.agreements.get(grant.agreement)
    if agreement is not None:
        yield from _known((*path, "dataset"), [grant.dataset], agreement.covers)
        covered = agreement.covers.get(grant.dataset, grant.fields)
        yield from _known((*path, "fields"), grant.fields, covered)
        if grant.clause:
            yield from _known((*path, "clause"), [grant.clause], agreement.clauses)
    if not grant.fields:
        yield (*path, "fields"), "it names no field.", "name the fields it grants."
    for field in sorted(set(grant.rows) - grant.fields):
        fix = f"add {field} to its fields: to choose rows by a field takes the right to it."
        yield (*path, "rows"), f"rows are chosen by {field}, which it does not grant.", fix


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


def as_json(told: govern.Explanation) -> Mapping[str, Any]:
    """The decision as plain facts."""
    decision = told.decision
    return {
        "allowed": decision.allowed,
        "code": "allowed" if decision.allowed else decision.reasons[0].code,
        "reasons": [_reason(reason) for reason in decision.reasons],
        "clauses": list(decision.clauses),
        "policy_digest": decision.digest,
    }


def explained_as_json(told: govern.Explanation) -> Mapping[str, Any]:
    """The decision as plain facts, with the way it was reached."""
    return {
        **as_json(told),
        "roles": {role: ends.isoformat() for role, ends in told.roles.items()},
        "fields": [
            {
                "field": one.field,
                "uses": list(one.uses),
                "grant": one.grant or None,
                "reasons": [_reason(reason) for reason in one.reasons],
            }
            for one in told.fields
        ],
        "suffices": list(told.suffices),
    }


def _reason(reason: govern.Reason) -> Mapping[str, str]:
    return {
        "code": reason.code,
        "what": reason.what,
        "suffices": reason.suffices,
        "clause": reason.clause,
    }
