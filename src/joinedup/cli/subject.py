"""subject: a person's rights. Find, report, object, rectify, erase; and the log of cases."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from joinedup.cli.common import (
    HomeOption,
    JsonOption,
    OfficeOption,
    WhoOption,
    answer,
    opened_to,
    say,
)

if TYPE_CHECKING:
    from joinedup.office.house import Office
    from joinedup.office.subject.asked import Asked
    from joinedup.office.subject.cases import Case
    from joinedup.office.subject.held import Everything

group = typer.Typer(
    help="A person's rights: find what is held, tell, object, put right, erase.",
    no_args_is_help=True,
)
IdOption = Annotated[
    list[str] | None,
    typer.Option(
        "--id",
        help="Who: nhs_number=…, or DATASET.FIELD=…. Several narrow down. Others on this machine"
        " may see it: --ids keeps it out of sight.",
    ),
]
IdsOption = Annotated[
    Path | None,
    typer.Option("--ids", help="A file with such lines, one each; - for standard input."),
]
ReasonOption = Annotated[
    str, typer.Option("--reason", help="Why: what was asked, and how. Kept in the ledger.")
]
PurposeOption = Annotated[
    str, typer.Option("--purpose", help="The purpose objected to, or a project that has it.")
]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.add_typer(group, name="subject")


@group.command()
def find(
    ids: IdOption = None,
    ids_file: IdsOption = None,
    reason: ReasonOption = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Find every record about a person, a home or a business, by name, token and lineage.

    A person is named by a number that is theirs alone, or by a name with a birth date or a place.
    Strangers are never listed. The look is on record before anything is shown.

    joinedup subject find --ids person.txt --reason "letter of 3 March"
    """
    from joinedup.office.subject import cases  # noqa: PLC0415 - keeps `--help` quick
    from joinedup.office.subject.find import counts_of  # noqa: PLC0415 - as above
    from joinedup.office.subject.find import find as go  # noqa: PLC0415 - as above
    from joinedup.office.subject.held import everything  # noqa: PLC0415 - as above

    place = opened_to("find", "a person's data", office, home, who)
    question = _asked(place, ids, ids_file)
    case = cases.opened(place, question, "access", reason=reason)
    found = go(place, question)
    told = everything(place, found)
    case = cases.add(place, case, "found", reason=reason, tables=counts_of(found))
    if as_json:
        answer({**_case(case), **told.as_json()})
        return
    _say_found(case, told)


