"""How long does it take, how good is it, beside what a person would use instead?

`make bench` measures on this machine and writes `benchmarks/README.md`; `make bench PART=linkage`
measures one part and leaves the others as they stand. Each measurement asserts the rows that come
out, or tells how many are right: a fast wrong answer is no answer. Nothing here passes or fails by
seconds.
"""

import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from benchmarks import ROOT, Row

PAGE = ROOT / "benchmarks" / "README.md"
HEADS = ("what", "size", "joinedup", "beside it", "note")
OPENING = """# Benchmarks

Written by `make bench`, and part by part by `make bench PART=name`; compare only with figures from
the same machine.
"""
Part = tuple[Callable[[], Iterator[Row]], ...]


def main(asked: Sequence[str]) -> int:
    """Measure the parts that are asked for, or all, and write their tables."""
    known = parts()
    unknown = [name for name in asked if name not in known]
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are {', '.join(known)}")
        return 2
    for name in asked or known:
        rows = [row for measure in known[name] for row in told(measure)]
        before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        found = sections(before) | {name: f"{machine()}\n\n{table(rows)}"}
        PAGE.write_text(page(found, order=tuple(known)), encoding="utf-8")
        print(f"wrote {name} in {PAGE.relative_to(ROOT)}")
    return 0


def parts() -> dict[str, Part]:
    """What is measured, in order."""
    from benchmarks.admitting import admitting  # noqa: PLC0415 - each part loads what it measures
    from benchmarks.disclosure import disclosure  # noqa: PLC0415 - as above
    from benchmarks.features import features  # noqa: PLC0415 - as above
    from benchmarks.lake import lake  # noqa: PLC0415 - as above
    from benchmarks.ledger import ledger  # noqa: PLC0415 - as above
    from benchmarks.linkage.chicago import chicago  # noqa: PLC0415 - as above
    from benchmarks.linkage.measured import linkage  # noqa: PLC0415 - as above
    from benchmarks.linkage.places import places  # noqa: PLC0415 - as above
    from benchmarks.linkage.private import private  # noqa: PLC0415 - as above
    from benchmarks.linkage.town import town as one_town  # noqa: PLC0415 - as above
    from benchmarks.reading import reading  # noqa: PLC0415 - as above
    from benchmarks.recovery import recovery  # noqa: PLC0415 - as above
    from benchmarks.start import start  # noqa: PLC0415 - as above
    from benchmarks.town import town  # noqa: PLC0415 - as above

    return {
        "features": (features,),
        "reading": (reading,),
        "admitting": (admitting,),
        "lake": (lake,),
        "town": (town,),
        "ledger": (ledger,),
        "recovery": (recovery,),
        "disclosure": (disclosure,),
        "linkage": (linkage, places, chicago, one_town),
        "linkage without names": (private,),
        "start": (start,),
    }


def told(measure: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """The rows of one measurement, said while they come."""
    for row in measure():
        print(f"{row.what}, {row.size}: {row.seconds} | {row.peer} | {row.note}", flush=True)
        yield row


def table(rows: Sequence[Row]) -> str:
    """The rows as the page has them."""
    cells = [HEADS, ("---",) * len(HEADS)]
    cells += [(row.what, row.size, row.seconds, row.peer, row.note) for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


def sections(text: str) -> dict[str, str]:
    """The parts of a page by their names."""
    found = (section.partition("\n\n") for section in text.split("\n## ")[1:])
    return {name.strip(): body.strip() for name, _, body in found}


def page(found: Mapping[str, str], *, order: Sequence[str]) -> str:
    """The page with the parts in order; one that is measured no more is left out."""
    return OPENING + "".join(f"\n## {name}\n\n{found[name]}\n" for name in order if name in found)


def machine() -> str:
    """When, on what, with which versions."""
    import duckdb  # noqa: PLC0415 - only for the page
    import pandas as pd  # noqa: PLC0415 - as above
    import pyarrow as pa  # noqa: PLC0415 - as above

    from joinedup import __version__  # noqa: PLC0415 - as above
    from joinedup.core import clock  # noqa: PLC0415 - as above

    return (
        f"Measured {clock.today().isoformat()} on {os.cpu_count()} cores ({platform.machine()},"
        f" {platform.system()}), perhaps beside other work. joinedup {__version__}, Python"
        f" {platform.python_version()}, DuckDB {duckdb.__version__}, pyarrow {pa.__version__},"
        f" pandas {pd.__version__}."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
