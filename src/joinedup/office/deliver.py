"""A partner's file, from their hands to the lake: read, checked, admitted, recorded.

Only agreed fields are read at all; the same file again does nothing; a refused file leaves nothing.
A new file of a dataset supersedes the one before, and what it changes is shown and kept.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.core import clock
from joinedup.core.errors import AgreementError, AgreementNotInForce, ProjectError, RecordsError
from joinedup.core.vocabulary import Dataset
from joinedup.govern import admit
from joinedup.office.again import runs_again
from joinedup.office.house import Office, in_force, standings
from joinedup.office.permit import require
from joinedup.office.protected import require_mapped
from joinedup.office.reads import projects_of, token_keys
from joinedup.office.subject.object import work_out
from joinedup.office.subject.rectify import put_right
from joinedup.office.told import READ, before_answer, of_reads
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
from joinedup.store.sides import Apart, identifiers_of, layout, seen

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
        keyless: fields that may be told by tokens alone, and no project has a key for: not kept.
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
    keyless: tuple[str, ...] = ()
    again: bool = False
    number: int = 0
    rejected: tuple[Rejected, ...] = ()
    findings: tuple[Finding, ...] = ()
    effect: Mapping[str, Any] = field(default_factory=dict)
    grades: tuple[Grade, ...] = ()


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file that may be taken, before anything of it is kept.

    Attributes:
        apart: the rows held apart, where that was done already.
        latest: the delivery before; None if there was none.
    """

    told: Delivered
    dataset: Dataset
    delivery: Delivery
    table: "pa.Table"
    held: admit.Holding
    apart: Apart | None
    latest: "Earlier | None"


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is told of a file once its rows are graded, and the profile that is kept."""

    told: Delivered
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
    from joinedup.records.locks import alone  # noqa: PLC0415 - Django's room, only when needed

    dataset = _dataset(office, name)
    with alone(office.home, dataset.id):  # what it is compared with stands when it is kept
        looked = _look(office, name, path, corrects=corrects)
        if isinstance(looked, Delivered):
            return looked
        with ThreadPoolExecutor(1) as beside:  # the rows are judged while they are written
            judging = beside.submit(_judged, looked)
            return _keep(office, looked, judging.result)


def would_deliver(
    office: Office, name: str, path: Path | None = None, *, corrects: bool = False
) -> Delivered:
    """What `deliver` would do: reads, checks and compares; writes nothing. Raises as it does."""
    looked = _look(office, name, path, corrects=corrects)
    return looked if isinstance(looked, Delivered) else _judged(looked).told


def _look(office: Office, name: str, path: Path | None, *, corrects: bool) -> Delivered | _Looked:
    from joinedup.records.models import Delivery as Earlier  # noqa: PLC0415 - Django, when needed

    dataset = _dataset(office, name)
    require(office, "deliver", about=name, partner=dataset.partner)
    fields = _fields(office, dataset)
    held = admit.holding(dataset, in_force(office), projects_of(office))
    file = _file(dataset, path)
    latest = Earlier.objects.latest(name)
    if corrects and latest is None:
        what = "nothing of this dataset was delivered, so there is nothing to correct."
        raise ProjectError(what, fix="deliver it without --corrects.", where=name)
    told = Delivered(
        dataset=name,
        file_name=spelled(file.name),
        rows=0,
        fields=held.kept(dataset),
        left=tuple(field for field in dataset.fields if field not in fields),
        keyless=held.keyless,
    )

    def again(digest: str) -> Delivered | None:
        return _already(office, told, held, digest, corrects=corrects)

    delivery = _read(office, dataset, file, fields=fields, latest=latest, again=again)
    if isinstance(delivery, Delivered):
        return delivery
    table = admit.admit(delivery.table, dataset, fields)
    table, standing = put_right(office, dataset, table)
    require_mapped(table, dataset)
    changes, apart = _effect(office, dataset, table, held, latest if corrects else None)
    told = replace(
        told,
        rows=table.num_rows,
        rejected=delivery.rejected,
        findings=(*delivery.findings, *standing),
        effect=changes,
    )
    return _Looked(told, dataset, delivery, table, held, apart, latest)


def _read(
    office: Office,
    dataset: Dataset,
    file: Path,
    *,
    fields: Sequence[str],
    latest: "Earlier | None",
    again: Callable[[str], Delivered | None],
) -> Delivery | Delivered:
    """The rows of a file or a query; of what was delivered before, what is told `again` of it.

    A file is known by its digest before it is read; a query's rows, and a workbook or another file
    that was packed anew, only afterwards, by what they say.
    """
    others = [other for other in office.folder.datasets.values() if other.id != dataset.id]
    limits, before = office.folder.card.limits, latest.profile if latest else None
    if dataset.layout.format in WITHOUT_FILE:
        delivery = read(file, dataset, fields, others, before=before, limits=limits)
        return again(delivery.file_digest) or delivery
    with opened(file, limits) as given:
        same = again(given.digest()) if latest else None
        if same is not None:
            return same
        delivery = read(given, dataset, fields, others, before=before)
    packed_anew = again(delivery.content_digest) if latest and delivery.content_digest else None
    return packed_anew or delivery


def _judged(looked: _Looked) -> _Judged:
    """How good the rows are, for each use."""
    profile = quality.profile(
        looked.table,
        looked.dataset,
        before=looked.latest.profile.get("quality") if looked.latest else None,
        today=clock.today(),
        findings=looked.delivery.findings,
    )
    grades = quality.grades(profile, looked.dataset)
    return _Judged(replace(looked.told, grades=grades), profile)


def _already(
    office: Office, told: Delivered, held: admit.Holding, digest: str, *, corrects: bool
) -> Delivered | None:
    """What was delivered with these very bytes or this content, kept as it would be, and whole.

    A correction looks at the latest alone.
    """
    from joinedup.records.models import Delivery as Earlier  # noqa: PLC0415 - as above

    if corrects:
        latest = Earlier.objects.latest(told.dataset)
        earlier = latest if latest is not None and latest.is_of(digest) else None
    else:
        earlier = Earlier.objects.already(told.dataset, digest)
    if earlier is None or not office.lake.is_whole(earlier.version):
        return None
    if layout(earlier.version) != held.sides(token_keys(office, held.tokens)):
        return None
    return replace(told, rows=earlier.rows, again=True, number=earlier.version.number)


def _effect(
    office: Office,
    dataset: Dataset,
    table: "pa.Table",
    held: admit.Holding,
    corrected: "Earlier | None",
) -> tuple[dict[str, Any], Apart | None]:
    """What the rows change against the version before, and which steps would run again for it.

    Compared as one reader would see both, by name or else by the tokens of one project.
    """
    kept = f"admitted.{dataset.id}"
    current = office.lake.current(kept)
    if current is None:
        return {}, None
    apart = admit.apart(table, dataset, held, token_keys(office, held.tokens))
    project = next(iter(apart.tokens), "")
    compared = {kept: tuple(current.columns)}
    before_answer(office, READ, kept, of_reads(office, compared, step="deliver"))
    try:
        before = office.lake.read(kept, named=identifiers_of(current), tokens=project)
        found = effect(before, seen(apart, tokens=project), dataset.key)
    except RecordsError:  # its parts or keys are lost: nothing to compare, and it is written anew
        return {}, apart
    changes = {
        **found.as_json(),
        "against": current.number,
        "corrects": corrected.file_digest if corrected is not None else "",
        "runs_again": [] if found.nothing else list(runs_again(office, kept)),
    }
    return changes, apart


def _keep(office: Office, looked: _Looked, judged: Callable[[], _Judged]) -> Delivered:
    """Write the rows, the delivery and the event that tells of it; tells what was delivered."""
    from joinedup.records.borne_out import TOLD, told  # noqa: PLC0415 - as above
    from joinedup.records.models import Delivery as Earlier  # noqa: PLC0415 - as above

    said, held, name = looked.told, looked.held, looked.dataset.id
    require(office, "deliver", about=name, partner=looked.dataset.partner)
    agreements = [agreement for agreement in in_force(office) if name in agreement.covers]
    came: dict[str, Any] = {}

    def facts() -> dict[str, Any]:
        came.update(_row(looked, judged()))
        found: dict[str, Any] = {
            "dataset": name,
            "file": said.file_name,
            "sha256": looked.delivery.file_digest,
        }
        found |= {"rows": said.rows, "fields": list(said.fields)}
        found |= {"rejected": sum(one.count for one in said.rejected), TOLD: told(**came)}
        if said.effect.get("corrects"):
            found["corrects"] = said.effect["corrects"]
        return found

    keys = token_keys(office, held.tokens)
    version = office.lake.write(
        f"admitted.{name}",
        looked.apart or admit.apart(looked.table, looked.dataset, held, keys),
        kind="delivery",
        actor=office.who,
        facts=facts,
        purposes=sorted({agreement.purpose for agreement in agreements}),
        agreements=sorted(agreement.id for agreement in agreements),
        origin=f"delivery:{looked.delivery.file_digest[:12]}",
        also=lambda version: Earlier.objects.add(**came, version=version),
    )
    work_out(office, version)
    return replace(judged().told, number=version.number)


def _row(looked: _Looked, judged: _Judged) -> dict[str, Any]:
    """What the records keep of a delivery."""
    said, delivery = looked.told, looked.delivery
    return {
        "dataset": said.dataset,
        "file_name": said.file_name,
        "file_digest": delivery.file_digest,
        "rows": said.rows,
        "sender": looked.dataset.partner,
        "findings": [asdict(finding) for finding in said.findings],
        "rejected": [asdict(one) for one in said.rejected],
        "profile": {
            "columns": list(delivery.sender_columns),
            "shapes": dict(delivery.shapes),
            "quality": judged.profile.as_json(),
            **({"content": delivery.content_digest} if delivery.content_digest else {}),
        },
        "effect": said.effect,
    }


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
