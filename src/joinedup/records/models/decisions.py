"""What did people decide about pairs of records that a step linked? Only ever added to."""

from django.db import models

from joinedup.records.models.chain import LedgerEvent, Row


class LinkDecisionManager(models.Manager["LinkDecision"]):
    """What was decided about the pairs of a step."""

    def of(self, project: str, step: str) -> "list[LinkDecision]":
        """Every decision of a step with its event, oldest first; those undone too."""
        rows = self.filter(project=project, step=step).select_related("event")
        return list(rows.order_by("id"))

    def decide(
        self, *, project: str, step: str, by: str, said: str, event: LedgerEvent
    ) -> "LinkDecision":
        """Record one."""
        return self.create(project=project, step=step, by=by, said=said, at=event.at, event=event)


class LinkDecision(Row):
    """One decision about one pair; an undoing is a row of its own.

    Attributes:
        said: which pair, and what was decided: sealed, for the ids of records may name people.
        by: who decided.
    """

    project = models.TextField()
    step = models.TextField()
    by = models.TextField()
    said = models.TextField()

    objects = LinkDecisionManager()

    class Meta:
        indexes = (models.Index(fields=["project", "step"], name="link_decision_of_step"),)

    def __str__(self) -> str:
        return f"{self.project}/{self.step} {self.at}"
