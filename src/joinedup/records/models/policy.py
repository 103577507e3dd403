"""Which policy is in force, who was given which role, and when glass was broken.

Nobody approves their own text, gives themselves a role or reviews their own breaking of glass: the
database itself refuses such a row. It compares `author`, `person`, `holder`, `giver` and
`reviewer`, each one word for one person, whatever name was signed with.
"""

from django.db import models
from django.db.models import F, Q

from joinedup.records.models.chain import Row

LONGEST_GLASS_MINUTES = 60


class PolicyTextManager(models.Manager["PolicyText"]):
    """What was proposed."""

    def numbered(self, number: int) -> "PolicyText | None":
        """The proposal that the event of this number tells of."""
        return self.select_related("event").filter(event_id=number).first()

    def waiting(self) -> "list[PolicyText]":
        """Proposals neither approved nor withdrawn, oldest first."""
        open_ones = self.filter(approval=None, withdrawal=None)
        return list(open_ones.select_related("event").order_by("event_id"))


class PolicyText(Row):
    """A policy as somebody proposed it: the whole text of the file.

    Attributes:
        digest: SHA-256 of the text.
        by: who proposed it; `person` is the one behind that name.
    """

    text = models.TextField()
    digest = models.TextField()
    by = models.TextField()
    person = models.TextField()

    objects = PolicyTextManager()

    def __str__(self) -> str:
        return f"policy {self.event_id} proposed {self.at}"


class PolicyApprovalManager(models.Manager["PolicyApproval"]):
    """What was approved."""

    def newest(self) -> "PolicyApproval | None":
        """The approval that was given last, with its proposal and whether that was withdrawn."""
        rows = self.select_related("event", "proposal__event", "proposal__withdrawal__event")
        return rows.order_by("-event_id").first()


class PolicyApproval(Row):
    """Somebody other than its author lets a proposal come into force."""

    proposal = models.OneToOneField(PolicyText, on_delete=models.PROTECT, related_name="approval")
    by = models.TextField()
    person = models.TextField()
    author = models.TextField()
    reason = models.TextField()

    objects = PolicyApprovalManager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(person=F("author")), name="policy_approved_by_another"
            ),
        )

    def __str__(self) -> str:
        return f"policy {self.proposal_id} approved {self.at}"


class PolicyWithdrawal(Row):
    """A proposal taken back, or the policy in force ended."""

    proposal = models.OneToOneField(PolicyText, on_delete=models.PROTECT, related_name="withdrawal")
    by = models.TextField()
    person = models.TextField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"policy {self.proposal_id} withdrawn {self.at}"


class LeaseManager(models.Manager["LeaseRow"]):
    """Who was given which role."""

    def given(self) -> "list[LeaseRow]":
        """Every lease, oldest first."""
        return list(self.select_related("event").order_by("event_id"))


class LeaseRow(Row):
    """A role given to a person, from one moment until another; never by themselves."""

    name = models.TextField()
    holder = models.TextField()
    role = models.TextField()
    starts = models.TextField()
    ends = models.TextField()
    by = models.TextField()
    giver = models.TextField()
    reason = models.TextField()

    objects = LeaseManager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(holder=F("giver")), name="role_given_by_another"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="lease_has_a_length"),
        )

    def __str__(self) -> str:
        return f"lease {self.event_id} of {self.role}"


class RevocationManager(models.Manager["Revocation"]):
    """Which leases were taken back."""

    def every(self) -> "list[Revocation]":
        """All of them, oldest first."""
        return list(self.select_related("event").order_by("event_id"))


class Revocation(Row):
    """A lease taken back before its end.

    Attributes:
        lease: its name in the policy, or `lease-` and the number of its event.
        content: digest of the lease as it was; a lease written anew is another.
    """

    lease = models.TextField()
    content = models.TextField()
    by = models.TextField()
    person = models.TextField()
    reason = models.TextField()

    objects = RevocationManager()

    def __str__(self) -> str:
        return f"{self.lease} revoked {self.at}"


class GlassManager(models.Manager["GlassRow"]):
    """When glass was broken."""

    def history(self) -> "list[GlassRow]":
        """All that was broken, oldest first."""
        return list(self.select_related("event", "review__event").order_by("event_id"))


class GlassRow(Row):
    """Somebody broke the glass, and why; it closes by itself after so many minutes.

    Attributes:
        renews: the number of the event that told of the one before, if this goes on from it.
    """

    name = models.TextField()
    holder = models.TextField()
    reason = models.TextField()
    opened = models.TextField()
    minutes = models.PositiveSmallIntegerField()
    renews = models.BigIntegerField(null=True)

    objects = GlassManager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=LONGEST_GLASS_MINUTES),
                name="glass_for_an_hour_at_most",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="glass_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"glass {self.event_id} broken {self.at}"


class GlassReview(Row):
    """What somebody else found who looked at it."""

    glass = models.OneToOneField(GlassRow, on_delete=models.PROTECT, related_name="review")
    by = models.TextField()
    reviewer = models.TextField()
    holder = models.TextField()
    finding = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(reviewer=F("holder")), name="glass_reviewed_by_another"
            ),
        )

    def __str__(self) -> str:
        return f"glass {self.glass_id} reviewed {self.at}"
