"""How long does it take, beside what a person would write by hand?

`make bench` measures on this machine and writes `benchmarks/README.md`. Each measurement asserts
the rows that come out: a fast wrong answer is no answer. Nothing here passes or fails by seconds.
"""

import os
import platform
import sys
from collections.abc import Callable, Iterator

from benchmarks import ROOT, Row

PAGE = ROOT / "benchmarks" / "README.md"
HEADS = ("what", "size", "joinedup", "by hand", "note")


def main() -> int:
    """Measure every part and write the table."""
    rows = [row for part in parts() for row in told(part)]
    cells = [HEADS, ("---",) * len(HEADS)]
    cells += [(row.what, row.size, row.seconds, row.peer, row.note) for row in rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in cells)
    PAGE.write_text(f"{opening()}\n{table}\n", encoding="utf-8")
    print(table)
    print(f"\nwrote {PAGE.relative_to(ROOT)}")
    return 0


def parts() -> tuple[Callable[[], Iterator[Row]], ...]:
    """What is measured, in order."""
    from benchmarks.admitting import admitting  # noqa: PLC0415 - each part loads what it measures
    from benchmarks.disclosure import disclosure  # noqa: PLC0415 - as above
    from benchmarks.features import features  # noqa: PLC0415 - as above
    from benchmarks.lake import lake  # noqa: PLC0415 - as above
    from benchmarks.ledger import ledger  # noqa: PLC0415 - as above
    from benchmarks.linkage.measured import linkage  # noqa: PLC0415 - as above
    from benchmarks.linkage.private import private  # noqa: PLC0415 - as above
    from benchmarks.reading import reading  # noqa: PLC0415 - as above
    from benchmarks.recovery import recovery  # noqa: PLC0415 - as above
    from benchmarks.start import start  # noqa: PLC0415 - as above
    from benchmarks.town import town  # noqa: PLC0415 - as above

    parts = (features, reading, admitting, lake, town, ledger, recovery, disclosure)
    return (*parts, linkage, private, start)


def told(part: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """The rows of one part, said while they come."""
    for row in part():
        print(
            f"{row.what}: {row.seconds} {f'(by hand {row.peer})' if row.peer else ''}", flush=True
        )
        yield row


def opening() -> str:
    """The page's first lines: what machine, which versions."""
    import duckdb  # noqa: PLC0415 - only for the page
    import pandas as pd  # noqa: PLC0415 - as above
    import pyarrow as pa  # noqa: PLC0415 - as above

    from joinedup import __version__  # noqa: PLC0415 - as above
    from joinedup.core import clock  # noqa: PLC0415 - as above

    versions = (
        f"joinedup {__version__}, Python {platform.python_version()}, DuckDB {duckdb.__version__},"
        f" pyarrow {pa.__version__}, pandas {pd.__version__}"
    )
    return f"""# Benchmarks

Written by `make bench`; compare only with figures from the same machine.
Measured {clock.today().isoformat()} on {os.cpu_count()} cores ({platform.machine()}, \
{platform.system()}), perhaps beside other work. {versions}.
"""


if __name__ == "__main__":
    sys.exit(main())
