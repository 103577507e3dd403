"""Sources: is what the partner sent what was agreed, and can it be read?

Comes in:  one file of a partner, the dataset it should be, and the fields that may be taken.
Goes out:  a `Delivery`: those fields and no others, typed and under our names, with findings.
Promises:  a column that was not asked for never becomes Arrow; everything that is wrong is told at
           once; no message repeats the content of a cell; a file is parsed by a child process that
           can do nothing else, under the office's caps.
Does not:  decide which fields may be taken. That is `govern`.
"""

from joinedup.sources.child.jobs import proposed_by_child as propose
from joinedup.sources.delivery import Delivery, Finding, Rejected
from joinedup.sources.effect import Effect, effect
from joinedup.sources.given import Given, opened, spelled
from joinedup.sources.reading import WITHOUT_FILE, read

READERS: dict[str, str] = {
    "csv": "joinedup.sources.formats.csv",
    "fixed": "joinedup.sources.formats.fixed",
    "geojson": "joinedup.sources.formats.geojson",
    "json": "joinedup.sources.formats.json",
    "jsonl": "joinedup.sources.formats.jsonl",
    "ods": "joinedup.sources.formats.ods",
    "parquet": "joinedup.sources.formats.parquet",
    "postgres": "joinedup.sources.formats.postgres",
    "xlsx": "joinedup.sources.formats.xlsx",
    "xml": "joinedup.sources.formats.xml",
}

__all__ = [
    "READERS",
    "WITHOUT_FILE",
    "Delivery",
    "Effect",
    "Finding",
    "Given",
    "Rejected",
    "effect",
    "opened",
    "propose",
    "read",
    "spelled",
]
