"""What was done to rows for a person's rights, or because their time was over."""

from django.db import models

from joinedup.records.models.chain import LedgerEvent, Row
from joinedup.records.models.lake import TableVersion


class RewritingManager(models.Manager["Rewriting"]):
    """Which versions are no longer as they were first written."""

    def newest(self) -> "dict[int, Rewriting]":
        """Each version that was rewritten to the last time it was, with its event."""
        return {
            row.version.pk: row for row in self.select_related("event", "version").order_by("id")
        }

    def of(self, version: TableVersion) -> "Rewriting | None":
        """The last rewriting of a version."""
        return self.filter(version=version).select_related("event").order_by("-id").first()

    def every(self) -> "list[Rewriting]":
        """Every rewriting with its version, oldest first."""
        return list(self.select_related("version", "event").order_by("id"))


class Rewriting(Row):
    """A version whose rows were taken out, in part or all, after it was written.

    The version keeps the event of its writing; what its row says now is told by the event here.

    Attributes:
        kind: `erased` if some rows went, `destroyed` if nothing is left.
        why: in words, of nobody.
        certificate: that tells of it; empty if there is none.
        before: the digest it had.
        files: of the parts that were removed: name to SHA-256.
    """

    version = models.ForeignKey(TableVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    why = models.TextField()
    certificate = models.TextField(blank=True, default="")
    before = models.TextField()
    files = models.JSONField(default=dict)

    objects = RewritingManager()

    def __str__(self) -> str:
        return f"{self.version} {self.kind} {self.at}"


class SuppressionManager(models.Manager["Suppression"]):
    """Who is not to be read of, for what."""

    def standing(self, purpose: str) -> "list[Suppression]":
        """Those that hold for a purpose: its own, and those for every purpose."""
        return list(self.filter(lifted=None, purpose__in=[purpose, ""]).order_by("id"))

    def erased(self) -> "list[Suppression]":
        """Those of people who were erased: their rows are not taken again."""
        return list(self.filter(lifted=None, purpose="").order_by("id"))

    def of(self, subject: str) -> "list[Suppression]":
        """Those of one person, oldest first."""
        return list(self.filter(subject=subject).order_by("id"))


class Suppression(Row):
    """A person whose rows are not given to steps of a purpose.

    Attributes:
        subject: as the ledger names them.
        purpose: for which; empty if for every one, as after an erasure.
        marks: kind of identifier to keyed digests of it; no identifier.
        lifted: the event that ended it.
    """

    subject = models.TextField()
    purpose = models.TextField(blank=True)
    marks = models.JSONField()
    lifted = models.ForeignKey(
        LedgerEvent, on_delete=models.PROTECT, related_name="+", null=True, default=None
    )

    objects = SuppressionManager()

    class Meta:
        indexes = (models.Index(fields=["purpose"], name="suppressed_for"),)

    def __str__(self) -> str:
        return f"suppression {self.pk} {self.at}"


class LeftOutManager(models.Manager["LeftOut"]):
    """Which rows of which version are left out, worked out once."""

    def known(self, version: TableVersion, state: str) -> "list[int] | None":
        """The places of the rows, if they were worked out for this state."""
        row = self.filter(version=version, digest=version.digest, state=state).first()
        return None if row is None else list(row.places)

    def keep(self, version: TableVersion, state: str, places: list[int]) -> None:
        """Keep them, in place of what was kept of older digests of this version."""
        self.filter(version=version).exclude(digest=version.digest).delete()
        self.get_or_create(
            version=version, digest=version.digest, state=state, defaults={"places": places}
        )


class LeftOut(models.Model):
    """The rows of a version that suppressions leave out: worked out, never history.

    Attributes:
        state: digest of the suppressions and of how the dataset is declared.
    """

    version = models.ForeignKey(TableVersion, on_delete=models.PROTECT, related_name="+")
    digest = models.TextField()
    state = models.TextField()
    places = models.JSONField()

    objects = LeftOutManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["version", "digest", "state"], name="left_out_worked_out_once"
            ),
        )

    def __str__(self) -> str:
        return f"{len(self.places)} rows left out of {self.version}"


class RectificationManager(models.Manager["Rectification"]):
    """What was put right."""

    def of(self, dataset: str) -> "list[Rectification]":
        """Those of one dataset, oldest first."""
        return list(self.filter(dataset=dataset).order_by("id"))


class Rectification(Row):
    """A cell that was put right, and is put right again when it comes wrong.

    Attributes:
        marks: whose rows, as in `Suppression`.
        wrong: keyed digests of the values that were held and were wrong.
        right: the value that is right, sealed.
    """

    subject = models.TextField()
    dataset = models.TextField()
    field = models.TextField()
    marks = models.JSONField()
    wrong = models.JSONField()
    right = models.TextField()

    objects = RectificationManager()

    class Meta:
        indexes = (models.Index(fields=["dataset"], name="rectified_in"),)

    def __str__(self) -> str:
        return f"{self.dataset}.{self.field} {self.at}"
