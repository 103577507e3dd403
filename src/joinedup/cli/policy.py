"""policy: may this person see these fields, for this purpose, now; and if not, what would do?"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from joinedup.cli import policy_change
from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, answer, say
from joinedup.core.errors import ProjectError

if TYPE_CHECKING:
    from joinedup.core.policy import Ask
    from joinedup.govern.policy import Explanation

DENIED = 30
STDIN = "standard input"
FIELDS_ALONE = {"person", "purpose", "dataset"}
"""What a question must name that is about fields and no action."""

group = typer.Typer(
    help="Who may do and see what: ask, change it by two persons, give roles, break glass.",
    no_args_is_help=True,
)

PersonOption = Annotated[
    str, typer.Option("--person", help="Who asks; without one, the question is JSON on stdin.")
]
PurposeOption = Annotated[str, typer.Option("--purpose", help="What for, as an agreement has it.")]
DatasetOption = Annotated[str, typer.Option("--dataset", help="The dataset.")]
ShowOption = Annotated[list[str] | None, typer.Option("--show", help="A field to see.")]
FilterOption = Annotated[list[str] | None, typer.Option("--filter", help="A field to choose by.")]
SortOption = Annotated[list[str] | None, typer.Option("--sort", help="A field to sort by.")]
GroupOption = Annotated[list[str] | None, typer.Option("--group", help="A field to group by.")]
JoinOption = Annotated[list[str] | None, typer.Option("--join", help="A field to join by.")]
RowsOption = Annotated[
    list[str] | None, typer.Option("--rows", help="FIELD=VALUE: only rows with this value.")
]
ActionOption = Annotated[
    str, typer.Option("--action", help="What would be done: run, show …; fields alone if not said.")
]
PartnerOption = Annotated[
    str, typer.Option("--partner", help="For whom: whose file, whose signature.")
]
CountOption = Annotated[bool, typer.Option("--count", help="How many rows there are.")]
DraftOption = Annotated[
    bool, typer.Option("--draft", help="By policy.toml as it stands, approved or not.")
]
GlassOption = Annotated[
    str | None, typer.Option("--break-glass", help="It cannot wait, and this is why.")
]
MinutesOption = Annotated[
    int,
    typer.Option("--minutes", min=1, max=1440, help="How long the glass stays broken, from now."),
]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    policy_change.add_to(group)
    app.add_typer(group, name="policy")


@group.command()
def decide(
    person: PersonOption = "",
    purpose: PurposeOption = "",
    dataset: DatasetOption = "",
    show: ShowOption = None,
    filter_by: FilterOption = None,
    sort: SortOption = None,
    group_by: GroupOption = None,
    join: JoinOption = None,
    rows: RowsOption = None,
    action: ActionOption = "",
    partner: PartnerOption = "",
    count: CountOption = False,
    break_glass: GlassOption = None,
    minutes: MinutesOption = 15,
    draft: DraftOption = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Decide whether a person may do this, with fields of a dataset, for a purpose. Shows no data.

    By the policy in force: the text that was approved last. Exits 0 when allowed, 30 when denied. A
    policy that cannot be read denies.

    joinedup policy decide --person ana --purpose inspection --dataset visits --show risk
    joinedup policy decide --person ana --action deliver --partner fire
    """
    from joinedup.office import policy  # noqa: PLC0415 - keeps `--help` quick

    words = {"person": person, "purpose": purpose, "dataset": dataset}
    words |= {"action": action, "partner": partner}
    uses = {"show": show, "filter": filter_by, "sort": sort, "group": group_by, "join": join}
    ask = _ask(words, uses, rows=rows, count=count, reason=break_glass, minutes=minutes)
    told = _told(ask, office, home, draft=draft)
    if as_json:
        answer(policy.as_json(told))
    else:
        _say(told)
    _leave(told)


