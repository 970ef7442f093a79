"""One database with a row of mistakes that are all alike, set back in a moment: no plan is drafted for a schedule.

One recovery is really loaded and planned; its plan is copied into slots by SQL. A slot has two plans: the one that is
carried out, and its double, which somebody could approve as well if nothing stood against it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from psycopg.types.json import Jsonb

from makegood.acts import fence
from makegood.plans.tally import COUNTED
from makegood.testing.clock import VirtualClock
from tests.engine.recovery import AS_OF, given_people, live, recovery
from tests.faults.workers import close_all

SLOTS = 100
FIRST, DOUBLE = 1000, 2000  # plan ids: slot n is FIRST + n, its double DOUBLE + n
START = AS_OF + timedelta(hours=1)
CUSTOMERS = 3
PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: say-so, do: tell, message: say-so, channels: [email]}
      - {id: refund, do: fix, remedy: refund, provider: http}
      - {id: tell-refund, do: tell, message: refund, channels: [email], after: [refund]}
waves: [{size: 1}, {size: rest}]
"""
PROVIDERS = {
    "email": {"plugin": "simulated-mail", "family": "channel", "connection": None, "settings": {}, "route": "email"},
    "http": {"plugin": "simulated-pay", "family": "remedy", "connection": None, "settings": {}, "route": ""},
}
_COPY = {
    "mistake": "INSERT INTO mistake SELECT (jsonb_populate_record(m, jsonb_build_object('id', %(first)s + n, "
    "'public_id', 'm-slot-' || n, 'slug', 'slot-' || n))).* "
    "FROM mistake m, generate_series(1, %(slots)s) n WHERE m.id = %(mistake)s",
    "plan": "INSERT INTO plan SELECT (jsonb_populate_record(p, jsonb_build_object('id', base + n, 'mistake_id', "
    "%(first)s + n, 'number', base / 1000, 'state', 'done', 'settings', jsonb_set(p.settings, '{mistake,id}', "
    "to_jsonb('m-slot-' || n)), 'approved_at', %(start)s::timestamptz, 'applied_at', %(start)s::timestamptz))).* "
    "FROM plan p, generate_series(1, %(slots)s) n, unnest(ARRAY[%(first)s, %(double)s]) base WHERE p.id = %(plan)s",
    "plan_part": "INSERT INTO plan_part SELECT (jsonb_populate_record(t, jsonb_build_object('id', (base + n) * 100 "
    "+ t.number, 'plan_id', base + n))).* FROM plan_part t, generate_series(1, %(slots)s) n, "
    "unnest(ARRAY[%(first)s, %(double)s]) base WHERE t.plan_id = %(plan)s",
    "approval": "INSERT INTO approval SELECT (jsonb_populate_record(a, jsonb_build_object('id', base + n, 'plan_id', "
    "base + n))).* FROM approval a, generate_series(1, %(slots)s) n, unnest(ARRAY[%(first)s, %(double)s]) base "
    "WHERE a.plan_id = %(plan)s",
    "virtual.kept_act": "INSERT INTO virtual.kept_act SELECT (jsonb_populate_record(a, jsonb_build_object("
    "'plan_id', base + n, 'mistake_id', %(first)s + n))).* FROM act a, generate_series(1, %(slots)s) n, "
    "unnest(ARRAY[%(first)s, %(double)s]) base WHERE a.plan_id = %(plan)s",
}
_RESET = """
SET LOCAL session_replication_role = replica;
TRUNCATE act_slots, attempt_slots, chunk, act_key, entry, seal, notice, heard, act_tally RESTART IDENTITY CASCADE;
SELECT setval('chunk_id_seq', 1000000);
UPDATE cursor_place SET xid = '0', id = 0;
INSERT INTO act_slots SELECT * FROM virtual.kept_act;
INSERT INTO act_key (mistake_id, customer_id, step, sequence, plan_id, ordinal)
SELECT mistake_id, customer_id, step, sequence, plan_id, ordinal FROM act_slots WHERE plan_id < {double};
UPDATE plan SET state = CASE WHEN id < {double} THEN 'applying' ELSE 'draft' END, wave = 1, reason = '',
                finished_at = NULL, approved_at = CASE WHEN id < {double} THEN timestamptz '{start}' END,
                applied_at = CASE WHEN id < {double} THEN timestamptz '{start}' END WHERE id > {first};
INSERT INTO chunk (id, plan_id, wave, step, provider, due_at, lo, hi, again, digest, state, claimed_to, settled_to,
                   epoch, worker, done, failed, unknown, waiting)
SELECT id, plan_id, wave, step, provider, due_at, lo, hi, false, digest, 'open', lo - 1, lo - 1, 0, '', 0, 0, 0, 0
FROM plan_part WHERE plan_id > {first} AND plan_id < {double} AND wave = 1;
"""


