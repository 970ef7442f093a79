"""What stands around the words is settled with the plan: the brand's name and address, and where answers are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.engine.recovery import given_people, live, recovery

from makegood.core.messagefacts import frame_of
from makegood.core.render import Frame
from makegood.people.actions import set_brand
from makegood.people.models import Brand
from makegood.plans.messages import list_samples

MAIL = {"host": "mail.shop.example", "sender_email": "post@shop.example", "tls": "implicit"}
BRAND = {"legal_name": "Shop Ltd", "postal": "1 Road\nTown\n", "sender_email": "shop@shop.example"}


def made(path: Path, *, brand: dict[str, str], mail: dict[str, Any] | None = None) -> Any:
    people = given_people()
    set_brand(people.brand, {**BRAND, **brand}, actor=people.maya.id)
    people.brand.refresh_from_db()
    if mail is not None:
        live(people, "email", mail)
    found = recovery(path, people, count=3)
    found.load()
    return found


def test_a_plan_holds_the_brands_name_address_and_where_answers_are_read(database: Any, tmp_path: Path) -> None:
    plan = made(tmp_path, brand={"reply_to": "help@shop.example"}).plan("acknowledge")
    frame = frame_of(plan.settings, step="say-so")
    assert frame == Frame("Shop Ltd", ("1 Road", "Town"), "help@shop.example")
    (sample, *_) = list_samples(plan)
    assert "Shop Ltd, 1 Road, Town" in sample.words.html
    assert sample.words.closing.endswith("write to help@shop.example.\n")


def test_the_connection_knows_better_where_answers_are_read(database: Any, tmp_path: Path) -> None:
    mail = {**MAIL, "reply_to": "answers@shop.example"}
    plan = made(tmp_path, brand={"reply_to": "help@shop.example"}, mail=mail).plan("acknowledge")
    assert frame_of(plan.settings, step="say-so").reply_to == "answers@shop.example"


def test_without_any_answers_go_to_the_sender(database: Any, tmp_path: Path) -> None:
    plan = made(tmp_path, brand={}).plan("acknowledge")
    assert frame_of(plan.settings, step="say-so").reply_to == "shop@shop.example"


def test_another_address_is_another_digest(database: Any, tmp_path: Path) -> None:
    found = made(tmp_path, brand={"reply_to": "help@shop.example"})
    first = found.plan("acknowledge")
    Brand.objects.filter(id=found.people.brand.id).update(postal="2 Road")
    assert found.plan("acknowledge").digest != first.digest


def test_an_address_that_nobody_reads_is_advice(database: Any, tmp_path: Path) -> None:
    found = made(tmp_path, brand={"reply_to": "no-reply@shop.example"})
    (said,) = (one for one in found.plan("acknowledge").findings if one["code"] == "no-reply")
    assert said["level"] == "advice"
    assert "'no-reply@shop.example'" in said["what"]
    set_brand(found.people.brand, {"reply_to": "help@shop.example"}, actor=found.people.maya.id)
    assert not [one for one in found.plan("acknowledge").findings if one["code"] == "no-reply"]


def test_a_plan_made_before_there_were_frames_has_the_name_alone() -> None:
    settings = {"mistake": {"brand_name": "Shop Ltd"}, "steps": {"say-so": {"message": "say-so"}}}
    assert frame_of(settings, step="say-so") == Frame("Shop Ltd")
