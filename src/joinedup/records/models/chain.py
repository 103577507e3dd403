"""The ledger's rows, and what every row of history has: its moment and its event."""

from django.db import models


class LedgerEvent(models.Model):
    """One thing that happened. Written by `ledger.append` alone; a trigger refuses changes.

    Attributes:
        trace: of the run of the command that it happened in; empty in events from before there
            were traces. Part of what is hashed.
        seal: what only the home's key makes of `hash`; not part of what is hashed.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.TextField()
    kind = models.TextField()
    actor = models.TextField()
    subject = models.TextField()
    facts = models.TextField()
    previous = models.TextField()
    hash = models.TextField()
    trace = models.TextField(default="", db_default="")
    seal = models.TextField(default="", db_default="")

    class Meta:
        # How an agreement stands is asked of its moves, before every reading and while it runs.
        indexes = (models.Index(fields=["kind", "subject"], name="event_kind_subject"),)

    def __str__(self) -> str:
        return f"{self.seq} {self.at} {self.kind}"


class LedgerHead(models.Model):
    """The last event of the chain. One row, locked while an event is added."""

    seq = models.BigIntegerField()
    hash = models.TextField()
    seal = models.TextField(default="", db_default="")

    def __str__(self) -> str:
        return f"{self.seq} {self.hash}"


class Row(models.Model):
    """What every row of history has: when it happened, and the event that tells of it."""

    at = models.TextField()
    event = models.ForeignKey("records.LedgerEvent", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
