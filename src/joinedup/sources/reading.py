"""From a partner's file to a Delivery: parsed by a child that can do nothing else, and checked.

Rows of a database are read here: they need its network and its password, which the child has not,
and no file that a stranger made is parsed for them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from joinedup.core.errors import ProjectError
from joinedup.core.limits import Limits
from joinedup.core.vocabulary import Dataset
from joinedup.sources.child.jobs import parsed_by_child
from joinedup.sources.delivery import Delivery, Parsed, refusal
from joinedup.sources.given import Called, Given, opened
from joinedup.sources.packed import PACKED, content_digest
from joinedup.sources.parsing import parsed

WITHOUT_FILE = frozenset({"postgres"})


def read(
    file: Path | Given,
    dataset: Dataset,
    fields: Sequence[str],
    others: Sequence[Dataset] = (),
    *,
    before: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> Delivery:
    """Read one file of a dataset: the named fields alone.

    1. Rows in the file are those of the table and the rejected; what is taken is never altered.
    2. More rejected rows than the layout allows, or a fault of the whole file, refuse it whole.
    3. A file is parsed by a child without network, secrets or a place to write, under the caps.

    Args:
        file: as delivered, or opened already; of a database only a name to call it by.
        dataset: what the file should be.
        fields: our names of the fields that may be taken, as `govern.admissible` gives them.
        others: the office's other datasets, to say so when the file is one of theirs.
        before: the last delivery's profile; a column written in another way now is refused.
        limits: the office's caps; those of an opened file are the ones it was opened under.

    Raises:
        DeliveryError: the file is not what was agreed, or over a cap; all that is wrong, in one
            error.
        ProjectError: no such field, or the layout cannot be followed.
    """
    asked = _in_order(dataset, fields)
    _require_share(dataset)
    if dataset.layout.format in WITHOUT_FILE:
        source = Called(file.name, limits or Limits())
        found = parsed(source, dataset, asked, others, before=before)
        return _delivery(found, dataset, file.name, found.digest)
    if isinstance(file, Given):
        return _from_file(file, dataset, asked, others, before)
    with opened(file, limits) as given:
        return _from_file(given, dataset, asked, others, before)


def _from_file(
    given: Given,
    dataset: Dataset,
    asked: Sequence[str],
    others: Sequence[Dataset],
    before: Mapping[str, Any] | None,
) -> Delivery:
    mark = given.mark()
    found = parsed_by_child(given, dataset, asked, others, before=before)
    digest = given.digest()
    if given.mark() != mark:
        raise refusal(given.name, "the file changed while it was read.", fix="deliver it again.")
    return _delivery(found, dataset, given.name, digest)


def _delivery(found: Parsed, dataset: Dataset, name: str, digest: str) -> Delivery:
    return Delivery(
        dataset=dataset.id,
        file_name=name,
        file_digest=digest,
        sender_columns=found.sender_columns,
        table=found.table,
        findings=found.findings,
        rows=found.rows,
        rejected=found.rejected,
        shapes=found.shapes,
        content_digest=_content(found, dataset),
    )


def _content(found: Parsed, dataset: Dataset) -> str:
    if dataset.layout.format not in PACKED:
        return ""
    return content_digest(found.table, found.sender_columns, found.rejected)


def _in_order(dataset: Dataset, fields: Sequence[str]) -> tuple[str, ...]:
    strangers = sorted(set(fields) - set(dataset.fields))
    if strangers or not fields:
        raise ProjectError(
            f"the dataset has no field {', '.join(strangers)}." if strangers else "no field asked.",
            fix=f"its fields are {', '.join(dataset.fields)}.",
            where=f"dataset {dataset.id}",
        )
    return tuple(name for name in dataset.fields if name in set(fields))


def _require_share(dataset: Dataset) -> None:
    if not 0 <= dataset.layout.most_rejected <= 1:
        raise ProjectError(
            "layout.most_rejected is not a share of the rows.",
            fix="write a number from 0 to 1, such as 0.02 for two rows in a hundred.",
            where=f"dataset {dataset.id}",
        )
