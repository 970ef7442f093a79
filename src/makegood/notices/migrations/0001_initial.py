import django.db.models.functions.datetime
from django.db import migrations, models

from makegood.journal.appendonly import append_only, instant, sealed_stream

XID = "ALTER TABLE {0} ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id(); CREATE INDEX {0}_xid ON {0} (xid, id)"
LEAF = (
    f"json_build_array(id, {instant('at')}, brand, connection, event, says, {instant('said_at')}, position, key, "
    "reference, code, words)::text"
)
SAYS = ('done', 'failed', 'reversed', 'bounced', 'complained', 'disputed', 'noted')


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('journal', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('brand', models.BigIntegerField()),
                ('connection', models.BigIntegerField()),
                ('event', models.TextField()),
                ('says', models.TextField()),
                ('said_at', models.DateTimeField()),
                ('position', models.BigIntegerField()),
                ('key', models.TextField()),
                ('reference', models.TextField()),
                ('code', models.TextField()),
                ('words', models.TextField()),
            ],
            options={
                'db_table': 'notice',
                'indexes': [
                    models.Index(condition=models.Q(('key', ''), _negated=True), fields=['key'], name='notice_key'),
                    models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='notice_reference'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('connection', 'event'), name='notice_once'),
                    models.CheckConstraint(condition=models.Q(('says__in', SAYS)), name='notice_says'),
                ],
            },
        ),
        migrations.RunSQL(XID.format("notice"), "ALTER TABLE notice DROP COLUMN xid"),
        append_only("notice"),
        sealed_stream("notice", "notice", LEAF),
    ]
