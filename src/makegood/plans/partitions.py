"""SQL of the tables that are partitioned by plan. Why so: docs/decisions/0003-partitions.md."""

TABLES = """
CREATE TABLE decision (
    plan_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    remedy text NOT NULL,
    status text NOT NULL,
    rule text NOT NULL,
    minor bigint,
    currency text NOT NULL,
    basis text NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (plan_id, customer_id, remedy)
) PARTITION BY LIST (plan_id);

CREATE TABLE act (
    plan_id bigint NOT NULL,
    ordinal int NOT NULL,
    mistake_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    step text NOT NULL,
    sequence int NOT NULL,
    kind text NOT NULL,
    stage text NOT NULL,
    provider text NOT NULL,
    route text NOT NULL,
    remedy text NOT NULL,
    wave int NOT NULL,
    due_at timestamptz NOT NULL,
    minor bigint,
    currency text,
    basis text NOT NULL,
    facts_digest text NOT NULL,
    leaf text NOT NULL,
    state text NOT NULL DEFAULT 'planned',
    code text,
    next_at timestamptz,
    again bigint,
    tries int NOT NULL DEFAULT 0,
    settled_at timestamptz,
    PRIMARY KEY (plan_id, ordinal)
) PARTITION BY LIST (plan_id);
CREATE INDEX act_customer ON act (customer_id, step);
CREATE INDEX act_due ON act (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX act_again ON act (again) WHERE again IS NOT NULL;
CREATE INDEX act_unknown ON act (plan_id) WHERE state = 'unknown';

INSERT INTO partitioned VALUES ('decision', 'plan_id', false), ('act', 'plan_id', false);
"""
