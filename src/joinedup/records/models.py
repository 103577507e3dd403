"""What happened, as rows. Each model's manager has the verbs the house uses; no queries elsewhere.

Moments are ISO 8601 text (UTC), copied from the event that tells of the row: the same text in
SQLite and in PostgreSQL.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.db import models

from joinedup.records.names import refuse_author, same_person


class Part(TypedDict):
    """One Parquet file of a version, relative to the table's folder in the lake."""

    file: str
    sha256: str
    rows: int
    bytes: int


class Row(models.Model):
    """What every row of history has: when it happened, and the event that tells of it."""

    at = models.TextField()
    event = models.ForeignKey("records.LedgerEvent", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class LedgerEvent(models.Model):
    """One thing that happened. Written by `ledger.append` alone; a trigger refuses changes."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.TextField()
    kind = models.TextField()
    actor = models.TextField()
    subject = models.TextField()
    facts = models.TextField()
    previous = models.TextField()
    hash = models.TextField()

    def __str__(self) -> str:
        return f"{self.seq} {self.at} {self.kind}"


class LedgerHead(models.Model):
    """The last event of the chain. One row, locked while an event is added."""

    seq = models.BigIntegerField()
    hash = models.TextField()

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"


class TableVersionManager(models.Manager["TableVersion"]):
    """Which version of which table there is."""

    def current(self, table: str) -> "TableVersion | None":
        """The newest version of a table."""
        return self.filter(table=table).order_by("-number").first()

    def numbered(self, table: str, number: int) -> "TableVersion | None":
        """One version of a table."""
        return self.filter(table=table, number=number).first()

    def all_current(self) -> "list[TableVersion]":
        """The newest version of every table, by name."""
        newest = self.filter(table=models.OuterRef("table")).order_by("-number")
        return list(
            self.filter(number=models.Subquery(newest.values("number")[:1])).order_by("table")
        )

    def every(self) -> "list[TableVersion]":
        """Every version of every table, with its event, oldest first."""
        return list(self.select_related("event").order_by("table", "number"))

    def next_number(self, table: str) -> int:
        """The number that the next version of a table has; the first is 1."""
        newest = self.current(table)
        return newest.number + 1 if newest else 1


class TableVersion(models.Model):
    """One version of one table: which parts make it up, and who may read it for what."""

    table = models.TextField()
    number = models.PositiveIntegerField()
    parts = models.JSONField()
    digest = models.TextField()
    rows = models.BigIntegerField()
    columns = models.JSONField()
    purposes = models.JSONField(default=list)
    agreements = models.JSONField(default=list)
    origin = models.TextField()
    event = models.ForeignKey(LedgerEvent, on_delete=models.PROTECT, related_name="+")

    told: LedgerEvent | None = None
    """The event of the writing at hand; differs from `event` when that wrote what was there."""

    objects = TableVersionManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["table", "number"], name="one_version_per_number"),
        )

    def __str__(self) -> str:
        return f"{self.table} version {self.number}"


class DeliveryManager(models.Manager["Delivery"]):
    """Which files came in."""

    def already(self, dataset: str, file_digest: str) -> "Delivery | None":
        """The newest delivery of these very bytes for this dataset, if there was one."""
        return self.filter(dataset=dataset, file_digest=file_digest).order_by("-id").first()

    def latest(self, dataset: str) -> "Delivery | None":  # type: ignore[override]  # our word
        """The newest delivery of a dataset."""
        return self.filter(dataset=dataset).order_by("-id").first()

    def history(self) -> "list[Delivery]":
        """Every delivery with its version, oldest first."""
        return list(self.select_related("version").order_by("id"))

    def add(
        self,
        *,
        dataset: str,
        file_name: str,
        file_digest: str,
        rows: int,
        version: TableVersion,
        sender: str,
        findings: Sequence[Mapping[str, Any]] = (),
        rejected: Sequence[Mapping[str, Any]] = (),
        profile: Mapping[str, Any] | None = None,
        effect: Mapping[str, Any] | None = None,
        event: LedgerEvent | None = None,
    ) -> "Delivery":
        """Record a delivery; its event is that of the writing of its version, unless given."""
        told = event or version.told or version.event
        return self.create(
            dataset=dataset,
            file_name=file_name,
            file_digest=file_digest,
            rows=rows,
            version=version,
            sender=sender,
            findings=[dict(finding) for finding in findings],
            rejected=[dict(one) for one in rejected],
            profile=dict(profile or {}),
            effect=dict(effect or {}),
            at=told.at,
            event=told,
        )


class Delivery(Row):
    """A partner's file that was admitted.

    Attributes:
        rows: admitted; those of the file are these and the rejected.
        rejected: per reason: field, count, first lines. No cell.
        profile: quality by field and use, and what the columns looked like. Counts, no cell.
        effect: what changed against the delivery before it, as counts.
    """

    dataset = models.TextField()
    file_name = models.TextField()
    file_digest = models.TextField()
    rows = models.BigIntegerField()
    version = models.ForeignKey(TableVersion, on_delete=models.PROTECT, related_name="+")
    sender = models.TextField()
    findings = models.JSONField(default=list)
    rejected = models.JSONField(default=list)
    profile = models.JSONField(default=dict)
    effect = models.JSONField(default=dict)

    objects = DeliveryManager()

    class Meta:
        indexes = (models.Index(fields=["dataset", "file_digest"], name="delivered_bytes"),)

    def __str__(self) -> str:
        return f"{self.dataset} {self.at}"


class SignatureManager(models.Manager["Signature"]):
    """Who has signed which text."""

    def signed(self, agreement: str, digest: str) -> dict[str, str]:
        """Party to signatory, of those who signed exactly this text."""
        return dict(
            self.filter(agreement=agreement, digest=digest)
            .order_by("party")
            .values_list("party", "signatory")
        )

    def sign(
        self, *, agreement: str, digest: str, party: str, signatory: str, event: LedgerEvent
    ) -> "Signature":
        """Record a signature; the same party signs one text once, and the first stands."""
        signature, _ = self.get_or_create(
            agreement=agreement,
            digest=digest,
            party=party,
            defaults={"signatory": signatory, "at": event.at, "event": event},
        )
        return signature


class Signature(Row):
    """One party's signature under one text of an agreement."""

    agreement = models.TextField()
    digest = models.TextField()
    party = models.TextField()
    signatory = models.TextField()

    objects = SignatureManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["agreement", "digest", "party"], name="one_signature_per_party"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement} signed for {self.party}"


