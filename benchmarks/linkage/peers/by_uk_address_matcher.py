"""Which places does uk_address_matcher find, as its documentation's first example calls it?

`python by_uk_address_matcher.py WHAT OUT ADDRESSES GAZETTEER TRUTH` writes `pairs.csv`.
"""

import sys
from pathlib import Path

import duckdb
from uk_address_matcher import AddressMatcher


def main() -> None:
    """Every address that was given a place, and the place."""
    _, out, addresses, gazetteer, _ = sys.argv[1:]
    database = duckdb.connect()
    found = AddressMatcher(
        canonical_addresses=database.read_csv(gazetteer, all_varchar=True),
        addresses_to_match=database.read_csv(addresses, all_varchar=True),
        con=database,
    ).match()
    placed = found.matches().filter("resolved_canonical_id is not null")
    told = placed.project("unique_id as one, resolved_canonical_id as other")
    told.write_csv(str(Path(out) / "pairs.csv"))


if __name__ == "__main__":
    main()
