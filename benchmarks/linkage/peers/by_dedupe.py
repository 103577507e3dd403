"""What does dedupe find once it was taught with labelled pairs, as its documentation shows?

`python by_dedupe.py WHAT OUT FILES… TRUTH` writes `pairs.csv` of two lists, `entities.csv` of one.
The fields and their kinds are those of the documentation's examples for such lists; labels are the
true pairs, 500 at most, and as many pairs that are none; so it is scored by pairs it was taught.
"""

import csv
import random
import sys
from pathlib import Path
from typing import Any

import dedupe
from dedupe import variables

MOST = 500
FIELDS = {
    "restaurants": [
        variables.String("name"),
        variables.String("addr"),
        variables.String("city", has_missing=True),
        variables.String("phone", has_missing=True),
        variables.String("type", has_missing=True),
    ],
    "sites": [
        variables.String("site_name"),
        variables.String("address"),
        variables.Exact("zip", has_missing=True),
        variables.String("phone", has_missing=True),
    ],
}
Records = dict[str, dict[str, Any]]


def main() -> None:
    """Teach, link, write."""
    what, out, *files, truth = sys.argv[1:]
    random.seed(1)
    fields, lists = FIELDS[what], [_records(file, what) for file in files]
    known = _rows(truth)
    if len(lists) == 1:
        for row in known:
            lists[0][row["id"]]["true"] = row["entity"]
        labels = dedupe.training_data_dedupe(lists[0], "true", MOST)
        taught: Any = dedupe.Dedupe(fields)
    else:
        partner = {row["one"]: row["other"] for row in known}
        for at, records in enumerate(lists):
            for name, record in records.items():
                record["true"] = partner.get(name, f"{name} alone") if at == 0 else name
        labels = dedupe.training_data_link(*lists, "true", MOST)
        taught = dedupe.RecordLink(fields)
    labels["match"] = random.sample(labels["match"], min(MOST, len(labels["match"])))
    taught.mark_pairs(labels)  # before the sample, so that labelled records are in it
    taught.prepare_training(*lists)
    taught.train()
    if len(lists) == 1:
        groups = enumerate(taught.partition(lists[0], threshold=0.5))
        made = [(name, entity) for entity, (names, _) in groups for name in names]
        _write(Path(out) / "entities.csv", ("id", "entity"), made)
    else:
        links = [pair for pair, *_ in taught.join(*lists, threshold=0.5)]
        _write(Path(out) / "pairs.csv", ("one", "other"), links)


def _rows(file: str) -> list[dict[str, str]]:
    with Path(file).open(newline="", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def _records(file: str, what: str) -> Records:
    """Each record by its id: cells in lower case, an empty one missing."""
    names = [field.field for field in FIELDS[what]]
    return {
        row["id"]: {name: " ".join(row[name].lower().split()) or None for name in names}
        for row in _rows(file)
    }


def _write(path: Path, heads: tuple[str, str], rows: list[tuple[Any, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(heads)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
