"""Versions may be rewritten for a person's rights, people suppressed, cells put right."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0007_ledger_seals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rewriting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.TextField()),
                ('kind', models.TextField()),
                ('why', models.TextField()),
                ('certificate', models.TextField(blank=True, default='')),
                ('before', models.TextField()),
                ('files', models.JSONField(default=dict)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.ledgerevent')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.tableversion')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LeftOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.TextField()),
                ('state', models.TextField()),
                ('places', models.JSONField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.tableversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'digest', 'state'), name='left_out_worked_out_once')],
            },
        ),
        migrations.CreateModel(
            name='Rectification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.TextField()),
                ('subject', models.TextField()),
                ('dataset', models.TextField()),
                ('field', models.TextField()),
                ('marks', models.JSONField()),
                ('wrong', models.JSONField()),
                ('right', models.TextField()),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.ledgerevent')),
            ],
            options={
                'indexes': [models.Index(fields=['dataset'], name='rectified_in')],
            },
        ),
        migrations.CreateModel(
            name='Suppression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.TextField()),
                ('subject', models.TextField()),
                ('purpose', models.TextField(blank=True)),
                ('marks', models.JSONField()),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.ledgerevent')),
                ('lifted', models.ForeignKey(default=None, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.ledgerevent')),
            ],
            options={
                'indexes': [models.Index(fields=['purpose'], name='suppressed_for')],
            },
        ),
    ]