@group.command()
def explain(
    person: PersonOption = "",
    purpose: PurposeOption = "",
    dataset: DatasetOption = "",
    show: ShowOption = None,
    filter_by: FilterOption = None,
    sort: SortOption = None,
    group_by: GroupOption = None,
    join: JoinOption = None,
    rows: RowsOption = None,
    action: ActionOption = "",
    partner: PartnerOption = "",
    count: CountOption = False,
    break_glass: GlassOption = None,
    minutes: MinutesOption = 15,
    draft: DraftOption = False,
    office: OfficeOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Explain the same decision: the roles held, each field's answer, and what would suffice.

    Exits as `policy decide` does.
    """
    from joinedup.office import policy  # noqa: PLC0415 - as above

    words = {"person": person, "purpose": purpose, "dataset": dataset}
    words |= {"action": action, "partner": partner}
    uses = {"show": show, "filter": filter_by, "sort": sort, "group": group_by, "join": join}
    ask = _ask(words, uses, rows=rows, count=count, reason=break_glass, minutes=minutes)
    told = _told(ask, office, home, draft=draft)
    if as_json:
        answer(policy.explained_as_json(told))
    else:
        _say(told)
        _say_more(told)
    _leave(told)


def _told(ask: "Ask", office: Path | None, home: Path | None, *, draft: bool) -> "Explanation":
    from joinedup.office.policy import explained  # noqa: PLC0415 - as above

    return explained(ask, office=office, home=home, draft=draft)


def _ask(
    words: dict[str, str],
    uses: dict[str, list[str] | None],
    *,
    rows: list[str] | None,
    count: bool,
    reason: str | None,
    minutes: int,
) -> "Ask":
    """The question, from options or, where no person is named, from standard input.

    It is about this moment: who could choose another would outlive every lease.
    """
    from joinedup.core import clock  # noqa: PLC0415 - as above
    from joinedup.core.policy import Ask  # noqa: PLC0415 - as above
    from joinedup.office.policy import typed  # noqa: PLC0415 - as above

    moment = clock.now()
    if not words["person"]:
        asked = _from_stdin()
    else:
        asked = {**words, **{use: fields or [] for use, fields in uses.items()}}
        asked |= {"rows": _rows(rows or []), "count": count}
        if reason is not None:
            expires = moment + timedelta(minutes=minutes)
            asked["glass"] = {"reason": reason, "opened": moment, "expires": expires}
    question: Ask = typed(
        Ask, {**asked, "at": moment}, where="the question" if words["person"] else STDIN
    )
    return question


def _from_stdin() -> dict[str, Any]:
    try:
        asked = json.load(sys.stdin)
    except (ValueError, RecursionError):
        asked = None
    needed = {"person"} if isinstance(asked, dict) and asked.get("action") else FIELDS_ALONE
    if not isinstance(asked, dict) or "at" in asked or not needed <= set(asked):
        raise ProjectError(
            "this is not a question in JSON about this moment.",
            fix='write {"person": …, "purpose": …, "dataset": …, "show": [fields]} without "at", '
            "or name the person with --person.",
            where=STDIN,
        )
    return asked


def _rows(said: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in said:
        field, sign, value = one.partition("=")
        if not sign or not field.strip() or not value:
            raise ProjectError(
                "--rows takes a field and a value.", fix="write --rows ward=EAST.", where="--rows"
            )
        found.setdefault(field.strip(), []).append(value)
    return found


def _say(told: "Explanation") -> None:
    decision = told.decision
    say("allowed" if decision.allowed else "denied", *(reason.what for reason in decision.reasons))
    if decision.clauses:
        say("by", *decision.clauses)
    say("policy", f"sha256 {decision.digest}" if decision.digest else "none that could be asked")


def _say_more(told: "Explanation") -> None:
    held = [f"{role} until {ends.isoformat()}" for role, ends in told.roles.items()]
    say("roles", *(held or ["none at this moment"]))
    for one in told.fields:
        by = (
            f"by grant {one.grant}"
            if one.grant
            else "no: " + "; ".join(reason.code.replace("_", " ") for reason in one.reasons)
        )
        say(one.field, f"to {', '.join(one.uses)}: {by}")
    if told.suffices:
        say("would do", *told.suffices)


def _leave(told: "Explanation") -> None:
    if not told.decision.allowed:
        raise typer.Exit(DENIED)
