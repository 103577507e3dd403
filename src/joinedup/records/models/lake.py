"""Which version of which table there is, and which files came in."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.db import models

from joinedup.records.models.chain import LedgerEvent, Row


class Part(TypedDict):
    """One file of a version, relative to the table's folder in the lake.

    Attributes:
        sha256: of the encrypted bytes.
        side: `attributes`, `identifiers` or `tokens <project>`.
        columns: that lie in it, in order.
        key: the id of the key of the ring that its own is derived from.
        salt: drawn for this part; with the key it gives the part's own.
        made_with: the id of the key that made its tokens; empty if it holds none.
    """

    file: str
    sha256: str
    rows: int
    bytes: int
    side: str
    columns: list[str]
    key: str
    salt: str
    made_with: str


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

    def every(self, table: str = "") -> "list[TableVersion]":
        """Every version of every table, or of one, with its event, oldest first."""
        found = self.filter(table=table) if table else self.all()
        return list(found.select_related("event").order_by("table", "number"))

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

    def already(self, dataset: str, digest: str) -> "Delivery | None":
        """The newest delivery of these very bytes, or of this very content, if there was one."""
        same = models.Q(file_digest=digest) | models.Q(profile__content=digest)
        return self.filter(same, dataset=dataset).order_by("-id").first()

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
        profile: quality by field and use, what the columns looked like, and of a file whose bytes
            say how it was packed the digest of its content. Counts, no cell.
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

    def is_of(self, digest: str) -> bool:
        """Whether it is of these bytes, or of this content where that is kept."""
        return digest in {self.file_digest, self.profile.get("content", self.file_digest)}
