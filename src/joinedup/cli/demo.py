"""demo: the main job, from files to report, on an invented town or an example office."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from joinedup.cli.common import HomeOption, JsonOption, OfficeOption, answer, opened, say
from joinedup.cli.progress import progress
from joinedup.cli.story import case_facts, tell_case, tell_town, town_facts

if TYPE_CHECKING:
    from joinedup.office.demo import Story
    from joinedup.office.house import Office


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(demo)


def demo(
    people: Annotated[int, typer.Option("--people", help="People of the town.")] = 20_000,
    seed: Annotated[int, typer.Option("--seed", help="Of the town: the same, the same.")] = 1,
    home: HomeOption = None,
    office: OfficeOption = None,
    data: Annotated[
        str, typer.Option("--data", help="Folder of the partners' files, with --office.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Run an example end to end: sign, deliver, join, list, release.

    An invented town, made here, if no office is named. Signs as the example's invented
    signatories; refuses a real office. No network call.

    joinedup demo --people 20000 --home my-demo
    joinedup demo --office examples/food-inspections --data ../shared/data/chicago_food
    """
    began = time.monotonic()
    if office is None:
        _town(home or Path("joinedup-demo"), people=people, seed=seed, as_json=as_json)
    else:
        _case(office, home, Path(data) if data else None, as_json=as_json)
    if not as_json:
        say("took", f"{time.monotonic() - began:.0f} s")


def _town(place: Path, *, people: int, seed: int, as_json: bool) -> None:
    from joinedup.office.town_story import tell_story  # noqa: PLC0415 - keeps `--help` quick

    with progress(quiet=as_json) as tell:
        story = tell_story(place, people=people, seed=seed, tell=tell)
    if as_json:
        answer(town_facts(story))
    else:
        tell_town(story, place)


def _case(office: Path, home: Path | None, data: Path | None, *, as_json: bool) -> None:
    from joinedup.office.demo import demonstrate, files_for  # noqa: PLC0415 - as above
    from joinedup.office.folder import find, load  # noqa: PLC0415 - as above

    files_for(load(find(office)), data)
    place: Office = opened(office, home)
    with progress(quiet=as_json) as tell:
        story: Story = demonstrate(place, data, tell)
    if as_json:
        answer(case_facts(story))
    else:
        tell_case(story, place.home)
