"""Who signed what about a project: its gate, its assessments, going live, its end."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0003_delivery_told")]

    operations = [
        migrations.CreateModel(
            name="SignOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.TextField()),
                ("project", models.TextField()),
                ("what", models.TextField()),
                ("digest", models.TextField()),
                ("topics", models.JSONField(default=dict)),
                ("by", models.TextField()),
                ("person", models.TextField()),
                ("author", models.TextField(blank=True, default="")),
                ("reason", models.TextField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.ledgerevent",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["project", "what"], name="sign_off_of_project")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("author")), _negated=True),
                        name="sign_off_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", ""), _negated=True),
                        name="sign_off_by_somebody",
                    ),
                ],
            },
        ),
    ]
