"""Events carry the trace of their command and a seal; a person's token has a secret of its own.

The columns are added as they stand: Django would copy the whole table in SQLite, and lose the
triggers that guard it.
"""

from django.db import migrations, models

ADDED = [
    ("ledgerevent", "trace", "alter table records_ledgerevent add column trace text not null default ''"),
    ("ledgerevent", "seal", "alter table records_ledgerevent add column seal text not null default ''"),
    ("ledgerhead", "seal", "alter table records_ledgerhead add column seal text not null default ''"),
]


class Migration(migrations.Migration):
    dependencies = [("records", "0006_encrypted_parts")]

    operations = [
        *(
            migrations.SeparateDatabaseAndState(
                database_operations=[migrations.RunSQL(statement, migrations.RunSQL.noop)],
                state_operations=[
                    migrations.AddField(model, name, models.TextField(default="", db_default=""))
                ],
            )
            for model, name, statement in ADDED
        ),
        migrations.CreateModel(
            name="SubjectSecret",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tag", models.TextField(unique=True)),
                ("secret", models.TextField()),
            ],
        ),
    ]
