"""Sources: is what the partner sent what was agreed, and can it be read?

Comes in:  one file of a partner, the dataset it should be, and the fields that may be taken.
Goes out:  a `Delivery`: those fields and no others, typed and under our names, with findings.
Promises:  a column that was not asked for never becomes Arrow; everything that is wrong is told at
           once; no message repeats the content of a cell.
Does not:  decide which fields may be taken. That is `govern`.
"""

from joinedup.sources.delivery import Delivery, Finding, Rejected
from joinedup.sources.effect import Effect, effect
from joinedup.sources.reading import WITHOUT_FILE, read

READERS: dict[str, str] = {
    "csv": "joinedup.sources.csv",
    "fixed": "joinedup.sources.fixed",
    "geojson": "joinedup.sources.geojson",
    "json": "joinedup.sources.json",
    "jsonl": "joinedup.sources.jsonl",
    "ods": "joinedup.sources.ods",
    "parquet": "joinedup.sources.parquet",
    "postgres": "joinedup.sources.postgres",
    "xlsx": "joinedup.sources.xlsx",
    "xml": "joinedup.sources.xml",
}

__all__ = [
    "READERS",
    "WITHOUT_FILE",
    "Delivery",
    "Effect",
    "Finding",
    "Rejected",
    "effect",
    "read",
]