class RunManager(models.Manager["Run"]):
    """Which steps were run."""

    def find(self, project: str, step: str, identity: str) -> "Run | None":
        """The newest run of a step with these very settings, inputs and method."""
        same = self.filter(project=project, step=step, identity=identity)
        return same.order_by("-id").first()

    def latest(  # type: ignore[override]  # our word
        self, project: str, step: str
    ) -> "Run | None":
        """The newest run of a step, whatever it read.

        A step is up to date while this run's identity is the one it would have now: inputs that
        change and change back give the identity of an older run, whose tables are not current.
        """
        return self.filter(project=project, step=step).order_by("-id").first()

    def add(
        self,
        *,
        project: str,
        step: str,
        identity: str,
        method: str,
        result: str,
        tables: Mapping[str, str],
        versions: Mapping[str, int],
        author: str,
        event: LedgerEvent,
    ) -> "Run":
        """Record a run with its whole Result as JSON text."""
        return self.create(
            project=project,
            step=step,
            identity=identity,
            method=method,
            result=result,
            tables=dict(tables),
            versions=dict(versions),
            author=author,
            at=event.at,
            event=event,
        )


class Run(Row):
    """One run of one step: what it said, and which versions of which tables it wrote.

    Attributes:
        tables: name of the output to the name of the table it was written to.
        versions: name of the table to the number of the version written.
    """

    project = models.TextField()
    step = models.TextField()
    identity = models.TextField()
    method = models.TextField()
    result = models.TextField()
    tables = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    author = models.TextField()

    objects = RunManager()

    class Meta:
        indexes = (models.Index(fields=["project", "step", "identity"], name="run_identity"),)

    def __str__(self) -> str:
        return f"{self.project}/{self.step} {self.at}"


class ApprovalManager(models.Manager["ApprovalRow"]):
    """Who has checked what before it leaves."""

    def of(self, run: Run, digest: str) -> "list[ApprovalRow]":
        """The approvals of exactly this result of this run, oldest first."""
        return list(self.filter(run=run, digest=digest).order_by("id"))

    def approve(
        self, run: Run, *, digest: str, by: str, reason: str, event: LedgerEvent
    ) -> "ApprovalRow":
        """Record an approval; a person approves one result once, and the first stands.

        Raises:
            ReleaseError: nobody is named, or the person is the author of the run.
        """
        refuse_author(run.author, by=by, step=run.step)
        approval, _ = self.get_or_create(
            run=run,
            digest=digest,
            person=same_person(by),
            defaults={"by": by, "reason": reason, "at": event.at, "event": event},
        )
        return approval


class ApprovalRow(Row):
    """A second person's approval of one result. `person` is the name as `same_person` folds it."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    digest = models.TextField()
    by = models.TextField()
    person = models.TextField()
    reason = models.TextField()

    objects = ApprovalManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "digest", "person"], name="one_approval_each"),
        )

    def __str__(self) -> str:
        return f"run {self.run_id} approved {self.at}"


class ReleaseManager(models.Manager["ReleaseRow"]):
    """What has left the office."""

    def of(self, run: Run) -> "list[ReleaseRow]":
        """The releases of a run, oldest first."""
        return list(self.filter(run=run).order_by("id"))

    def history(self) -> "list[ReleaseRow]":
        """Every release with its run, oldest first."""
        return list(self.select_related("run").order_by("id"))

    def add(
        self, run: Run, *, digest: str, rule: str, hidden: int, path: str, event: LedgerEvent
    ) -> "ReleaseRow":
        """Record that a result left, under which rule and with how many cells hidden."""
        return self.create(
            run=run,
            digest=digest,
            rule=rule,
            hidden=hidden,
            path=path,
            at=event.at,
            event=event,
        )


class ReleaseRow(Row):
    """A result that left the office."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    digest = models.TextField()
    rule = models.TextField()
    hidden = models.PositiveIntegerField()
    path = models.TextField()

    objects = ReleaseManager()

    def __str__(self) -> str:
        return f"run {self.run_id} released {self.at}"
