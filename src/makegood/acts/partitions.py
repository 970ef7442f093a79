"""SQL of `attempt`: append-only, partitioned by plan like the acts it belongs to, covered by the seals."""

from makegood.journal.appendonly import instant

TABLE = """
CREATE SEQUENCE attempt_id;
CREATE TABLE attempt (
    plan_id bigint NOT NULL,
    id bigint NOT NULL DEFAULT nextval('attempt_id'),
    ordinal int NOT NULL,
    chunk_id bigint NOT NULL,
    epoch int NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    key text NOT NULL,
    answer text NOT NULL,
    code text NOT NULL,
    reference text NOT NULL,
    words text NOT NULL,
    words_digest text NOT NULL,
    commitment text NOT NULL,
    minor bigint,
    currency text,
    PRIMARY KEY (plan_id, id)
) PARTITION BY LIST (plan_id);
CREATE INDEX attempt_act ON attempt (plan_id, ordinal);
CREATE INDEX attempt_xid ON attempt (xid, id);
CREATE INDEX attempt_open ON attempt (key) WHERE answer IN ('waiting', 'accepted');
CREATE TABLE cursor_place (name text PRIMARY KEY, xid xid8 NOT NULL, id bigint NOT NULL);
INSERT INTO cursor_place VALUES ('settlement', '0', 0);
CREATE TRIGGER attempt_only_added BEFORE UPDATE OR DELETE ON attempt
    FOR EACH ROW EXECUTE FUNCTION mg_refuse_change();
INSERT INTO partitioned VALUES ('attempt', 'plan_id', true);
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mg_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON attempt FROM mg_app;
    END IF;
END $$;
"""

LEAF = (
    f"json_build_array(id, plan_id, ordinal, chunk_id, epoch, {instant('at')}, key, answer, code, reference, words, "
    "words_digest, commitment, minor, currency)::text"
)
