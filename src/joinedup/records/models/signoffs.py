"""Who signed what about a project: its gate, its assessments, going live, its end."""

from collections.abc import Mapping

from django.db import models

from joinedup.records.models.chain import LedgerEvent, Row
from joinedup.records.names import same_person


class SignOffManager(models.Manager["SignOff"]):
    """Who signed what about a project."""

    def of(self, project: str) -> "list[SignOff]":
        """Every sign-off of a project, oldest first."""
        return list(self.filter(project=project).order_by("id"))

    def history(self) -> "list[SignOff]":
        """Every sign-off with its event, oldest first."""
        return list(self.select_related("event").order_by("id"))

    def sign(
        self,
        *,
        project: str,
        what: str,
        digest: str,
        topics: Mapping[str, str],
        by: str,
        author: str,
        reason: str,
        event: LedgerEvent,
    ) -> "SignOff":
        """Record a sign-off; the database itself refuses one by the author."""
        return self.create(
            project=project,
            what=what,
            digest=digest,
            topics=dict(topics),
            by=by,
            person=same_person(by),
            author=same_person(author),
            reason=reason,
            at=event.at,
            event=event,
        )


class SignOff(Row):
    """One person's signature under the facts of a project as they were.

    Attributes:
        what: `gate`, `live`, `retired`, or the kind of a document.
        digest: of all the facts signed; `topics` has one digest for each topic.
        person: the name as `same_person` folds it; `author`: who made what is signed, folded too,
            empty where nobody is kept from signing.
        reason: why; of a retired project, what was learnt.
    """

    project = models.TextField()
    what = models.TextField()
    digest = models.TextField()
    topics = models.JSONField(default=dict)
    by = models.TextField()
    person = models.TextField()
    author = models.TextField(blank=True, default="")
    reason = models.TextField()

    objects = SignOffManager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(person=models.F("author")), name="sign_off_by_another"
            ),
            models.CheckConstraint(condition=~models.Q(person=""), name="sign_off_by_somebody"),
        )
        indexes = (models.Index(fields=["project", "what"], name="sign_off_of_project"),)

    def __str__(self) -> str:
        return f"{self.project} {self.what} {self.at}"
