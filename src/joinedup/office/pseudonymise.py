"""At a partner's, before anything is sent: a file in, a file without identifiers out.

The file is of the dataset itself, or of the one it is declared to be made from.

Needs the office folder and a key file; no records, no home, no network. Fields that no agreement
of the folder covers, free text and places are never read.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.core.errors import DeliveryError, ProjectError
from joinedup.core.vocabulary import Dataset
from joinedup.govern import admit
from joinedup.govern.pseudonyms.departs import Departed, depart, depart_as
from joinedup.govern.pseudonyms.keys import Key, derive, read_key, resolve, write_key
from joinedup.govern.pseudonyms.made import from_other, needed, own
from joinedup.govern.pseudonyms.pseudonym import treatments
from joinedup.office.folder import Folder
from joinedup.office.house import Office
from joinedup.office.permit import require
from joinedup.office.whole import csv, parquet, refuse_existing, write_whole
from joinedup.records import keyring
from joinedup.sources import WITHOUT_FILE, Rejected, read

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is made of a partner's file.

    Attributes:
        source: what the file is.
        dataset: what leaves.
        fields: those of the dataset that leave.
        asked: those of the source that are read.
        left_out: field to why it is not there.
    """

    source: Dataset
    dataset: Dataset
    fields: tuple[str, ...]
    asked: tuple[str, ...]
    left_out: Mapping[str, str]

    def depart(self, table: "pa.Table", key: Key) -> Departed:
        """The rows as they leave, under the names that the office expects in the file."""
        if self.source is self.dataset:
            return depart(table, self.dataset, key)
        return depart_as(table, self.dataset, self.source, self.fields, key)

    def called(self, name: str) -> str:
        """The column's name in the file: as the layout has it, where the file is the dataset's."""
        return name if self.source is self.dataset else self.dataset.sender_column(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonymised:
    """What was written, told without the content of any cell.

    Attributes:
        tokens: the fields that became tokens.
        kept: the fields as they were.
        left_out: field to why it is not there.
        emptied: field to its cells that were not what it may hold.
        rejected: rows of the file that were not taken.
        key: the id of the key; with another the tokens join nothing.
    """

    dataset: str
    file_name: str
    rows: int
    tokens: tuple[str, ...]
    kept: tuple[str, ...]
    left_out: Mapping[str, str]
    emptied: Mapping[str, int]
    rejected: tuple[Rejected, ...]
    key: str


def pseudonymise(
    folder: Folder, name: str, path: Path | None, *, key_file: Path, out: Path
) -> Pseudonymised:
    """Write a partner's file again without saying who its rows are about.

    Args:
        folder: what the office declares; the dataset and the agreements over it.
        name: the dataset.
        path: the partner's file, in any format; none for a dataset read from a database.
        key_file: the project's key, from `issue_key`.
        out: a new file, CSV or Parquet by its ending; there whole or not at all.

    Raises:
        ProjectError: no such dataset, the key cannot be used, or `out` cannot be written.
        AgreementError: no agreement covers the dataset.
        DeliveryError: the file is not what was agreed, or would still say who.
    """
    if name not in folder.datasets:
        known = ", ".join(sorted(folder.datasets))
        raise ProjectError(
            "there is no such dataset.", fix=f"the datasets are {known}.", where=name
        )
    dataset = folder.datasets[name]
    write = _writer(out, dataset)
    key = read_key(key_file)
    plan = _plan(folder, dataset)
    source = plan.source
    if path is None and source.layout.format not in WITHOUT_FILE:
        raise DeliveryError("the dataset comes in a file.", fix="name the file.", where=name)
    place = path or Path(source.layout.file or source.id)
    others = [one for one in folder.datasets.values() if one.id not in {name, source.id}]
    delivery = read(place, source, plan.asked, others, limits=folder.card.limits)
    departed = plan.depart(delivery.table, key)
    sent = departed.table.rename_columns(list(map(plan.called, departed.table.column_names)))
    write_whole(sent, out, write)
    return Pseudonymised(
        dataset=name,
        file_name=out.name,
        rows=departed.table.num_rows,
        tokens=departed.tokens,
        kept=departed.kept,
        left_out=plan.left_out,
        emptied=departed.emptied,
        rejected=delivery.rejected,
        key=key.id,
    )


def issue_key(
    office: Office, project: str | None, out: Path, *, again: str = "", rotate: bool = False
) -> str:
    """Write the key of a project's purpose for its partners; gives the key's id.

    The office's root key is made the first time. The ledger tells of it before the file is there.

    Args:
        office: whose key.
        project: which; the only one if not said.
        out: the file to write.
        again: the id of an older key of the project, to write that one.
        rotate: make a new root key first; older keys are still found by their id.

    Raises:
        ProjectError: no such project or key, keys that others can read, or `out` is there already.
    """
    from joinedup.records.home import transaction  # noqa: PLC0415 - Django, only when needed
    from joinedup.records.ledger import append  # noqa: PLC0415 - as above

    chosen = office.folder.project(project).project
    require(office, "keep", about=f"key of {chosen.id}")
    if os.path.lexists(out):
        refuse_existing(out)
    if rotate and again:
        fix = "ask for one of the two."
        raise ProjectError("a new root key makes no older key.", fix=fix, where=out.name)
    first = not (office.home / keyring.MARK).exists()
    roots = keyring.roots_of(office.home)
    if rotate and not first:
        roots = keyring.rotate_root(keyring.key_folder(office.home))
    names = {"project": chosen.id, "purpose": chosen.purpose}
    key = resolve(roots, again, **names) if again else derive(roots, **names)
    facts = {"key": key.id, "purpose": key.purpose, "root": roots.ids[-1], "rotated": rotate}
    with transaction():
        append("key", actor=office.who, subject=chosen.id, facts=facts | {"file": out.name})
    write_key(key, out)
    return key.id


def _plan(folder: Folder, dataset: Dataset) -> _Plan:
    """What is read, made and left out.

    Raises:
        AgreementError: no agreement covers the dataset.
        ProjectError: nothing of it may leave.
    """
    covered = admit.admissible(dataset, tuple(folder.agreements.values()))
    source = folder.datasets[dataset.pseudonymised_from or dataset.id]
    makings = own(dataset) if source is dataset else from_other(dataset, source)
    becomes = treatments(dataset)
    agreements = folder.agreements.values()
    named = {field for one in agreements for field in one.covers.get(dataset.id, ())}
    left_out = {
        field: becomes[field].why if field in named else "no agreement covers it"
        for field in dataset.fields
        if field not in covered or field not in makings
    }
    fields = tuple(field for field in covered if field not in left_out)
    if not fields:
        what = "no field would be left to send."
        fix = "declare roles, standards or codes."
        raise ProjectError(what, fix=fix, where=dataset.id)
    asked = needed({field: makings[field] for field in fields})
    return _Plan(source=source, dataset=dataset, fields=fields, asked=asked, left_out=left_out)


def _writer(out: Path, dataset: Dataset) -> Callable[["pa.Table", Path], None]:
    """How to write a file of this ending, if one may be written there at all."""
    writers = {".csv": csv, ".parquet": parquet}
    agreed = f".{dataset.layout.format}"
    may = {agreed} & set(writers) if dataset.pseudonymised_from else set(writers)
    if out.suffix.lower() not in may:
        forms = ", ".join(sorted(may))
        what = f"the file to write ends in none of {forms}."
        raise ProjectError(what, fix=f"name a file that ends in one of {forms}.", where=out.name)
    if os.path.lexists(out):
        refuse_existing(out)
    if not out.parent.is_dir():
        what = "there is no such folder to write in."
        raise ProjectError(what, fix="make it first, or name another.", where=out.name)
    return writers[out.suffix.lower()]
