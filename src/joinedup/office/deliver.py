"""A partner's file, from their hands to the lake: read, checked, admitted, recorded.

Only agreed fields are read at all; the same file again does nothing; a refused file leaves nothing.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from joinedup.core.digest import file_digest
from joinedup.core.errors import AgreementError, AgreementNotInForce, DeliveryError, ProjectError
from joinedup.core.vocabulary import Dataset
from joinedup.govern import admit
from joinedup.office.house import Office, in_force, standings
from joinedup.sources import read


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a file.

    Attributes:
        fields: what was taken.
        left: fields the dataset holds that no agreement covers: never read.
        again: whether the same file was there already, so that nothing was done.
    """

    dataset: str
    file_name: str
    rows: int
    fields: tuple[str, ...]
    left: tuple[str, ...]
    again: bool
    number: int


def deliver(office: Office, name: str, path: Path) -> Delivered:
    """Take a file for a dataset.

    Raises:
        ProjectError: no such dataset.
        AgreementError: no agreement in force covers it.
        DeliveryError: the file is not what was agreed; every reason at once.
    """
    from joinedup.records.models import Delivery  # noqa: PLC0415 - Django, only when needed

    dataset = _dataset(office, name)
    fields = _fields(office, dataset)
    if not path.is_file():
        raise DeliveryError("there is no such file.", fix="check the path.", where=path.name)
    sha = file_digest(path)
    left = tuple(field for field in dataset.fields if field not in fields)
    earlier = Delivery.objects.already(name, sha)
    if earlier is not None and set(earlier.version.columns) == set(fields):
        number = earlier.version.number
        return Delivered(name, path.name, earlier.rows, fields, left, again=True, number=number)
    others = [other for other in office.folder.datasets.values() if other.id != name]
    delivery = read(path, dataset, fields, others)
    table = admit.admit(delivery.table, dataset, fields)
    agreements = [a for a in in_force(office) if name in a.covers]
    facts = {"dataset": name, "file": path.name, "sha256": sha, "rows": table.num_rows}
    version = office.lake.write(
        f"admitted.{name}",
        table,
        kind="delivery",
        actor=office.who,
        facts={**facts, "fields": list(fields)},
        purposes=sorted({agreement.purpose for agreement in agreements}),
        agreements=sorted(agreement.id for agreement in agreements),
        origin=f"delivery:{sha[:12]}",
        also=lambda version: Delivery.objects.add(
            dataset=name,
            file_name=path.name,
            file_digest=sha,
            rows=table.num_rows,
            version=version,
            sender=dataset.partner,
            findings=[asdict(finding) for finding in delivery.findings],
        ),
    )
    return Delivered(
        name, path.name, table.num_rows, fields, left, again=False, number=version.number
    )


def _dataset(office: Office, name: str) -> Dataset:
    if name not in office.folder.datasets:
        known = ", ".join(sorted(office.folder.datasets))
        raise ProjectError(
            "there is no such dataset.", fix=f"the datasets are {known}.", where=name
        )
    return office.folder.datasets[name]


def _fields(office: Office, dataset: Dataset) -> tuple[str, ...]:
    """The fields that may be taken today; a refusal says which agreement would let it."""
    try:
        return admit.admissible(dataset, in_force(office))
    except AgreementError:
        now = standings(office)
        for agreement in office.folder.agreements.values():
            if dataset.id in agreement.covers and not now[agreement.id].in_force:
                raise AgreementNotInForce(agreement.id, now[agreement.id].reasons) from None
        raise