class Stage:
    def __init__(self, database: Any, tmp_path: Path) -> None:
        self.home = database.home
        self.loop = asyncio.new_event_loop()  # of all its batches: connections stay in it
        self.loop.set_exception_handler(lambda *_: None)
        people = given_people()
        self.actor = people.maya.id
        live(people, "email", {"host": "127.0.0.1", "tls": "none", "sender_email": "shop@example.com"})
        call = {"method": "POST", "path": "credits", "body": {"key": "{key}"}}
        self.provider = live(people, "http", {"url": "http://127.0.0.1:9/", "allow_loopback": True, "honours_key": True,
                              "perform": call, "look_up": {"path": "credits/{key}"}})  # fmt: skip
        made = recovery(tmp_path, people, count=CUSTOMERS, playbook=PLAYBOOK)
        made.load()
        plan = made.ready("remedy")
        self.settings = {**plan.settings, "providers": PROVIDERS | _routes(plan.settings["providers"])}
        self._admin = psycopg.connect(database.admin_url, autocommit=True)
        connections.close_all()
        self.clock = VirtualClock(database.admin_url, START)
        self._fill(plan)
        standing = fence.look()  # the first home of this database is let in
        self.admitted = {"fence_home": standing.home, "fence_epoch": standing.epoch}
        self.fenced = False

    def fence(self, *, up: bool) -> None:
        """What a restored backup does to the database, and what a person does after reconciling."""
        self.fenced = up
        self._admin.execute("UPDATE fence SET fenced_at = CASE WHEN %s THEN now() END", [up])

    def _fill(self, plan: Any) -> None:
        ids = list(range(FIRST + 1, FIRST + SLOTS + 1)) + list(range(DOUBLE + 1, DOUBLE + SLOTS + 1))
        values = {"first": FIRST, "double": DOUBLE, "slots": SLOTS, "start": START, "plan": plan.id,
                  "mistake": plan.mistake_id}  # fmt: skip
        with self._admin.transaction():
            self._admin.execute("SET LOCAL session_replication_role = replica")
            self._admin.execute("UPDATE plan SET settings = %s WHERE id = %s", [Jsonb(self.settings), plan.id])
            self._admin.execute("CREATE TABLE virtual.kept_act AS SELECT * FROM act WHERE false")
            self._admin.execute("ALTER TABLE heard ALTER next_at SET DEFAULT virtual.now()")
            for parent in ("act", "attempt", "decision"):
                parts = ", ".join(str(one) for one in ids)
                self._admin.execute(f"CREATE TABLE {parent}_slots PARTITION OF {parent} FOR VALUES IN ({parts})")
            for statement in _COPY.values():
                self._admin.execute(statement, values)
            template = "UPDATE plan SET state = 'superseded', approved_at = NULL, applied_at = NULL WHERE id = %s"
            self._admin.execute(template, [plan.id])
        for table in ("mistake", "plan", "plan_part", "virtual.kept_act", "affected"):
            self._admin.execute(f"ANALYZE {table}")

    def reset(self, overlays: Sequence[Mapping[str, Any]]) -> None:
        """Everything as planned and just applied; `overlays` change the settings of slots 1, 2, …"""
        self.clock.begin_at(START)
        with self._admin.transaction():
            text = _RESET.format(first=FIRST, double=DOUBLE, start=START.isoformat())
            self._admin.execute(text)
            changed = [(FIRST + slot, json.dumps(overlay)) for slot, overlay in enumerate(overlays, start=1)]
            self._admin.execute(
                "UPDATE plan SET settings = settings || o.overlay::jsonb, wave = 1 "
                "FROM unnest(%s::bigint[], %s::text[]) o(id, overlay) WHERE plan.id = o.id",
                [[one for one, _ in changed], [one for _, one in changed]],
            )
            unused = [FIRST + slot for slot in range(len(overlays) + 1, SLOTS + 1)]
            self._admin.execute("UPDATE plan SET state = 'superseded', approved_at = NULL WHERE id = ANY(%s)", [unused])
            for table in ("chunk", "act_slots", "act_key"):
                self._admin.execute(f"DELETE FROM {table} WHERE plan_id = ANY(%s)", [unused])
            approved = "plan_id IN (SELECT id FROM plan WHERE approved_at IS NOT NULL)"
            self._admin.execute(f"INSERT INTO act_tally {COUNTED.format(approved)}")
        self.fence(up=False)
        for path in self.home.glob("slots/*/*.log"):
            path.unlink()

    def rows(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._admin.execute(text, values).fetchall()

    def as_owner(self, text: str) -> None:
        self._admin.execute(text)

    def close(self) -> None:
        self.loop.run_until_complete(close_all())
        self.loop.close()
        self.clock.close()
        self._admin.close()


def _routes(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Providers of the plan that the simulation does not stand in for: there must be none."""
    return {name: value for name, value in chosen.items() if name not in PROVIDERS}
