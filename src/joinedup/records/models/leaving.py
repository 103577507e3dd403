"""Who has checked what before it leaves, and what has left."""

from django.db import models

from joinedup.records.models.chain import LedgerEvent, Row
from joinedup.records.models.runs import Run
from joinedup.records.names import refuse_author, same_person


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
