"""Which notices the acts have heard, and what became of each."""

from django.db import migrations

_HEARD = """
CREATE TABLE heard (
    notice bigint PRIMARY KEY,
    plan_id bigint,
    ordinal int,
    key text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'late')),
    tries int NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX heard_open ON heard (next_at) WHERE state = 'open';
CREATE INDEX heard_late ON heard (plan_id) WHERE state = 'late';
CREATE INDEX heard_act ON heard (plan_id, ordinal) WHERE plan_id IS NOT NULL;
INSERT INTO cursor_place VALUES ('notice', '0', 0);
"""


class Migration(migrations.Migration):

    dependencies = [("acts", "0004_hearing"), ("notices", "0001_initial")]

    operations = [migrations.RunSQL(_HEARD)]
