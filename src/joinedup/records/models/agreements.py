"""Who has signed which text."""

import json

from django.db import models

from joinedup.records.models.chain import LedgerEvent, Row


class SignatureManager(models.Manager["Signature"]):
    """Who has signed which text."""

    def signed(self, agreement: str, digest: str) -> dict[str, str]:
        """Party to signatory, of those who signed exactly this text."""
        return dict(
            self.filter(agreement=agreement, digest=digest)
            .order_by("party")
            .values_list("party", "signatory")
        )

    def of_text(self, agreement: str, digest: str) -> "list[Signature]":
        """The signatures under exactly this text, each with its event."""
        rows = self.filter(agreement=agreement, digest=digest)
        return list(rows.select_related("event").order_by("party"))

    def signatories(self) -> set[str]:
        """Everybody who has signed anything."""
        return set(self.values_list("signatory", flat=True))

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

    @property
    def entered_by(self) -> str:
        """Who wrote it down: the signatory, unless the event names somebody else."""
        return str(json.loads(self.event.facts).get("entered_by", self.signatory))

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["agreement", "digest", "party"], name="one_signature_per_party"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement} signed for {self.party}"
