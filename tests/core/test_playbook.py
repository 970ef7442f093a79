"""playbook.yaml: steps, order, limits, and the two findings that carry the product's promise."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from makegood.core.expressions_sql import Type
from makegood.core.playbook import Pace, Playbook, Plugins, Share, parse_playbook
from makegood.documents.folder import read_document
from makegood.kit.errors import Finding
from makegood.kit.money import Money


@dataclass(frozen=True)
class Facts:
    kinds: frozenset[str]
    route: str = ""
    needs_money: bool = False


@dataclass(frozen=True)
class Paid:
    kind: str
    in_unit: object | None = None


WORDS = frozenset({"tell", "ask"})
DEEDS = frozenset({"fix", "make good"})
PLUGINS = Plugins(
    remedies={
        "store-credit": Facts(DEEDS, needs_money=True),
        "task": Facts(DEEDS),
        "reship": Facts(frozenset({"fix"})),
    },
    channels={"email": Facts(WORDS, "email"), "letter": Facts(frozenset({"tell"}), "post"), "task": Facts(WORDS)},
)
REMEDIES = {"refund": Paid("fix"), "sorry": Paid("make good")}
GOOD = """stages:
  acknowledge:
    steps:
      - {id: say-so, do: tell, message: hello, channels: [email, letter], due: noticed + 24 hours}
  remedy:
    needs: [acknowledge]
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: sorry, do: make good, remedy: sorry, provider: store-credit, with: {pool: a}}
      - {id: told, do: tell, message: done, channels: [email], after: [refund, sorry], everyone: true}
