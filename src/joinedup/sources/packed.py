"""Is this the same file, packed anew? A digest of what it says, not of how its bytes were packed.

A workbook is a zip and a Parquet file is compressed page by page: saved again, each has other bytes
and says the same. A file of text is its bytes. A file that is itself packed as gzip or zip is
refused by its content.
"""

from collections.abc import Sequence
from dataclasses import asdict

import pyarrow as pa

from joinedup.core.digest import digest
from joinedup.sources.delivery import Rejected
from joinedup.store.contents import Contents

PACKED = frozenset({"ods", "parquet", "xlsx"})
ROWS_AT_ONCE = 1 << 16


def content_digest(
    table: pa.Table, sender_columns: Sequence[str], rejected: Sequence[Rejected]
) -> str:
    """SHA-256 of the headings, of the rows that may be taken, and of what was not taken.

    What stands in columns that nobody may read is not looked at, and so makes no difference.
    """
    told = Contents(table.schema)
    for first in range(0, table.num_rows, ROWS_AT_ONCE):
        told.add(table.slice(first, ROWS_AT_ONCE))
    return digest([list(sender_columns), told.columns, [asdict(one) for one in rejected]])
