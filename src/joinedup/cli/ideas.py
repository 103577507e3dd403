"""ideas: which are worth a project, and why others were not."""

from typing import Annotated

import typer

from joinedup.cli.common import JsonOption, OfficeOption, answer, say


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    app.command()(ideas)


def ideas(
    words: Annotated[str, typer.Argument(help="Only ideas that speak of these words.")] = "",
    office: OfficeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank the office's ideas by its own weights; rejected ones stay, with their reason.

    An idea is a file ideas/NAME.toml, scored 0 to 5 on each criterion; weights stand in office.toml
    under [idea_weights].

    joinedup ideas "rented homes"
    """
    from pathlib import Path  # noqa: PLC0415 - keeps `--help` quick

    from joinedup.core.project import CRITERIA  # noqa: PLC0415 - as above
    from joinedup.office.folder import find, load  # noqa: PLC0415 - as above
    from joinedup.office.ideas import ranked  # noqa: PLC0415 - as above

    found = ranked(load(find(office or Path())), words)
    if as_json:
        answer(
            [
                {
                    "place": one.place,
                    "id": one.idea.id,
                    "title": one.idea.title,
                    "score": one.score,
                    "status": one.idea.status,
                    "reason": one.idea.reason,
                    "unscored": list(one.unscored),
                }
                for one in found
            ]
        )
        return
    for one in found:
        say(f"{one.place}.", f"{one.idea.title} ({one.score:.0%} of the best score)")
        if one.idea.status != "open":
            say("", f"{one.idea.status}{f': {one.idea.reason}' if one.idea.reason else ''}")
        if one.unscored:
            say("", "not scored: " + "; ".join(CRITERIA[name] for name in one.unscored))
    if not found:
        say("none", "no idea speaks of that; write one in ideas/NAME.toml")