@group.command()
def report(
    out: Annotated[Path, typer.Option("--out", help="A new folder for the page and the JSON.")],
    ids: IdOption = None,
    ids_file: IdsOption = None,
    reason: ReasonOption = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Write the copy that a person may have: a page in plain words, and the same as JSON.

    What may be about somebody else is left out by rule, and the page says what was.

    joinedup subject report --ids person.txt --reason "letter of 3 March" --out answer
    """
    from joinedup.office.subject.report import report as go  # noqa: PLC0415 - as above

    place = opened_to("find", "a person's data", office, home, who)
    case, found, files = go(place, _asked(place, ids, ids_file), out, reason=reason)
    if as_json:
        answer({**_case(case), "files": [str(path) for path in files]})
        return
    say("report", f"{sum(one.count for one in found.current):,} records; answer due {case.due}")
    say("written", *(str(path) for path in files))
    say("next", "read it before it is sent; then joinedup subject close CASE --reason …")


@group.command("object")
def object_(
    purpose: PurposeOption,
    ids: IdOption = None,
    ids_file: IdsOption = None,
    reason: ReasonOption = "",
    lift: Annotated[bool, typer.Option("--lift", help="End the objection.")] = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Keep a person out of everything that is read for a purpose, now and after each delivery.

    joinedup subject object --ids person.txt --purpose inspection --reason "letter of 3 March"
    joinedup subject object --ids person.txt --purpose inspection --lift --reason "withdrawn"
    """
    from joinedup.office.subject import object as objection  # noqa: PLC0415 - as above

    place = opened_to("find", "a person's data", office, home, who)
    question = _asked(place, ids, ids_file)
    if lift:
        number = objection.lift(place, question, purpose, reason=reason)
        if as_json:
            answer({"lifted": number})
            return
        say("lifted", f"{number} objection{'' if number == 1 else 's'}")
        say("next", "joinedup run")
        return
    done = objection.object_to(place, question, purpose, reason=reason)
    if as_json:
        answer(
            {
                **_case(done.case),
                "purpose": done.purpose,
                "rows_held": done.tables,
                "make_again": list(done.again),
            }
        )
        return
    say("objection", f"no step of purpose {done.purpose} is given a row of theirs any more")
    for one in done.again:
        say("list", f"{one} was made before and shows them: make it again")
    say("next", "joinedup run")


@group.command()
def rectify(
    field: Annotated[str, typer.Argument(help="What is wrong, as DATASET.FIELD.")],
    value: Annotated[
        str, typer.Option("--value", help="What is right; - reads it from standard input.")
    ],
    ids: IdOption = None,
    ids_file: IdsOption = None,
    reason: ReasonOption = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Put a field of a person right, here and in every later delivery that brings it wrong again.

    joinedup subject rectify people.surname --value - --ids person.txt --reason "passport seen"
    """
    import sys  # noqa: PLC0415 - only for standard input

    from joinedup.office.subject.rectify import rectify as go  # noqa: PLC0415 - as above

    place = opened_to("erase", "a person's data", office, home, who)
    right = sys.stdin.readline().rstrip("\n") if value == "-" else value
    done = go(place, _asked(place, ids, ids_file), field, right, reason=reason)
    if as_json:
        answer(
            {
                **_case(done.case),
                "table": done.table,
                "version": done.version,
                "rows": done.rows,
                "tell": [{"who": name, "why": why} for name, why in done.tell],
            }
        )
        return
    say("put right", f"{done.rows:,} rows of {done.table}, version {done.version}")
    for name, why in done.tell:
        say("tell", f"{name}: {why}")
    say("next", "joinedup run")


@group.command()
def erase(
    ids: IdOption = None,
    ids_file: IdsOption = None,
    reason: ReasonOption = "",
    approve: Annotated[
        bool, typer.Option("--approve", help="As a second person: approve it, and do it.")
    ] = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Erase a person from every version of every table, from results, pages and files.

    One person asks; a second approves, and then it is done. It cannot be undone. Later deliveries
    that bring them again are taken without them.

    joinedup subject erase --ids person.txt --reason "letter of 3 March"
    joinedup subject erase --ids person.txt --approve --as "Second Person" --reason "checked"
    """
    from joinedup.office.subject import erase as erasure  # noqa: PLC0415 - as above

    place = opened_to("erase", "a person's data", office, home, who)
    question = _asked(place, ids, ids_file)
    if not approve:
        case, rows = erasure.request(place, question, reason=reason)
        if as_json:
            answer({**_case(case), "would_go": rows})
            return
        say("asked", f"case {case.number}; nothing has gone yet")
        for table, count in rows.items():
            say("would go", f"{table}: {count:,} rows of all its versions")
        say("next", "a second person: joinedup subject erase … --approve --as NAME")
        return
    receipt = erasure.approve(place, question, reason=reason)
    if as_json:
        answer(receipt.as_json())
        return
    say("erased", *(f"{table}: {count:,} rows" for table, count in receipt.tables.items()))
    say("results", f"{receipt.results:,} destroyed; {len(receipt.files):,} files removed")
    if receipt.backups:
        say("backups", *receipt.backups)
    say("next", f"joinedup run; then joinedup subject close {receipt.case} --reason …")


@group.command()
def close(
    case: Annotated[int, typer.Argument(help="The number of the case.")],
    reason: ReasonOption = "",
    refuse: Annotated[bool, typer.Option("--refuse", help="It was refused.")] = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say that a case was answered, or refused, and how.

    joinedup subject close 41 --reason "sent by post"
    """
    from joinedup.office.subject import cases  # noqa: PLC0415 - as above

    place = opened_to("find", "a person's data", office, home, who)
    cases.require_reason(reason)
    done = cases.add(
        place, cases.case_of(place, case), "refused" if refuse else "answered", reason=reason
    )
    if as_json:
        answer(_case(done))
        return
    say("closed", f"case {done.number}, {'refused' if refuse else 'answered'}")


@group.command("cases")
def cases_(
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """The log of cases: what was asked, by when it must be answered, what was done.

    joinedup subject cases
    """
    from joinedup.office.subject.cases import cases as go  # noqa: PLC0415 - as above

    found = go(opened_to("find", "cases", office, home, who))
    if as_json:
        answer({"cases": [_case(one) for one in found]})
        return
    for one in found:
        standing = "closed" if one.closed else "OVERDUE" if one.overdue else f"due {one.due}"
        say(f"case {one.number}", f"{one.right}, opened {one.opened}, {standing}")
        say("", *(f"{step.at[:10]} {step.what} by {step.by}" for step in one.steps))
    if not found:
        say("cases", "none yet")


def _asked(place: "Office", ids: list[str] | None, ids_file: Path | None) -> "Asked":
    from joinedup.office.subject.asked import asked, lines_of  # noqa: PLC0415 - as above

    texts = [*(ids or ()), *(lines_of(ids_file) if ids_file is not None else ())]
    return asked(place.folder, texts)


def _case(one: "Case") -> dict[str, Any]:
    return {
        "case": one.number,
        "right": one.right,
        "subject": one.subject,
        "opened": one.opened.isoformat(),
        "due": one.due.isoformat(),
        "overdue": one.overdue,
        "closed": one.closed,
        "steps": [
            {
                "what": step.what,
                "at": step.at,
                "by": step.by,
                "reason": step.reason,
                "facts": dict(step.facts),
            }
            for step in one.steps
        ],
    }


def _say_found(case: "Case", told: "Everything") -> None:
    rows = sum(len(one.records) for one in told.tables)
    say("found", f"{rows:,} records in {len(told.tables)} tables; answer due {case.due}")
    for one in told.tables:
        older = f"; also in versions {', '.join(map(str, one.older))}" if one.older else ""
        say("table", f"{one.table}: {len(one.records)}, {one.how}{older}")
        for source in one.sources:
            say("", f"from {source.partner}, {source.file}, {source.on}")
        for record in one.records:
            say("", "; ".join(f"{name} {value}" for name, value in record.items()))
    for shown in told.lists:
        say("list", f"{shown.run.project}/{shown.run.step} of {shown.run.at[:10]}")
        for row in shown.rows:
            say("", "; ".join(f"{heading} {cell}" for heading, cell in row))
    for release in told.releases:
        say("received", f"{release.recipient}: {release.project}/{release.step}, {release.on}")
    say("next", "joinedup subject report … --out FOLDER")
