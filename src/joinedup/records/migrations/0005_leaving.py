"""What leaves is made ready, reviewed by two without knowing of each other, and can be taken back.

Approvals of before stay in the ledger as events; they open nothing any more.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def number() -> Any:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def to(model: str) -> Any:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=f"records.{model}"
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0004_sign_off")]

    operations = [
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", number()),
                ("at", models.TextField()),
                ("digest", models.TextField(unique=True)),
                ("recipient", models.TextField()),
                ("rule", models.TextField()),
                ("hidden", models.PositiveIntegerField()),
                ("files", models.JSONField()),
                ("authors", models.JSONField()),
                ("beside", models.JSONField(default=list)),
                ("name", models.TextField()),
                ("event", to("ledgerevent")),
                ("run", to("run")),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="ReviewRow",
            fields=[
                ("id", number()),
                ("at", models.TextField()),
                ("digest", models.TextField()),
                ("by", models.TextField()),
                ("person", models.TextField()),
                ("verdict", models.TextField()),
                ("reason", models.TextField()),
                ("words_read", models.BooleanField(default=False)),
                ("candidate", to("candidate")),
                ("event", to("ledgerevent")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["digest", "person"], name="one_verdict_each"),
                    models.CheckConstraint(
                        condition=models.Q(verdict__in=["approve", "return"]),
                        name="a_verdict_is_one",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", number()),
                ("at", models.TextField()),
                ("digest", models.TextField(unique=True)),
                ("by", models.TextField()),
                ("reason", models.TextField()),
                ("candidate", to("candidate")),
                ("event", to("ledgerevent")),
            ],
            options={"abstract": False},
        ),
        migrations.AddField("releaserow", "recipient", models.TextField(default="")),
        migrations.AddField("releaserow", "files", models.JSONField(default=dict)),
        migrations.AddField("releaserow", "spent", models.JSONField(default=dict)),
        migrations.DeleteModel("ApprovalRow"),
    ]
