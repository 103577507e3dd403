"""What was rejected, what the columns looked like, and what changed, beside each delivery."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0002_ledger_guard")]

    operations = [
        migrations.AddField("delivery", "rejected", models.JSONField(default=list)),
        migrations.AddField("delivery", "profile", models.JSONField(default=dict)),
        migrations.AddField("delivery", "effect", models.JSONField(default=dict)),
    ]
