"""demo: the main job, from files to report, on an invented office."""

import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, answer, opened, say
from joinedup.cli.progress import progress

if TYPE_CHECKING:
    from joinedup.office.demo import Story
    from joinedup.result.blocks import Estimate

WIDTH = 88
SHOWN = 3


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(demo)


def demo(
    data: Annotated[str, typer.Option("--data", help="Folder of the partners' files.")] = "",
    office: OfficeOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run an example office end to end: sign, deliver, join, rank, release.

    Signs as the example's invented signatories; refuses a real office. No network call.

    joinedup demo --office examples/food-inspections --data ../shared/data/chicago_food
    """
    from joinedup.office.demo import demonstrate, files_for  # noqa: PLC0415 - keeps `--help` quick
    from joinedup.office.folder import find, load  # noqa: PLC0415 - as above

    began = time.monotonic()
    folder = Path(data) if data else None
    files_for(load(find(office or Path())), folder)
    place = opened(office, home)
    with progress(quiet=as_json) as tell:
        story = demonstrate(place, folder, tell)
    if as_json:
        answer(_facts(story))
        return
    _tell(story, place.home)
    say("took", f"{time.monotonic() - began:.0f} s")


def _facts(story: "Story") -> dict[str, Any]:
    return {
        "headline": story.headline,
        "rows": story.rows,
        "ways": {
            title: {one.name: [one.value, one.low, one.high] for one in estimates}
            for title, estimates in story.lines
        },
        "cautions": list(story.cautions),
        "hidden": story.hidden,
        "report": str(story.page),
    }


def _tell(story: "Story", home: Path) -> None:
    total = sum(story.rows.values())
    say("joined", f"{len(story.rows)} tables, {total:,} rows, agreed fields only")
    say("found", *textwrap.wrap(story.headline, WIDTH))
    for title, estimates in story.lines:
        say("", f"{title}:")
        for one in estimates:
            say("", f"    {_words(one)}")
    for caution in story.cautions[:SHOWN]:
        say("caution", *textwrap.wrap(caution, WIDTH))
    say("released", f"{story.hidden} cells hidden; approved by a second (invented) person")
    say("report", str(story.page))
    say("next", f"open the report; joinedup audit verify --home {home}")


def _words(one: "Estimate") -> str:
    factor, unit = (100, " %") if one.unit == "share" else (1, f" {one.unit}")
    digits = 2 if one.unit == "share" else 1
    text = f"{one.label or one.name.replace('_', ' ')}: {one.value * factor:.{digits}f}{unit}"
    if one.low is None or one.high is None:
        return text
    return f"{text} (95 % interval {one.low * factor:.1f} to {one.high * factor:.1f})"
