"""quality: the scorecard of what was delivered."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, WhoOption, answer, opened, say

if TYPE_CHECKING:
    from joinedup.office.quality import Card
    from joinedup.sources.fitness.quality import Profile


WIDTH = 16  # of the longest use


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(quality)


def quality(
    dataset: Annotated[str | None, typer.Argument(help="The dataset; all of them if not said.")] = (
        None
    ),
    office: OfficeOption = None,
    home: HomeOption = None,
    who: WhoOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show how good the latest delivery of each dataset is, and for what.

    A grade for each use the delivery has the fields for, with its reasons; then the defects of
    each field, counted. From the records: reads no row, and shows no cell.

    joinedup quality people
    """
    from joinedup.office.quality import cards  # noqa: PLC0415 - keeps `--help` quick

    found = cards(opened(office, home, who), dataset)
    if as_json:
        answer([card.as_json() for card in found])
        return
    for card in found:
        _show(card)


def _show(card: "Card") -> None:
    say(card.dataset, card.words)
    for grade in card.grades:
        _item(grade.use, f"{grade.grade}, {grade.way}", *grade.reasons)
    if card.profile is not None:
        for place, words in _defects(card.profile):
            _item(place, words)


def _item(name: str, *lines: str) -> None:
    """One line of a card, its further lines set in below it."""
    for number, line in enumerate(lines):
        print(f"  {name if number == 0 else '':<{WIDTH}}  {line}")


def _defects(profile: "Profile") -> Iterator[tuple[str, str]]:
    """Where, and what is wrong there: counts and shares."""
    for name, field in profile.fields.items():
        counts = {**field.defects, **({"empty": field.empty} if field.empty else {})}
        if counts:
            yield name, _counted(counts, profile.rows)
    if profile.defects:
        yield "rows", _counted(profile.defects, profile.rows)
    for change in profile.changes:
        yield "changed", str(change)


def _counted(counts: Mapping[str, int], rows: int) -> str:
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{count:,} {name} ({100 * count / rows:.1f} %)" for name, count in ordered)
