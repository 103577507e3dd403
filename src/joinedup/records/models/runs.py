"""Which steps were run, and what they said."""

from collections.abc import Mapping, Sequence

from django.db import models
from django.db.models.fields.json import KeyTransform

from joinedup.records.models.chain import LedgerEvent, Row


class RunManager(models.Manager["Run"]):
    """Which steps were run."""

    def find(self, project: str, step: str, identity: str) -> "Run | None":
        """The newest run of a step with these very settings, inputs and method.

        One whose result was destroyed does not count: it has nothing to tell.
        """
        same = self.filter(project=project, step=step, identity=identity).exclude(result="")
        return same.order_by("-id").first()

    def latest(  # type: ignore[override]  # our word
        self, project: str, step: str, *, scope: str = ""
    ) -> "Run | None":
        """The newest run of a step, whatever it read, over every row or over those of a scope.

        A step is up to date while this run's identity is the one it would have now: inputs that
        change and change back give the identity of an older run, whose tables are not current.
        """
        return self.filter(project=project, step=step, scope=scope).order_by("-id").first()

    def as_of(self, later: "Run", steps: Sequence[str]) -> "list[Run]":
        """The newest run of each step, over each scope of rows, when a later one was recorded."""
        rows = self.filter(project=later.project, step__in=steps, id__lt=later.pk)
        return list({(row.step, row.scope): row for row in rows.order_by("id")}.values())

    def that_wrote(self, table: str, number: int) -> "Run | None":
        """The run that wrote one version of a table."""
        wrote = self.annotate(number=KeyTransform(table, "versions"))
        return wrote.filter(number=number).order_by("id").first()

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
        scope: str = "",
        made_from: Mapping[str, Sequence[str]] | None = None,
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
            scope=scope,
            made_from={name: list(fields) for name, fields in (made_from or {}).items()},
            at=event.at,
            event=event,
        )


class Run(Row):
    """One run of one step: what it said, and which versions of which tables it wrote.

    Attributes:
        tables: name of the output to the name of the table it was written to.
        versions: name of the table to the number of the version written.
        scope: which rows its author might read, as a digest; empty for every row.
        made_from: dataset to the fields that it and the steps before it read.
    """

    project = models.TextField()
    step = models.TextField()
    identity = models.TextField()
    method = models.TextField()
    result = models.TextField()
    tables = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    author = models.TextField()
    scope = models.TextField(default="")
    made_from = models.JSONField(default=dict)

    objects = RunManager()

    class Meta:
        indexes = (models.Index(fields=["project", "step", "identity"], name="run_identity"),)

    def __str__(self) -> str:
        return f"{self.project}/{self.step} {self.at}"
