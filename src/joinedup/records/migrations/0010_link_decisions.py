"""What people decided about pairs of records that a step linked."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0009_policy")]

    operations = [
        migrations.CreateModel(
            name="LinkDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.TextField()),
                ("project", models.TextField()),
                ("step", models.TextField()),
                ("by", models.TextField()),
                ("said", models.TextField()),
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
                    models.Index(fields=["project", "step"], name="link_decision_of_step")
                ],
            },
        ),
    ]
