"""What every command takes, and how it speaks: the finding, the doubt, the place, the next step."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from joinedup.core.policy import Action
    from joinedup.office.house import Office

OfficeOption = Annotated[
    Path | None,
    typer.Option("--office", help="The office folder; the nearest one upward if not said."),
]
HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Where data and records are kept; $JOINEDUP_HOME if not said."),
]
WhoOption = Annotated[
    str, typer.Option("--as", help="Who is acting, as the ledger writes it; the user if not said.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
ProjectOption = Annotated[
    str | None, typer.Option("--project", help="The project; the only one if not said.")
]


def opened(office: Path | None, home: Path | None, who: str = "") -> "Office":
    """The office at work."""
    from joinedup.office.house import open_office  # noqa: PLC0415 - keeps `--help` quick

    return open_office(office, home, who)


def opened_to(
    action: "Action", about: str, office: Path | None, home: Path | None, who: str
) -> "Office":
    """The office at work, if the policy in force lets the person do this there.

    Raises:
        PolicyDenied: it does not, or cannot be asked in time.
    """
    from joinedup.office.permit import require  # noqa: PLC0415 - as above

    place = opened(office, home, who)
    require(place, action, about=about)
    return place


def say(name: str, *lines: str) -> None:
    """A finding under a short name, its further lines set in."""
    width = max(len(name) + 2, 14)
    for number, line in enumerate(lines):
        print(f"{name if number == 0 else '':<{width}}{line}")


def answer(facts: Any) -> None:
    """JSON for a program."""
    print(json.dumps(facts, indent=2, ensure_ascii=False, default=str, allow_nan=False))
