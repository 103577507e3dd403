"""What does GoldenMatch make of a file with no settings, as its quick start shows?

`python by_goldenmatch.py WHAT OUT FILE TRUTH` writes `entities.csv`. Where it is not confident of
the settings that it chose, it refuses; as its message offers, it is run all the same. Its search
for settings is cut short by the clock; a variable of its own, for measuring, takes that away.
"""

import csv
import os
import sys
from pathlib import Path

import goldenmatch
from pyarrow.csv import read_csv


def main() -> None:
    """One file, its own settings, its clusters."""
    _, out, file, _ = sys.argv[1:]
    os.environ["GOLDENMATCH_AUTOCONFIG_DETERMINISTIC"] = "1"
    table = read_csv(file)
    ids = table["unique_id" if "unique_id" in table.column_names else "id"].to_pylist()
    found = goldenmatch.dedupe_df(table, allow_red_config=True).clusters
    with (Path(out) / "entities.csv").open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(("id", "entity"))
        writer.writerows(
            (ids[member], entity) for entity, one in found.items() for member in one["members"]
        )


if __name__ == "__main__":
    main()
