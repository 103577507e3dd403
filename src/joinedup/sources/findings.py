"""What is worth knowing of a file that is what was agreed? Counts, never a cell."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatch

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.core.vocabulary import Dataset
from joinedup.sources.delivery import Finding
from joinedup.sources.given import Called, Given


def findings(
    source: Given | Called, header: tuple[str, ...], table: pa.Table, dataset: Dataset
) -> Iterator[Finding]:
    """Another name than agreed, columns left unread, empty cells of the rows taken."""
    if dataset.layout.file and not fnmatch(source.name, dataset.layout.file):
        yield Finding(
            severity="warning",
            code="file name",
            column="",
            count=1,
            message=f"The file is not called {dataset.layout.file}, as the layout says.",
        )
    unread = len(header) - table.num_columns
    if unread:
        yield Finding(
            severity="note",
            code="left unread",
            column="",
            count=unread,
            message=f"{unread} of the file's {len(header)} columns were not taken and not read.",
        )
    for name in table.column_names:
        empty = int(pc.sum(pc.is_null(table[name])).as_py() or 0)
        if empty:
            share = empty / table.num_rows
            yield Finding(
                severity="warning" if empty == table.num_rows else "note",
                code="empty cells",
                column=name,
                count=empty,
                message=f"{name} is empty in {empty:,} of {table.num_rows:,} rows ({share:.1%}).",
            )


def mixed(formats: Mapping[str, Mapping[str, int]], dataset: Dataset) -> Iterator[Finding]:
    """Dates that are not in the layout's first format, for each format on its own.

    Args:
        formats: field to the cells that each format other than the first told.
        dataset: whose layout names the first.
    """
    first = dataset.layout.date_format or "ISO 8601"
    for name, counts in formats.items():
        for form, count in counts.items():
            if count:
                yield Finding(
                    severity="note",
                    code="mixed date formats",
                    column=name,
                    count=count,
                    message=f"{name} is written as {form or 'ISO 8601'} in {count:,}"
                    f" cell{'s' if count > 1 else ''}, not as {first}.",
                )
