"""The way in: which fields of a dataset may be taken, and nothing else passes."""

from collections.abc import Sequence

import pyarrow as pa

from joinedup.core.errors import AgreementError
from joinedup.core.vocabulary import Agreement, Dataset


def admissible(dataset: Dataset, agreements_in_force: Sequence[Agreement]) -> tuple[str, ...]:
    """The fields of a dataset that agreements in force let us take, in the dataset's order.

    Raises:
        AgreementError: none may be taken, or the key may not, without which no row has a name.
    """
    covered = {
        field for agreement in agreements_in_force for field in agreement.covers.get(dataset.id, ())
    }
    where = f"dataset {dataset.id}"
    if not covered:
        raise AgreementError(
            "no agreement in force covers it.",
            fix=f"name {dataset.id} under [covers] of an agreement, and have every party sign it.",
            where=where,
        )
    keys = [field for field in dataset.key if field not in covered]
    if keys:
        raise AgreementError(
            f"no agreement in force covers its key: {', '.join(keys)}.",
            fix="have the agreement cover the key, or give the dataset a key that it covers.",
            where=where,
        )
    return tuple(field for field in dataset.fields if field in covered)


def admit(table: pa.Table, dataset: Dataset, allowed: Sequence[str]) -> pa.Table:
    """The last guard before the disk: exactly the allowed columns, without the sender's metadata.

    Raises:
        AgreementError: the table holds a column that may not be taken.
    """
    strangers = [name for name in table.column_names if name not in allowed]
    if strangers:
        raise AgreementError(
            f"a column that no agreement covers came this far: {', '.join(strangers)}.",
            fix="tell the makers: a reader must not read it.",
            where=f"dataset {dataset.id}",
        )
    chosen = table.select([name for name in allowed if name in table.column_names])
    plain = pa.schema([pa.field(field.name, field.type) for field in chosen.schema])
    return chosen.replace_schema_metadata(None).cast(plain)
