"""What was found between encoded lists, in words: how many, how sure, and what protects them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from joinedup.result.blocks import Block, Caution, Column, Estimate, Estimates, Table
from joinedup.result.model import Result

if TYPE_CHECKING:
    from joinedup.link.encoded_records import Between

OVERLAP = (
    "What protects the people holds against one who has no key and no list of them by name. Filters"
    " of two lists of nearly the same people can be laid over each other by their pattern: do not"
    " give the linker a list of names that overlaps these."
)
ALONE = (
    "A quarter of each partner's records are of nobody, to hide which are linked. Where the lists"
    " name nearly the same people, whoever is left without a partner is likely one of these."
)
ONCE = (
    "Each list is taken to name each person once. A partner whose list may not can see to that"
    " first with link.people."
)


def tell(
    method: str,
    sizes: Mapping[str, int],
    under: str,
    found: "Mapping[tuple[str, str], Between]",
    *,
    level: float,
) -> Result:
    """The result.

    Args:
        method: its name.
        sizes: records of each table, dummies among them.
        under: the form, key and fields of the filters.
        found: what each two tables have in common.
        level: of the intervals.
    """
    links = sum(len(one.links) for one in found.values())
    blocks: list[Block] = [
        _estimates(names, one, level) for names, one in found.items() if one.judged
    ]
    nothing = [" and ".join(names) for names, one in found.items() if one.judged is None]
    if nothing:
        text = f"No more than chance is in common between {'; '.join(nothing)}: no link is given."
        blocks.append(Caution(text=text))
    blocks += [Caution(text=text) for text in (OVERLAP, ALONE, ONCE)]
    blocks.append(_made(sizes, under))
    many = f"{sum(sizes.values()):,} encoded records of {len(sizes)} lists"
    return Result(
        method=method,
        headline=f"{many} give {links:,} links, told without who they are about.",
        blocks=tuple(blocks),
    )


def _estimates(names: tuple[str, str], one: "Between", level: float) -> Estimates:
    judged = one.judged
    shares = (
        (
            ("links that are right (precision)", judged.precision, len(one.links)),
            ("matches that are linked (recall)", judged.recall, round(float(one.chance.sum()))),
        )
        if judged
        else ()
    )
    items = tuple(
        Estimate(
            name=name, value=share.value, low=share.low, high=share.high, level=level,
            unit="share", n=n,
        )
        for name, share, n in shares
    )  # fmt: skip
    return Estimates(title=f"{names[0]} and {names[1]}, estimated without a truth", items=items)


def _made(sizes: Mapping[str, int], under: str) -> Table:
    form, key, *fields = under.split()
    columns = (Column(name="what", kind="text"), Column(name="is", kind="text"))
    rows = [("form", form), ("key", key), ("fields", ", ".join(fields))]
    rows += [(f"records of {name}", f"{size:,}") for name, size in sizes.items()]
    return Table(
        title="What was linked", columns=columns, rows=tuple(rows), about="method",
        note="Dummies are among the records; only the partner knows which.",
    )  # fmt: skip
