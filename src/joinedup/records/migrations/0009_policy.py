"""The policy in force, roles given, glass broken; and which rows and fields a run was made from."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


def row(*fields: tuple[str, Any]) -> list[tuple[str, Any]]:
    """The fields of a row of history, with its own."""
    number = models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )
    event = models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.ledgerevent"
    )
    return [("id", number), ("at", models.TextField()), *fields, ("event", event)]


def texts(*names: str) -> list[tuple[str, Any]]:
    return [(name, models.TextField()) for name in names]


def one(model: str, name: str) -> Any:
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT, related_name=name, to=f"records.{model}"
    )


def check(name: str, condition: Q) -> models.CheckConstraint:
    return models.CheckConstraint(condition=condition, name=name)


class Migration(migrations.Migration):
    dependencies = [("records", "0008_rights")]

    operations = [
        migrations.AddIndex(
            "ledgerevent", models.Index(fields=["kind", "subject"], name="event_kind_subject")
        ),
        migrations.AddField("run", "scope", models.TextField(default="")),
        migrations.AddField("run", "made_from", models.JSONField(default=dict)),
        migrations.CreateModel(
            "PolicyText", row(*texts("text", "digest", "by", "person")), {"abstract": False}
        ),
        migrations.CreateModel(
            "PolicyApproval",
            row(
                ("proposal", one("policytext", "approval")),
                *texts("by", "person", "author", "reason"),
            ),
            {"constraints": [check("policy_approved_by_another", ~Q(person=F("author")))]},
        ),
        migrations.CreateModel(
            "PolicyWithdrawal",
            row(("proposal", one("policytext", "withdrawal")), *texts("by", "person", "reason")),
            {"abstract": False},
        ),
        migrations.CreateModel(
            "LeaseRow",
            row(*texts("name", "holder", "role", "starts", "ends", "by", "giver", "reason")),
            {
                "constraints": [
                    check("role_given_by_another", ~Q(holder=F("giver"))),
                    check("lease_has_a_length", Q(ends__gt=F("starts"))),
                ]
            },
        ),
        migrations.CreateModel(
            "Revocation",
            row(*texts("lease", "content", "by", "person", "reason")),
            {"abstract": False},
        ),
        migrations.CreateModel(
            "GlassRow",
            row(
                *texts("name", "holder", "reason", "opened"),
                ("minutes", models.PositiveSmallIntegerField()),
                ("renews", models.BigIntegerField(null=True)),
            ),
            {
                "constraints": [
                    check("glass_for_an_hour_at_most", Q(minutes__gte=1, minutes__lte=60)),
                    check("glass_has_a_reason", ~Q(reason="")),
                ]
            },
        ),
        migrations.CreateModel(
            "GlassReview",
            row(("glass", one("glassrow", "review")), *texts("by", "reviewer", "holder", "finding")),
            {"constraints": [check("glass_reviewed_by_another", ~Q(reviewer=F("holder")))]},
        ),
    ]
