"""How a demonstration is told: on one screen, and as JSON."""

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.cli.common import say

if TYPE_CHECKING:
    from joinedup.office.demo import Story
    from joinedup.office.town_story import TownStory
    from joinedup.result.blocks import Estimate

WIDTH = 88
SHOWN = 3


def case_facts(story: "Story") -> dict[str, Any]:
    """A case for a program."""
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
        "documents": [str(page) for page in story.documents],
    }


def tell_case(story: "Story", home: Path) -> None:
    """A case on the screen."""
    total = sum(story.rows.values())
    say("joined", f"{len(story.rows)} tables, {total:,} rows, agreed fields only")
    say("found", *textwrap.wrap(story.headline, WIDTH))
    for title, estimates in story.lines:
        say("", f"{title}:")
        for one in estimates:
            say("", f"    {_words(one)}")
    for caution in story.cautions[:SHOWN]:
        say("caution", *textwrap.wrap(caution, WIDTH))
    say("released", f"{story.hidden} cells hidden; approved by two (invented) others")
    say("report", str(story.page))
    tell_documents(story.documents)
    say("next", f"open the report; joinedup audit verify --home {home}")


def tell_documents(pages: tuple[Path, ...]) -> None:
    """How many documents there are, and where."""
    if pages:
        say("documents", f"{len(pages)} in {pages[0].parent} (page, JSON and Word file of each)")


def town_facts(story: "TownStory") -> dict[str, Any]:
    """The town's demonstration for a program."""
    return {
        "months": [
            {
                "month": month.name,
                "files": month.files,
                "rows": month.rows,
                "rejected": month.rejected,
                "held": list(month.held),
                "unread": list(month.unread),
            }
            for month in story.months
        ],
        "joined": {name: list(counts) for name, counts in story.joined.items()},
        "linked": dict(story.linked),
        "grades": dict(story.graded),
        "headlines": {name: result.headline for name, result in story.results.items()},
        "cautions": list(story.lead.cautions),
        "hidden": story.hidden,
        "withheld": list(story.withheld),
        "report": str(story.page),
        "insight": str(story.insight),
        "documents": {
            name: [str(page) for page in pages] for name, pages in story.documents.items()
        },
        "office": str(story.office),
        "town": str(story.town),
    }


def tell_town(story: "TownStory", place: Path) -> None:
    """The town's demonstration on one screen: joined, found, listed, and where to look."""
    for month in story.months:
        say(
            month.name,
            f"{month.files} files, {month.rows:,} rows admitted, {month.rejected:,} rejected"
            " with a reason",
        )
        for held in month.held:
            say("", *textwrap.wrap(f"held back, mapping confirmed, taken: {held}", WIDTH))
    if story.months and story.months[-1].unread:
        names = ", ".join(story.months[-1].unread)
        say("not agreed", *textwrap.wrap(f"no agreement covers them, never opened: {names}", WIDTH))
    shares = (
        f"{name.replace('_', ' ')} {met / rows:.0%}" for name, (rows, met) in story.joined.items()
    )
    say("joined", *textwrap.wrap(f"rows linked to a home: {', '.join(shares)}", WIDTH))
    for step, headline in story.linked.items():
        say("linked", f"{step}:", *textwrap.wrap(headline, WIDTH))
    grades = ", ".join(f"{count} {grade}" for grade, count in sorted(story.graded.items()))
    say("quality", f"{grades} (each delivery, for each use its fields allow)")
    for name, result in story.results.items():
        say("listed" if result is story.lead else "also", f"{name}:")
        say("", *textwrap.wrap(result.headline, WIDTH))
    for caution in story.lead.cautions[:SHOWN]:
        say("caution", *textwrap.wrap(caution, WIDTH))
    if story.withheld:
        say("not released", *textwrap.wrap("; ".join(story.withheld), WIDTH))
        say("", "the rule holds; in a larger town the figures rest on enough homes")
    else:
        say("released", f"{story.hidden} cells hidden; approved by two (invented) others")
    say("report", str(story.page))
    say("by area", str(story.insight))
    for pages in story.documents.values():
        tell_documents(pages)
    say("look", f"{story.office}: what is declared; edit it freely")
    say("", f"{story.town / 'deliveries'}: what the partners sent")
    say("", f"{story.town / 'truth'}: what is really so; the product never read it")
    say("next", f"joinedup quality --office {story.office} --home {place}")
    say("", f"joinedup audit verify --office {story.office} --home {place}")


def _words(one: "Estimate") -> str:
    factor, unit = (100, " %") if one.unit == "share" else (1, f" {one.unit}")
    digits = 2 if one.unit == "share" else 1
    text = f"{one.label or one.name.replace('_', ' ')}: {one.value * factor:.{digits}f}{unit}"
    if one.low is None or one.high is None:
        return text
    return f"{text} (95 % interval {one.low * factor:.1f} to {one.high * factor:.1f})"
