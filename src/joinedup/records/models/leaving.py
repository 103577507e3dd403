"""What was made ready to leave, who reviewed it, what left, and what was taken back."""

from typing import Any

from django.db import models

from joinedup.records.models.chain import LedgerEvent, Row
from joinedup.records.models.runs import Run
from joinedup.records.names import same_person


class CandidateManager(models.Manager["Candidate"]):
    """What was made ready to leave."""

    def of(self, digest: str) -> "Candidate | None":
        """The candidate of this content."""
        return self.filter(digest=digest).select_related("run").first()

    def latest_of(self, run: Run, recipient: str) -> "Candidate | None":
        """The newest candidate of a run for a recipient."""
        return self.filter(run=run, recipient=recipient).order_by("-id").first()

    def every(self) -> "list[Candidate]":
        """Every candidate with its run, oldest first."""
        return list(self.select_related("run").order_by("id"))


class Candidate(Row):
    """A result as it would leave, for one recipient: what reviewers look at.

    Attributes:
        digest: of the content after the rule, with rule and recipient; what a verdict binds to.
        recipient: the organisation it is for; empty for the public.
        files: name to SHA-256 of each file as reviewers see it.
        authors: who made it, and the steps it is made of.
        beside: table, row and column of the counts hidden because they differ from others by few.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    digest = models.TextField(unique=True)
    recipient = models.TextField()
    rule = models.TextField()
    hidden = models.PositiveIntegerField()
    files = models.JSONField()
    authors = models.JSONField()
    beside = models.JSONField(default=list)
    name = models.TextField()

    objects = CandidateManager()

    def __str__(self) -> str:
        return f"candidate {self.digest[:12]} {self.at}"


class ReviewManager(models.Manager["ReviewRow"]):
    """Who has said what of what would leave."""

    def of(self, digest: str) -> "list[ReviewRow]":
        """The verdicts on exactly this content, oldest first."""
        return list(self.filter(digest=digest).order_by("id"))

    def near(self, run: Run) -> "list[ReviewRow]":
        """The verdicts on any content of a run, oldest first."""
        return list(self.filter(candidate__run=run).order_by("id"))

    def add(self, candidate: Candidate, *, event: LedgerEvent, **said: Any) -> "ReviewRow":
        """Record a verdict; a person gives one on a content once."""
        return self.create(
            candidate=candidate,
            digest=candidate.digest,
            person=same_person(said["by"]),
            at=event.at,
            event=event,
            **said,
        )


class ReviewRow(Row):
    """One person's verdict on one content. `person` is the name as `same_person` folds it."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="+")
    digest = models.TextField()
    by = models.TextField()
    person = models.TextField()
    verdict = models.TextField()
    reason = models.TextField()
    words_read = models.BooleanField(default=False)

    objects = ReviewManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["digest", "person"], name="one_verdict_each"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=["approve", "return"]), name="a_verdict_is_one"
            ),
        )

    def __str__(self) -> str:
        return f"{self.digest[:12]} reviewed {self.at}"


class ReleaseManager(models.Manager["ReleaseRow"]):
    """What has left the office."""

    def of(self, run: Run) -> "list[ReleaseRow]":
        """The releases of a run, oldest first."""
        return list(self.filter(run=run).order_by("id"))

    def left(self, digest: str) -> "ReleaseRow | None":
        """The release of this content, if it has left."""
        return self.filter(digest=digest).first()

    def history(self) -> "list[ReleaseRow]":
        """Every release with its run, oldest first."""
        return list(self.select_related("run").order_by("id"))

    def add(self, run: Run, *, event: LedgerEvent, **left: Any) -> "ReleaseRow":
        """Record that a content left, under which rule and with how many cells hidden."""
        return self.create(run=run, at=event.at, event=event, **left)


class ReleaseRow(Row):
    """A content that left the office, once.

    Attributes:
        path: the folder in the outbox.
        files: name to SHA-256 of each file that left.
        spent: what it took of the budget: dataset version to overlapping layers of cells.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    digest = models.TextField()
    rule = models.TextField()
    hidden = models.PositiveIntegerField()
    path = models.TextField()
    recipient = models.TextField(default="")
    files = models.JSONField(default=dict)
    spent = models.JSONField(default=dict)

    objects = ReleaseManager()

    def __str__(self) -> str:
        return f"run {self.run_id} released {self.at}"


class WithdrawalManager(models.Manager["Withdrawal"]):
    """What was taken back before it left."""

    def of(self, digest: str) -> "Withdrawal | None":
        """The withdrawal of this content, if there was one."""
        return self.filter(digest=digest).first()


class Withdrawal(Row):
    """A content that somebody took back before it left."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="+")
    digest = models.TextField(unique=True)
    by = models.TextField()
    reason = models.TextField()

    objects = WithdrawalManager()

    def __str__(self) -> str:
        return f"{self.digest[:12]} withdrawn {self.at}"
