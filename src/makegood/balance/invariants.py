"""What must always hold, asked of the tables: after every schedule of the fault programme, and by `makegood doctor`.

Each is one set-wise statement that returns a line for each thing that does not hold. Those that read chunks, plans and
approvals cost little whatever the number of acts; the *deep* ones read every act or attempt once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from makegood.kit.errors import Finding
from makegood.plans.tally import COUNTED, KEY

EXAMPLES = 3
_REMEDY = "Do not change the tables by hand; keep a copy of the database and report this with the lines named here."


@dataclass(frozen=True)
class Invariant:
    """`sql` selects `example`, a text that names the row, for each breach. `sentence` says what must hold."""

    id: str
    sentence: str
    sql: str
    deep: bool = False


_KEY = "mg_act_key(m.public_id, a.customer_id, a.step, a.sequence, a.via)"
_PROVIDER = """coalesce(CASE WHEN a.via > 0
    THEN p.settings #>> ARRAY['steps', a.step, 'routes', (a.via - 1)::text, '0'] END, a.provider)"""
_COUNTED = """
SELECT 'plan ' || c.plan_id || ': the chunks count ' || c.done || ' done, ' || c.failed || ' failed, ' || c.unknown
       || ' unknown, ' || c.waiting || ' waiting; the acts are ' || a.done || ', ' || a.failed || ', ' || a.unknown
       || ', ' || a.waiting AS example
FROM (SELECT plan_id, sum(done) AS done, sum(failed) AS failed, sum(unknown) AS unknown, sum(waiting) AS waiting
      FROM chunk GROUP BY plan_id) c
JOIN (SELECT t.plan_id, count(*) FILTER (WHERE t.state IN ('done', 'accepted')) AS done,
             count(*) FILTER (WHERE t.state IN ('failed', 'reversed', 'bounced')) AS failed,
             count(*) FILTER (WHERE t.state = 'unknown') AS unknown,
             count(*) FILTER (WHERE t.state = 'waiting') AS waiting
      FROM act t JOIN plan p ON p.id = t.plan_id AND t.wave <= p.wave GROUP BY t.plan_id) a USING (plan_id)
WHERE (c.done, c.failed, c.unknown, c.waiting) IS DISTINCT FROM (a.done, a.failed, a.unknown, a.waiting)
"""
_TALLIED = f"""
SELECT 'plan ' || plan_id || ' ' || step || ' ' || state || ': ' || coalesce(t.acts, 0) || ' tallied, '
       || coalesce(a.acts, 0) || ' there' AS example
FROM ({COUNTED.format("plan_id IN (SELECT id FROM plan WHERE approved_at IS NOT NULL)")}) a
FULL JOIN (SELECT {KEY}, sum(acts) AS acts, sum(minor) AS minor FROM act_tally GROUP BY {KEY}
           HAVING sum(acts) <> 0 OR sum(minor) <> 0) t USING ({KEY})
WHERE (a.acts, a.minor) IS DISTINCT FROM (t.acts, t.minor)
"""
INVARIANTS = (
    Invariant(
        "I1-parts",
        "The chunks of a plan cover each of its acts once.",
        """SELECT 'plan ' || p.id AS example FROM plan p
        LEFT JOIN (SELECT plan_id, sum(hi - lo + 1) AS acts, min(lo) AS first, max(hi) AS last
                   FROM plan_part GROUP BY plan_id) t ON t.plan_id = p.id
        WHERE p.approved_at IS NOT NULL AND p.acts > 0
          AND (t.acts IS DISTINCT FROM p.acts OR t.first <> 1 OR t.last <> p.acts)""",
    ),
    Invariant(
        "I1-waves",
        "Every wave up to the present one has its chunks, and no later one has any.",
        """SELECT 'plan ' || p.id AS example FROM plan p
        LEFT JOIN (SELECT plan_id, count(*) FILTER (WHERE NOT again) AS chunks, max(wave) AS wave
                   FROM chunk GROUP BY plan_id) c ON c.plan_id = p.id
        LEFT JOIN LATERAL (SELECT count(*) AS parts FROM plan_part t
                           WHERE t.plan_id = p.id AND t.wave <= p.wave) t ON true
        WHERE p.applied_at IS NOT NULL AND p.acts > 0
          AND (coalesce(c.chunks, 0) <> t.parts OR coalesce(c.wave, 0) > p.wave)""",
    ),
    Invariant(
        "I1-windows",
        "What is recorded of a chunk lies within what was claimed of it, and that within the chunk.",
        """SELECT 'plan ' || plan_id || ' chunk ' || id AS example FROM chunk
        WHERE NOT (lo - 1 <= settled_to AND settled_to <= claimed_to AND claimed_to <= hi)
           OR state = 'done' AND (claimed_to < hi OR settled_to < claimed_to)""",
    ),
    Invariant(
        "I1-rest",
        "A plan that is done has no chunk of its first pass at work.",
        """SELECT 'plan ' || c.plan_id || ' chunk ' || c.id AS example FROM chunk c JOIN plan p ON p.id = c.plan_id
        WHERE p.state = 'done' AND c.state <> 'done' AND NOT c.again""",
    ),
    Invariant("I1-tally", "The tally of a plan's acts says what the acts' states say.", _TALLIED, deep=True),
    Invariant(
        "I1-directory",
        "What is known of a customer belongs to one who is there.",
        """SELECT kind || ' of customer ' || customer_id AS example FROM (
            SELECT 'key' AS kind, customer_id FROM customer_alias UNION ALL
            SELECT 'contact', customer_id FROM contact_point UNION ALL
            SELECT 'salt', customer_id FROM customer_salt) t
        WHERE NOT EXISTS (SELECT FROM customer c WHERE c.id = t.customer_id)""",
        deep=True,
    ),
    Invariant("I1-counters", "The chunks' counters say what the acts' states say.", _COUNTED, deep=True),
    Invariant(
        "I1-planned",
        "No act of a plan that has ended is still planned.",
        """SELECT 'plan ' || a.plan_id || ' act ' || a.ordinal AS example FROM act a JOIN plan p ON p.id = a.plan_id
        WHERE a.state = 'planned' AND p.state IN ('done', 'cancelled') AND p.applied_at IS NOT NULL""",
        deep=True,
    ),
    Invariant(
        "I2",
        "A transfer that was taken back was taken back whole, from the same accounts.",
        """SELECT 'transfer ' || r.id AS example FROM ledger_transfer r
        LEFT JOIN ledger_transfer t ON t.key = left(r.key, -9)
        WHERE r.key LIKE '%:reversed'
          AND (t.minor, t.currency, t.debit, t.credit) IS DISTINCT FROM (r.minor, r.currency, r.credit, r.debit)""",
    ),
    Invariant(
        "I3-ledger",
        "Every store credit that is done stands in the ledger with its amount, and no other act's does.",
        f"""SELECT coalesce('plan ' || a.plan_id || ' act ' || a.ordinal, 'transfer ' || l.id) AS example
        FROM (SELECT a.plan_id, a.ordinal, a.minor, a.currency, a.state, {_KEY} AS key
              FROM act a JOIN plan p ON p.id = a.plan_id AND p.approved_at IS NOT NULL
              JOIN mistake m ON m.id = a.mistake_id
              WHERE p.settings -> 'providers' -> {_PROVIDER} ->> 'plugin' = 'store-credit') a
        FULL JOIN (SELECT * FROM ledger_transfer WHERE key LIKE 'mg-%' AND key NOT LIKE '%:reversed') l
          ON l.key = a.key
        WHERE a.key IS NULL OR a.state = 'done' AND (l.minor, l.currency) IS DISTINCT FROM (a.minor, a.currency)
           OR l.key IS NOT NULL AND a.state IN ('failed', 'cancelled')""",
        deep=True,
    ),
    Invariant(
        "I4",
        "Each act took effect at most once on each of its routes.",
        """SELECT 'plan ' || plan_id || ' act ' || ordinal AS example FROM attempt
        WHERE answer = 'done' AND code NOT IN ('by-person', 'late') AND epoch > 0
        GROUP BY plan_id, ordinal, key HAVING count(*) > 1""",
        deep=True,
    ),
    Invariant(
        "I5-approved",
        "Nothing was started without as many approvals of exactly its digest as it needs.",
        """SELECT 'plan ' || p.id AS example FROM plan p
        WHERE p.applied_at IS NOT NULL AND p.acts > 0 AND (
            SELECT count(DISTINCT a.approver) FROM approval a WHERE a.plan_id = p.id AND a.digest = p.digest)
            < CASE WHEN EXISTS (SELECT 1 FROM approval a WHERE a.plan_id = p.id AND a.rule = 'standing') THEN 1
                   ELSE coalesce((p.settings ->> 'approvers')::int, 1) END""",
    ),
    Invariant(
        "I5-chunks",
        "A chunk is one that was approved: the same acts, the same digest.",
        """SELECT 'plan ' || c.plan_id || ' chunk ' || c.id AS example FROM chunk c
        LEFT JOIN plan_part t ON t.plan_id = c.plan_id AND t.lo = c.lo AND t.hi = c.hi
        WHERE NOT c.again AND (t.digest IS DISTINCT FROM c.digest OR t.step <> c.step OR t.provider <> c.provider)""",
    ),
    Invariant(
        "I5-acts",
        "An act is what was approved: its leaf says so.",
        """SELECT 'plan ' || a.plan_id || ' act ' || a.ordinal AS example
        FROM act a JOIN plan p ON p.id = a.plan_id AND p.approved_at IS NOT NULL
        WHERE a.leaf <> encode(sha256(convert_to(concat_ws('|', a.customer_id, a.step, a.sequence, a.kind, a.provider,
            a.route, a.remedy, a.wave, extract(epoch FROM a.due_at)::bigint, coalesce(a.minor::text, ''),
            coalesce(a.currency, ''), a.basis, a.facts_digest), 'UTF8')), 'hex')""",
        deep=True,
    ),
    Invariant(
        "I6",
        "What was approved for a mistake stays within the budget of the plan that was approved last.",
        """SELECT 'plan ' || p.id || ': ' || r.currency AS example
        FROM (SELECT DISTINCT ON (p.mistake_id) p.* FROM plan p JOIN approval a ON a.plan_id = p.id
              WHERE p.approved_at IS NOT NULL ORDER BY p.mistake_id, a.id DESC) p
        JOIN LATERAL (SELECT a.running FROM approval a WHERE a.plan_id = p.id ORDER BY a.id DESC LIMIT 1) a ON true,
        LATERAL jsonb_each_text(a.running) AS r(currency, minor)
        WHERE (p.settings -> 'budget' ->> r.currency)::bigint < r.minor::bigint""",
    ),
    Invariant(
        "I7",
        "Nobody approved what they had asked for, but by the standing rule or a firm of one's wait.",
        """SELECT 'plan ' || p.id AS example FROM approval a JOIN plan p ON p.id = a.plan_id
        WHERE a.approver = p.requested_by AND a.rule NOT IN ('standing', 'solo', 'schedule')""",
    ),
    Invariant(
        "I9",
        "Every promise is kept, ahead, paused or released, or its being late and missed was said within five minutes.",
        """SELECT 'promise ' || p.id || ' is ' || k.kind AS example FROM promise p
        CROSS JOIN LATERAL (VALUES ('late', p.due_at), ('missed', p.due_at + p.margin)) AS k(kind, since)
        WHERE p.state = 'open' AND p.answered_at IS NULL
          AND greatest(k.since, p.made_at) < clock_timestamp() - interval '5 minutes'
          AND NOT EXISTS (SELECT FROM fence WHERE fenced_at IS NOT NULL)  -- nobody is alarmed by it
          AND NOT EXISTS (SELECT FROM promise_event e
                          WHERE e.promise = p.id AND e.kind = k.kind AND e.round = p.round)
        UNION ALL
        SELECT 'promise ' || p.id || ' is ' || p.state FROM promise p
        WHERE p.state = 'open' AND p.next_at IS NULL AND p.answered_at IS NULL
              AND p.due_at + p.margin > clock_timestamp()
           OR p.state <> 'open' AND p.next_at IS NOT NULL
           OR p.state IN ('kept', 'released') AND NOT EXISTS (
               SELECT FROM promise_event e WHERE e.promise = p.id AND e.kind = p.state)
        UNION ALL
        SELECT 'promise ' || promise || ' was ' || kind || ' twice' FROM promise_event
        WHERE kind IN ('coming', 'late', 'missed') GROUP BY promise, kind, round HAVING count(*) > 1""",
    ),
    Invariant(
        "I10",
        "Of all approved plans of a mistake, one act has the right to a customer, a step and a sequence.",
        """SELECT 'plan ' || a.plan_id || ' act ' || a.ordinal AS example
        FROM act a JOIN plan p ON p.id = a.plan_id AND p.approved_at IS NOT NULL
        LEFT JOIN act_key k ON k.mistake_id = a.mistake_id AND k.customer_id = a.customer_id AND k.step = a.step
          AND k.sequence = a.sequence AND k.plan_id = a.plan_id AND k.ordinal = a.ordinal
        WHERE k.plan_id IS NULL
        UNION ALL
        SELECT 'plan ' || min(plan_id) || ': customer ' || customer_id || ', ' || step FROM act_key
        GROUP BY mistake_id, customer_id, step, sequence HAVING count(*) > 1""",
        deep=True,
    ),
    Invariant(
        "I12-attempts",
        "An act that ended was tried, and its last attempt says how it ended.",
        """SELECT 'plan ' || a.plan_id || ' act ' || a.ordinal || ' is ' || a.state AS example FROM act a
        WHERE (a.state IN ('done', 'accepted', 'unknown') OR a.state = 'failed' AND a.tries > 0)
          -- What can no longer be sent at all ends without a further try.
          AND coalesce(a.code, '') NOT IN ('not-sent', 'cannot-be-written', 'facts-changed', 'suppressed')
          AND NOT EXISTS (SELECT 1 FROM attempt t WHERE t.plan_id = a.plan_id AND t.ordinal = a.ordinal
                          AND (t.answer = a.state OR a.state IN ('done', 'accepted') AND t.answer IN ('accepted',
                               'waiting', 'done') OR a.state = 'failed' AND t.answer IN ('absent', 'failed')
                               OR a.state = 'unknown'))""",
        deep=True,
    ),
    Invariant(
        "I12-money",
        "Money that moved is never called failed, cancelled or still to come.",
        """SELECT 'plan ' || a.plan_id || ' act ' || a.ordinal || ' is ' || a.state AS example FROM act a
        WHERE a.kind IN ('fix', 'make good') AND a.state IN ('failed', 'cancelled', 'planned', 'waiting')
          AND (SELECT t.answer FROM attempt t WHERE t.plan_id = a.plan_id AND t.ordinal = a.ordinal
                 AND t.answer IN ('done', 'accepted', 'failed', 'reversed', 'absent', 'bounced')
               ORDER BY t.id DESC LIMIT 1) = 'done'""",
        deep=True,
    ),
    Invariant(
        "I13",
        "What a provider said later was taken in once.",
        """SELECT 'notice ' || min(id) AS example FROM notice GROUP BY connection, event HAVING count(*) > 1""",
    ),
    Invariant(
        "I14",
        "What is being sent has a worker: its lease ended less than 90 seconds ago.",
        """SELECT 'plan ' || plan_id || ' chunk ' || id AS example FROM chunk
        WHERE claimed_to > settled_to AND state IN ('open', 'cancelled')
          AND lease_until < clock_timestamp() - interval '90 seconds'""",
    ),
    Invariant(
        "I15",
        "An act of unknown outcome that should have been asked about again was, within a day.",
        """SELECT 'plan ' || plan_id || ' act ' || ordinal AS example FROM act
        WHERE next_at < clock_timestamp() - interval '24 hours' AND state = 'unknown'""",
    ),
    Invariant(
        "I20",
        "One customer of a brand has one number, however often they were loaded.",
        """SELECT 'customer ' || min(customer_id) AS example FROM customer_alias WHERE kind = 'key'
        GROUP BY brand_id, value HAVING count(DISTINCT customer_id) > 1""",
        deep=True,
    ),
)


def check_invariants(*, deep: bool = False) -> list[Finding]:
    """A finding for each invariant that does not hold, with its number of breaches and the first of them.

    `deep` reads every act and attempt as well: minutes at ten million.
    """
    found = []
    with connection.cursor() as cursor:
        for one in INVARIANTS:
            if one.deep and not deep:
                continue
            # LIMIT: one more than can be of use, so that a table that is wrong everywhere costs no memory.
            cursor.execute(f"SELECT example FROM ({one.sql}) t ORDER BY example LIMIT 1000")
            examples = [example for (example,) in cursor.fetchall()]
            if examples:
                found.append(_finding(one, examples))
    return found


def check_provider_total(provider: str, currency: str, total: int) -> list[Finding]:
    """I3: what the provider says it moved, in minor units, against what is done here and was not reversed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(minor), 0)::bigint FROM act a JOIN plan p ON p.id = a.plan_id AND "
            "p.approved_at IS NOT NULL WHERE a.provider = %s AND a.currency = %s AND a.state IN ('done', 'accepted')",
            [provider, currency],
        )
        (ours,) = cursor.fetchone()
    if ours == total:
        return []
    what = f"I3: {provider} says it moved {total} minor units of {currency}; {ours} are done here."
    return [Finding("does-not-hold", what, "Look at the acts of unknown outcome first: makegood unknown.")]


def by_id() -> Mapping[str, Invariant]:
    return {one.id: one for one in INVARIANTS}


def _finding(one: Invariant, examples: list[str]) -> Finding:
    return Finding(
        "does-not-hold",
        f"{one.id} does not hold: {one.sentence}",
        _REMEDY,
        count=len(examples),
        examples=tuple(examples[:EXAMPLES]),
    )
