"""A partner's file, from their hands to the lake: read, checked, admitted, recorded.

Only agreed fields are read at all; the same file again does nothing; a refused file leaves nothing.
A new file of a dataset supersedes the one before, and what it changes is shown and kept.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core import clock
from joinedup.core.errors import AgreementError, AgreementNotInForce, ProjectError
from joinedup.core.vocabulary import Dataset
from joinedup.govern import admit
from joinedup.office.again import runs_again
from joinedup.office.house import Office, in_force, standings
from joinedup.office.permit import require
from joinedup.sources import (
    WITHOUT_FILE,
    Delivery,
    Finding,
    Rejected,
    effect,
    opened,
    read,
    spelled,
)
from joinedup.sources.fitness import quality
from joinedup.sources.fitness.scorecard import Grade

if TYPE_CHECKING:
    import pyarrow as pa

    from joinedup.records.models import Delivery as Earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of a file, or what would.

    Attributes:
        rows: admitted; those of the file are these and the rejected.
        fields: what was taken.
        left: fields the dataset holds that no agreement covers: never read.
        again: whether the same file was there already, so that nothing was done.
        number: of the version of the table; 0 if nothing was written.
        effect: what changed against the version before; empty for the first file.
        grades: how good it is, for each use that its fields allow.
    """

    dataset: str
    file_name: str
    rows: int
    fields: tuple[str, ...]
    left: tuple[str, ...]
    again: bool = False
    number: int = 0
    rejected: tuple[Rejected, ...] = ()
    findings: tuple[Finding, ...] = ()
    effect: Mapping[str, Any] = field(default_factory=dict)
    grades: tuple[Grade, ...] = ()


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file that may be taken, before anything of it is kept."""

    told: Delivered
    delivery: Delivery
    table: "pa.Table"
    profile: quality.Profile


def deliver(
    office: Office, name: str, path: Path | None = None, *, corrects: bool = False
) -> Delivered:
    """Take a file for a dataset; of a database, what its query gives today.

    Args:
        office: who takes it, and under which agreements.
        name: the dataset.
        path: the file; none for a dataset that is read from a database.
        corrects: it puts right the file before it, and is told so in the ledger; a file that was
            superseded may come back in this way.

    Raises:
        ProjectError: no such dataset, or nothing to correct.
        AgreementError: no agreement in force covers it.
        DeliveryError: the file is not what was agreed; every reason at once.
    """
    looked = _look(office, name, path, corrects=corrects)
    if isinstance(looked, Delivered):
        return looked
    return replace(looked.told, number=_keep(office, looked))


def would_deliver(
    office: Office, name: str, path: Path | None = None, *, corrects: bool = False
) -> Delivered:
    """What `deliver` would do: reads, checks and compares; writes nothing. Raises as it does."""
    looked = _look(office, name, path, corrects=corrects)
    return looked if isinstance(looked, Delivered) else looked.told


def _look(office: Office, name: str, path: Path | None, *, corrects: bool) -> Delivered | _Looked:
    from joinedup.records.models import Delivery as Earlier  # noqa: PLC0415 - Django, when needed

    dataset = _dataset(office, name)
    require(office, "deliver", about=name, partner=dataset.partner)
    fields = _fields(office, dataset)
    file = _file(dataset, path)
    latest = Earlier.objects.latest(name)
    if corrects and latest is None:
        what = "nothing of this dataset was delivered, so there is nothing to correct."
        raise ProjectError(what, fix="deliver it without --corrects.", where=name)
    told = Delivered(
        dataset=name,
        file_name=spelled(file.name),
        rows=0,
        fields=fields,
        left=tuple(field for field in dataset.fields if field not in fields),
    )
    others = [other for other in office.folder.datasets.values() if other.id != name]
    limits = office.folder.card.limits
    before = latest.profile if latest else None
    if path is None:
        delivery = read(file, dataset, fields, others, before=before, limits=limits)
        if same := _already(told, delivery.file_digest, corrects=corrects):
            return same
    else:
        with opened(path, limits) as given:
            if latest and (same := _already(told, given.digest(), corrects=corrects)):
                return same
            delivery = read(given, dataset, fields, others, before=before)
    table = admit.admit(delivery.table, dataset, fields)
    changes = _effect(office, dataset, table, latest if corrects else None)
    return _looked(replace(told, effect=changes), dataset, delivery, table, latest)


def _looked(
    told: Delivered,
    dataset: Dataset,
    delivery: Delivery,
    table: "pa.Table",
    latest: "Earlier | None",
) -> _Looked:
    """With what is said of the rows: how many were not taken, and how good the others are."""
    profile = quality.profile(
        table,
        dataset,
        before=latest.profile.get("quality") if latest else None,
        today=clock.today(),
        findings=delivery.findings,
    )
    told = replace(
        told,
        rows=table.num_rows,
        rejected=delivery.rejected,
        findings=delivery.findings,
        grades=quality.grades(profile, dataset),
    )
    return _Looked(told, delivery, table, profile)


def _already(told: Delivered, digest: str, *, corrects: bool) -> Delivered | None:
    """What was delivered with these very bytes and fields; a correction looks at the latest."""
    from joinedup.records.models import Delivery as Earlier  # noqa: PLC0415 - as above

    if corrects:
        latest = Earlier.objects.latest(told.dataset)
        earlier = latest if latest is not None and latest.file_digest == digest else None
    else:
        earlier = Earlier.objects.already(told.dataset, digest)
    if earlier is None or set(earlier.version.columns) != set(told.fields):
        return None
    return replace(told, rows=earlier.rows, again=True, number=earlier.version.number)


def _effect(
    office: Office, dataset: Dataset, table: "pa.Table", corrected: "Earlier | None"
) -> dict[str, Any]:
    """What the rows change against the version before, and which steps would run again for it."""
    kept = f"admitted.{dataset.id}"
    current = office.lake.current(kept)
    if current is None:
        return {}
    found = effect(office.lake.read(kept), table, dataset.key)
    return {
        **found.as_json(),
        "against": current.number,
        "corrects": corrected.file_digest if corrected is not None else "",
        "runs_again": [] if found.nothing else list(runs_again(office, kept)),
    }


def _keep(office: Office, looked: _Looked) -> int:
    """Write the rows, the delivery and the event that tells of it; gives the version's number."""
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - as above
    from joinedup.records.models import Delivery as Earlier  # noqa: PLC0415 - as above

    said, delivery, sha = looked.told, looked.delivery, looked.delivery.file_digest
    name = said.dataset
    require(office, "deliver", about=name, partner=office.folder.datasets[name].partner)
    agreements = [agreement for agreement in in_force(office) if name in agreement.covers]
    facts = {"dataset": name, "file": said.file_name, "sha256": sha, "rows": said.rows}
    facts |= {"fields": list(said.fields), "rejected": sum(one.count for one in said.rejected)}
    if said.effect.get("corrects"):
        facts["corrects"] = said.effect["corrects"]
    came: dict[str, Any] = {
        "dataset": name,
        "file_name": said.file_name,
        "file_digest": sha,
        "rows": said.rows,
        "sender": office.folder.datasets[name].partner,
        "findings": [asdict(finding) for finding in said.findings],
        "rejected": [asdict(one) for one in said.rejected],
        "profile": {
            "columns": list(delivery.sender_columns),
            "shapes": dict(delivery.shapes),
            "quality": looked.profile.as_json(),
        },
        "effect": said.effect,
    }
    version = office.lake.write(
        f"admitted.{name}",
        looked.table,
        kind="delivery",
        actor=office.who,
        facts=facts | {TOLD: told(**came)},
        purposes=sorted({agreement.purpose for agreement in agreements}),
        agreements=sorted(agreement.id for agreement in agreements),
        origin=f"delivery:{sha[:12]}",
        also=lambda version: Earlier.objects.add(**came, version=version),
    )
    return version.number


def _dataset(office: Office, name: str) -> Dataset:
    if name not in office.folder.datasets:
        known = ", ".join(sorted(office.folder.datasets))
        raise ProjectError(
            "there is no such dataset.", fix=f"the datasets are {known}.", where=name
        )
    return office.folder.datasets[name]


def _file(dataset: Dataset, path: Path | None) -> Path:
    """The file, or what the rows of a database are called in its place."""
    without = dataset.layout.format in WITHOUT_FILE
    if without and path is None:
        return Path(dataset.layout.file or dataset.id)
    if without or path is None:
        what = "is read from a database, not from a file." if without else "comes in a file."
        call = f"joinedup deliver {dataset.id}{'' if without else ' FILE'}"
        raise ProjectError(f"the dataset {what}", fix=f"run `{call}`.", where=dataset.id)
    return path


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
