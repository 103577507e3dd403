"""How a delivery and a sweep are told: on the screen, and as JSON."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from joinedup.cli.common import say

if TYPE_CHECKING:
    from joinedup.office.deliver import Delivered
    from joinedup.office.sweep import Swept


def as_facts(done: "Delivered") -> dict[str, Any]:
    """A delivery for a program."""
    from dataclasses import asdict  # noqa: PLC0415 - small, and needed only here

    return {
        "dataset": done.dataset,
        "file": done.file_name,
        "rows": done.rows,
        "fields": list(done.fields),
        "left": list(done.left),
        "keyless": list(done.keyless),
        "word": "already_ingested" if done.again else "ingested",
        "already_delivered": done.again,
        "version": done.number,
        "rejected": [asdict(one) for one in done.rejected],
        "findings": [asdict(one) for one in done.findings],
        "effect": dict(done.effect),
        "grades": [grade.as_json() for grade in done.grades],
    }


def show(done: "Delivered", *, dry_run: bool) -> None:
    """A delivery on the screen: what was taken, what was not, what it changes."""
    if done.again:
        say(done.dataset, f"{done.file_name} was delivered before: nothing to do.")
        return
    taken = "would be admitted" if dry_run else "admitted"
    say(done.dataset, f"{done.rows:,} rows {taken}, {len(done.fields)} agreed fields")
    if done.left:
        say("not agreed", f"{', '.join(done.left)}: never read")
    if done.keyless:
        words = "by tokens alone, and no project states the purpose yet: not kept"
        say("no key", f"{', '.join(done.keyless)}: {words}")
    if done.rejected:
        say("rejected", *_rejected(done))
    warnings = [finding.message for finding in done.findings if finding.severity == "warning"]
    if warnings:
        say("warning", *warnings)
    for grade in done.grades:
        say(grade.grade, f"to {grade.use}", *(grade.reasons if grade.grade != "pass" else ()))
    if done.effect:
        say("changes", *_changes(done.effect))
        if done.effect["runs_again"]:
            say("run again", ", ".join(done.effect["runs_again"]))
    if dry_run:
        say("dry run", "nothing was written")


def _rejected(done: "Delivered") -> Iterator[str]:
    count = sum(one.count for one in done.rejected)
    yield f"{count:,} of {done.rows + count:,} rows"
    for one in done.rejected:
        shown = ", ".join(str(line) for line in one.lines)
        more = one.count - len(one.lines)
        rest = f" and {more:,} more" if more else ""
        about = f" ({one.column})" if one.column else ""
        lines = "lines" if one.count > 1 else "line"
        yield f"{one.reason}{about}: {one.count:,}, {lines} {shown}{rest}"


def _changes(effect: Mapping[str, Any]) -> Iterator[str]:
    corrected = "corrects" if effect["corrects"] else "against"
    yield (
        f"{corrected} version {effect['against']}: {effect['added']:,} rows added,"
        f" {effect['gone']:,} gone, {effect['changed']:,} changed"
    )
    if effect["cells"]:
        yield "cells: " + ", ".join(f"{name} {count:,}" for name, count in effect["cells"].items())
    for words in ("fields_added", "fields_gone", "fields_retyped"):
        if effect[words]:
            yield f"{words.replace('_', ' ')}: {', '.join(effect[words])}"
    if effect["reordered"]:
        yield "the same rows in another order"


def swept_facts(done: "Swept") -> dict[str, Any]:
    """A sweep for a program."""
    return {
        "delivered": [{"path": one.path, **as_facts(one.told)} for one in done.delivered],
        "already_delivered": list(done.already),
        "left": [{"path": one.path, "reason": one.reason} for one in done.left],
        "refused": [{"path": one.path, **one.error.as_json()} for one in done.refused],
    }


def show_swept(done: "Swept", *, dry_run: bool) -> None:
    """A sweep on the screen, file by file."""
    for one in done.delivered:
        say(one.path, "")
        show(one.told, dry_run=dry_run)
    for left in done.left:
        say("left", f"{left.path}: {left.reason}")
    for refused in done.refused:
        say("refused", refused.path, *str(refused.error).splitlines())
    counts = {
        "would be delivered" if dry_run else "delivered": len(done.delivered),
        "delivered before": len(done.already),
        "left": len(done.left),
        "refused": len(done.refused),
    }
    say("sweep", ", ".join(f"{count} {words}" for words, count in counts.items()))
