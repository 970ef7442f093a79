"""The key of an act in SQL, the same as `kit.ids.act_key`; receipts found by key and by the provider's id."""

from django.db import migrations

_KEY = """
CREATE FUNCTION mg_act_key(mistake text, customer bigint, step text, sequence int, via int) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    'mg-' || left(encode(sha256(convert_to(
        mistake || '/' || customer || '/' || step || '/' || sequence || CASE WHEN via > 0 THEN '/' || via ELSE '' END,
        'UTF8')), 'hex'), 40);
DROP INDEX attempt_open;
CREATE INDEX attempt_key ON attempt USING hash (key) WHERE key <> '';
CREATE INDEX attempt_reference ON attempt USING hash (reference) WHERE reference <> '';
"""


class Migration(migrations.Migration):

    dependencies = [("acts", "0003_fence")]

    operations = [migrations.RunSQL(_KEY)]
