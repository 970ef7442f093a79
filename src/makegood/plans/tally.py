"""How many acts of a plan's step are in which state, and for how much: kept by the tables, read by everybody.

Whoever changes an act, the difference is added as new rows in the same transaction: nobody waits for another's counter,
and no writer can forget it. The sweeper adds rows of the same kind together. `later` tells an act that was taken and
may still come back, and one that came back and is looked at again, from those at rest. `again` is a further act of the
same step for the same customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

KEY = "plan_id, step, state, later, again, currency, basis"
PLACED = """plan_id, step, state,
        CASE WHEN state = 'accepted' THEN settles_at IS NOT NULL
             WHEN state IN ('failed', 'bounced', 'reversed') THEN next_at IS NOT NULL ELSE false END AS later,
        sequence > 1 AS again, coalesce(currency, '') AS currency, basis, coalesce(minor, 0) AS minor"""
COUNTED = (
    f"SELECT {KEY}, count(*) AS acts, sum(minor) AS minor FROM (SELECT {PLACED} FROM act WHERE {{}}) a GROUP BY {KEY}"
)

TABLE = f"""
CREATE TABLE act_tally (
    plan_id bigint NOT NULL,
    step text NOT NULL,
    state text NOT NULL,
    later boolean NOT NULL,
    again boolean NOT NULL,
    currency text NOT NULL,
    basis text NOT NULL,
    acts bigint NOT NULL,
    minor bigint NOT NULL
);
CREATE INDEX act_tally_plan ON act_tally (plan_id);

CREATE FUNCTION mg_tally_moved() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO act_tally
    SELECT {KEY}, sum(n), sum(n * minor)
    FROM (SELECT {PLACED}, -1 AS n FROM was UNION ALL SELECT {PLACED}, 1 FROM now_is) t
    GROUP BY {KEY} HAVING sum(n) <> 0 OR sum(n * minor) <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER act_tallied AFTER UPDATE ON act REFERENCING OLD TABLE AS was NEW TABLE AS now_is
    FOR EACH STATEMENT EXECUTE FUNCTION mg_tally_moved();

CREATE FUNCTION mg_tally_begin() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO act_tally
    {COUNTED.format("plan_id = NEW.id")};
    RETURN NULL;
END $$;
CREATE TRIGGER plan_tallied AFTER UPDATE OF approved_at ON plan
    FOR EACH ROW WHEN (OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL) EXECUTE FUNCTION mg_tally_begin();

INSERT INTO act_tally
{COUNTED.format("plan_id IN (SELECT id FROM plan WHERE approved_at IS NOT NULL)")};

-- Rows that another transaction is adding together at this moment are left to it.
CREATE FUNCTION mg_tally_gather(most int) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    WITH many AS (
        SELECT plan_id FROM act_tally GROUP BY plan_id HAVING count(*) > most
    ), gone AS (
        DELETE FROM act_tally WHERE ctid = ANY(ARRAY(
            SELECT t.ctid FROM act_tally t WHERE t.plan_id IN (SELECT plan_id FROM many)
            FOR UPDATE SKIP LOCKED LIMIT 50000))
        RETURNING *
    )
    INSERT INTO act_tally
    SELECT {KEY}, sum(acts), sum(minor) FROM gone GROUP BY {KEY}
    HAVING sum(acts) <> 0 OR sum(minor) <> 0;
$$;
"""

_READ = f"""
SELECT {KEY}, sum(acts)::bigint, sum(minor)::bigint FROM act_tally WHERE plan_id = ANY(%s)
GROUP BY {KEY} HAVING sum(acts) <> 0 ORDER BY {KEY}
"""
_STATES = """
SELECT state, sum(acts)::bigint FROM act_tally WHERE plan_id = %s GROUP BY state HAVING sum(acts) <> 0 ORDER BY state
"""
_SPENT = """
SELECT currency, sum(minor)::bigint FROM act_tally
WHERE plan_id = ANY(%s) AND currency <> ''
  AND NOT (state IN ('failed', 'cancelled', 'reversed', 'bounced') AND NOT later)
GROUP BY currency HAVING sum(acts) <> 0
"""
MOST_ROWS = 200  # of a plan, before they are added together


@dataclass(frozen=True, slots=True)
class Tallied:
    """`acts` acts that are alike; `minor` units together, 0 where there is no money (`currency` is then "")."""

    plan: int
    step: str
    state: str
    later: bool
    again: bool
    currency: str
    basis: str
    acts: int
    minor: int


def read_tally(plans: Sequence[int]) -> list[Tallied]:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(plans)])
        return [Tallied(*row) for row in cursor.fetchall()]


def gather_tally() -> None:
    """Adds rows of the same kind together where a plan has many, so that reading them stays cheap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mg_tally_gather(%s)", [MOST_ROWS])


def tallied_states(plan: int) -> dict[str, int]:
    """Acts of an approved plan by state."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [plan])
        return dict(cursor.fetchall())


def tallied_money(plans: Sequence[int]) -> dict[str, int]:
    """Minor units by currency that these approved plans pay or have paid."""
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, [list(plans)])
        return dict(cursor.fetchall())