budget: USD 6000.00
caps: {per_customer: [USD 600.00, EUR 500.00]}
waves: [{size: 10}, {size: 12.5%}, {size: rest}]
stop: {failed: 5%, unknown: 3}
pace: {email: 20/s, store-credit: 100/min}
approval: {people: 2}
"""


def read(text: str, *, fault: str = "clear", remedies=REMEDIES) -> tuple[Playbook | None, list[Finding]]:
    file, found = read_document(text, "playbook", "playbook.yaml")
    if file is None:
        return None, found
    return parse_playbook(file, remedies, {"hello", "done"}, PLUGINS, fault=fault)


def codes(text: str, **more) -> list[tuple[str, int | None]]:
    playbook, found = read(text, **more)
    assert (playbook is None) == any(finding.blocking for finding in found)
    assert all(finding.place and finding.remedy for finding in found)
    return [(finding.code, finding.place.line if finding.place else None) for finding in found]


def test_everything_it_says() -> None:
    playbook, found = read(GOOD)
    assert found == []
    assert playbook is not None
    assert [step.id for step in playbook.steps()] == ["say-so", "refund", "sorry", "told"]
    assert playbook.stages["remedy"].needs == ("acknowledge",)
    assert playbook.budget == {"USD": Money(600_000, "USD")}
    assert playbook.caps == {"USD": Money(60_000, "USD"), "EUR": Money(50_000, "EUR")}
    assert playbook.waves == (Share(count=10), Share(basis_points=1250), Share())
    assert playbook.stop == {"failed": Share(basis_points=500), "unknown": Share(count=3)}
    assert playbook.pace == {"email": Pace(20, 1), "store-credit": Pace(100, 60)}
    assert (playbook.doubtful, playbook.approvers) == ("hold", 2)
    say_so, _, sorry, told = playbook.steps()
    assert str(say_so.due) == "noticed + 24 hours"
    assert sorry.instructions == {"pool": "a"}
    assert told.everyone
    assert told.due is None
    assert told.place.line == 10


def test_defaults() -> None:
    playbook, found = read(GOOD.split("budget:", maxsplit=1)[0])
    assert found == []
    assert playbook is not None
    assert (playbook.waves, playbook.budget, playbook.approvers) == ((Share(),), {}, 1)


@pytest.mark.parametrize(
    ("share", "whole", "count"),
    [(Share(count=10), 3, 3), (Share(), 7, 7), (Share(basis_points=500), 1, 1), (Share(basis_points=500), 100, 5),
     (Share(basis_points=1), 10_001, 2), (Share(basis_points=10_000), 9, 9), (Share(basis_points=500), 0, 0)],
)  # fmt: skip
def test_shares(share: Share, whole: int, count: int) -> None:
    assert share.of(whole) == count


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("message: hello", "message: helo", "unknown-message", 4),
        ("message: hello, ", "", "incomplete-step", 4),
        ("channels: [email, letter], ", "", "incomplete-step", 4),
        ("[email, letter]", "[email, pigeon]", "unknown-plugin", 4),
        ("[email, letter]", "[email, email]", "double-channel", 4),
        ("do: tell, message: hello", "do: ask, message: hello", "plugin-cannot", 4),
        ("message: hello", "message: hello, provider: task", "needless-setting", 4),
        ("remedy: refund, provider: store-credit", "remedy: refund", "incomplete-step", 8),
        ("remedy: refund, provider: store-credit", "remedy: refund, provider: bank", "unknown-plugin", 8),
        ("remedy: sorry, provider: store-credit", "remedy: sorry, provider: reship", "plugin-cannot", 9),
        ("id: refund, do: fix,", "id: refund, do: fix, message: hello,", "needless-setting", 8),
        ("id: refund, do: fix,", "id: refund, do: fix, everyone: true,", "needless-setting", 8),
        ("do: fix, remedy: refund", "do: fix, remedy: sorry", "kind-mismatch", 8),
        ("do: fix, remedy: refund", "do: fix, remedy: refnd", "unknown-remedy", 8),
        ("id: sorry", "id: refund", "double-step", 9),
        ("after: [refund, sorry]", "after: [later]", "unknown-step", 10),
        ("{id: refund, do: fix,", "{id: refund, after: [told], do: fix,", "unknown-step", 8),
        ("needs: [acknowledge]", "needs: [remedy]", "unknown-stage", 6),
        ("noticed + 24 hours", "soon", "bad-due", 4),
        ("budget: USD 6000.00", "budget: 6000.00", "no-currency", 11),
        ("budget: USD 6000.00", "budget: USD 6,000.00", "bad-amount", 11),
        ("[USD 600.00, EUR 500.00]", "[USD 600.00, USD 500.00]", "double-currency", 12),
        ("{size: 12.5%}", "{size: 0%}", "bad-share", 13),
        ("{size: 12.5%}", "{size: 12.555%}", "bad-share", 13),
        ("{size: 12.5%}", "{size: 101%}", "bad-share", 13),
        ("{size: 10}, ", "{size: 0}, ", "bad-share", 13),
        (", {size: rest}]", "]", "bad-waves", 13),
        ("[{size: 10}", "[{size: rest}", "bad-waves", 13),
        ("unknown: 3", "unknown: few", "bad-share", 14),
        ("20/s", "fast", "bad-pace", 15),
        ("20/s", "0/s", "bad-pace", 15),
        ("pace: {email", "pace: {emil", "unknown-plugin", 15),
        ("people: 2", "people: 9", "schema-maximum", 16),
        ("do: make good", "do: give", "schema-enum", 9),
        ("budget: USD", "budgets: USD", "schema-additionalproperties", 11),
    ],
)  # fmt: skip
def test_refused(old: str, new: str, code: str, line: int) -> None:
    assert old in GOOD
    found = codes(GOOD.replace(old, new, 1))
    assert (code, line) in found, found


def test_several_providers_stand_in_order_and_each_must_be_able() -> None:
    text = GOOD.replace("provider: store-credit", "providers: [store-credit, reship]", 1)
    playbook, found = read(text)
    assert playbook is not None, found
    refund = next(step for step in playbook.steps() if step.id == "refund")
    assert (refund.provider, refund.otherwise) == ("store-credit", ("reship",))
    assert codes(text.replace("reship]", "bank]")) == [("unknown-plugin", 8)]
    assert codes(text.replace("reship]", "store-credit]")) == [("double-channel", 8)]
    assert codes(text.replace("providers:", "provider: reship, providers:")) == [("needless-setting", 8)]
    assert ("plugin-cannot", 9) in codes(
        text.replace("remedy: sorry, provider: store-credit", "remedy: sorry, providers: [reship]")
    )


def test_a_provider_of_money_needs_a_remedy() -> None:
    text = GOOD.replace("do: fix, remedy: refund, provider", "do: fix, provider")
    assert codes(text)[0] == ("no-remedy", 8)
    assert codes(text.replace("store-credit}", "reship}", 1)) == [("unpaid-remedy", 1)]


def test_no_remedy_is_paid_twice() -> None:
    text = GOOD.replace(
        "      - {id: sorry,", "      - {id: again, do: fix, remedy: refund, provider: task}\n      - {id: sorry,"
    )
    assert codes(text) == [("remedy-paid-twice", 9)]


ONLY_TELL = "stages:\n  a:\n    steps:\n      - {id: x, do: tell, message: hello, channels: [email]}\n"
ONLY_GIVE = "stages:\n  a:\n    steps:\n      - {id: x, do: make good, remedy: sorry, provider: store-credit}\n"


@pytest.mark.parametrize(("fault", "level"), [("clear", "blocking"), ("unclear", "advice"), ("none", "advice")])
def test_words_only(fault: str, level: str) -> None:
    playbook, found = read(ONLY_TELL, fault=fault, remedies={})
    assert [(finding.code, finding.level) for finding in found] == [("words-only", level)]
    assert (playbook is None) == (level == "blocking")


def test_gesture_only() -> None:
    assert codes(ONLY_GIVE, remedies={"sorry": Paid("make good")}) == [("gesture-only", 1)]
    mended = ONLY_GIVE + "      - {id: y, do: fix, provider: task}\n"
    assert codes(mended, remedies={"sorry": Paid("make good")}) == []


def test_judged_over_the_whole_playbook() -> None:
    text = ONLY_TELL + "  b:\n    steps:\n      - {id: y, do: fix, provider: reship}\n"
    assert codes(text, remedies={}) == []


def test_an_unpaid_remedy_is_advice() -> None:
    playbook, found = read(GOOD, remedies={**REMEDIES, "voucher": Paid("make good")})
    assert playbook is not None
    assert [(finding.code, finding.level) for finding in found] == [("unpaid-remedy", "advice")]


def test_without_a_policy_remedies_are_not_checked() -> None:
    assert codes(GOOD.replace("remedy: refund,", "remedy: whatever,"), remedies=None) == []


def test_what_is_not_money_is_not_paid_by_a_provider_of_money() -> None:
    in_points = {**REMEDIES, "sorry": Paid("make good", in_unit="points")}
    assert codes(GOOD, remedies=in_points) == [("unit-not-money", 9)]
    by_hand = GOOD.replace("remedy: sorry, provider: store-credit, with: {pool: a}", "remedy: sorry, provider: task")
    assert codes(by_hand, remedies=in_points) == []


COLUMNS = {"due_at": Type("instant"), "on_day": Type("date"), "price": Type("integer"), "days": Type("date", many=True)}
EARLY = """stages:
  advance:
    steps:
      - {id: warn, do: tell, message: hello, channels: [email], before: due_at}
  acknowledge:
    steps:
      - {id: say-so, do: tell, message: hello, channels: [email], since: due_at, unless: [warn]}
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: told, do: tell, message: done, channels: [email], after: [refund]}
"""


def early(text: str, columns=COLUMNS) -> list[tuple[str, int | None, str]]:
    file, found = read_document(text, "playbook", "playbook.yaml")
    assert file is not None, found
    _, found = parse_playbook(file, None, {"hello", "done"}, PLUGINS, columns=columns)
    return [(finding.code, finding.place.line if finding.place else None, finding.remedy) for finding in found]


def test_steps_for_those_about_to_be_hit() -> None:
    assert early(EARLY) == []
    file, _ = read_document(EARLY, "playbook", "playbook.yaml")
    assert file is not None
    playbook, _ = parse_playbook(file, None, {"hello", "done"}, PLUGINS, columns=COLUMNS)
    assert playbook is not None
    warn, say_so, *_ = playbook.steps()
    assert (warn.before, warn.since, say_so.since, say_so.unless) == ("due_at", "", "due_at", ("warn",))


@pytest.mark.parametrize(
    ("change", "code", "line", "remedy"),
    [
        (("before: due_at", "before: due"), "unknown-column", 4, "Did you mean 'due_at'?"),
        (("before: due_at", "before: price"), "not-a-moment", 4, "Name a column of type instant or date."),
        (("before: due_at", "before: days"), "not-a-moment", 4, "There are: due_at, on_day."),
        (("since: due_at, unless", "since: due_at, before: due_at, unless"), "never-meant", 7, "Keep one"),
        (("unless: [warn]", "unless: [told]"), "unknown-step", 7, "There are: warn."),
        ((", unless: [warn]", ""), "told-again", 7, "Give it unless: [warn], and since: due_at"),
    ],
)
def test_a_moment_that_is_none(change, code, line, remedy) -> None:
    (found, *_) = [one for one in early(EARLY.replace(*change)) if one[0] == code]
    assert found[:2] == (code, line)
    assert remedy in found[2]


def test_an_update_with_an_end_and_what_was_changed_since_are_news_to_all() -> None:
    hello = "do: tell, message: hello, channels: [email]"
    progress = f"  progress:\n    steps:\n      - {{id: on, {hello}, every: 1 day, until: fixed"
    changed = "  changed:\n    steps:\n      - {id: new, do: tell, message: done, channels: [email], prevention: key"
    assert early(EARLY + progress + ", before: on_day}\n" + changed + "}\n") == []
    assert [one[0] for one in early(EARLY + changed.replace(", prevention: key", "") + "}\n")] == ["told-again"]


def test_columns_that_are_not_known_are_not_checked() -> None:
    assert early(EARLY.replace("due_at", "whatever"), columns=None) == []
