"""SQL for partitions that appear at run time: the application's role may not create tables, these functions may.

A part is made as a plain table without indexes, filled by COPY, then attached: PostgreSQL builds the parent's
indexes at that moment. A superseded draft is dropped as a table, never deleted row by row.
"""

FUNCTIONS = """
CREATE FUNCTION mg_new_part(parent text, part bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text := format('%s_%s', parent, part);
    key text;
BEGIN
    SELECT partition_key INTO STRICT key FROM partitioned WHERE partitioned.parent = mg_new_part.parent;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS, '
        'CONSTRAINT %I CHECK (%I = %s))', name, parent, name || '_part', key, part);
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mg_app') THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO mg_app', name);
    END IF;
    RETURN name;
END $$;

CREATE FUNCTION mg_attach_part(parent text, part bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text := format('%s_%s', parent, part);
BEGIN
    PERFORM 1 FROM partitioned WHERE partitioned.parent = mg_attach_part.parent;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is not partitioned', parent;
    END IF;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, name, part);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', name, name || '_part');
    IF EXISTS (SELECT 1 FROM partitioned p WHERE p.parent = mg_attach_part.parent AND p.append_only)
        AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mg_app') THEN
        EXECUTE format('REVOKE UPDATE, DELETE ON %I FROM mg_app', name);
    END IF;
    EXECUTE format('ANALYZE %I', name);
END $$;

CREATE FUNCTION mg_drop_part(parent text, part bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    state text;
BEGIN
    PERFORM 1 FROM partitioned p WHERE p.parent = mg_drop_part.parent AND NOT p.append_only;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'parts of % are never dropped', parent USING ERRCODE = 'restrict_violation';
    END IF;
    IF parent IN ('act', 'decision') THEN
        EXECUTE 'SELECT state FROM plan WHERE id = $1' INTO state USING part;
        IF state NOT IN ('drafting', 'draft', 'superseded', 'failed') THEN
            RAISE EXCEPTION 'plan % is %: its rows are evidence', part, state USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS %I', format('%s_%s', parent, part));
END $$;
"""

REGISTER = """
CREATE TABLE partitioned (parent text PRIMARY KEY, partition_key text NOT NULL, append_only boolean NOT NULL);
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mg_app') THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON partitioned FROM mg_app;
    END IF;
END $$;
"""

# Loading a scope resolves keys to customers in temporary tables.
TEMPORARY = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'mg_app') THEN
        EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO mg_app', current_database());
    END IF;
END $$;
"""

AFFECTED = """
CREATE TABLE affected (
    scope_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    customer_key text NOT NULL,
    facts text NOT NULL,
    contact text NOT NULL,
    facts_digest text NOT NULL,
    PRIMARY KEY (scope_id, customer_id)
) PARTITION BY LIST (scope_id);
CREATE INDEX affected_customer ON affected (customer_id);
CREATE INDEX affected_key ON affected (customer_key);
INSERT INTO partitioned VALUES ('affected', 'scope_id', false);
"""
