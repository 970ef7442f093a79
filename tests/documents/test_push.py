"""Revisions: numbered, never changed, and never pushed over somebody else's."""

import threading

import pytest
from django.db import connections
from tests.engine.recovery import POLICY, given_people, recovery, rows

from makegood.documents.actions import push_folder, read_base, write_base
from makegood.documents.folder import read_folder
from makegood.documents.models import Revision
from makegood.kit.errors import Refused


def pushed(tmp_path):
    made = recovery(tmp_path, given_people())
    made.push()
    return made


def numbers(made):
    return {name: revision.number for name, revision in made.revisions.items()}


def push_again(made, base):
    return push_folder(made.mistake, read_folder(made.path), actor=made.people.maya.id, base=base)


def test_only_what_changed_gets_a_new_number(database, tmp_path):
    made = pushed(tmp_path)
    assert set(numbers(made).values()) == {1}
    made.push()
    assert set(numbers(made).values()) == {1}
    made.write(policy=POLICY + "# changed\n")
    made.push()
    assert {name for name, number in numbers(made).items() if number == 2} == {"policy.yaml"}
    texts = Revision.objects.filter(name="policy.yaml").order_by("number").values_list("text", flat=True)
    assert list(texts) == [POLICY, POLICY + "# changed\n"]
    assert rows("SELECT count(*) FROM entry WHERE verb = 'document.pushed'") == [(len(made.revisions) + 1,)]


def test_a_moved_base_is_refused_with_both_changes(database, tmp_path):
    made = pushed(tmp_path)
    base = numbers(made)
    made.write(policy=POLICY.replace("redress", "goodwill"))
    made.push()
    made.write(policy=POLICY.replace("EUR", "USD"))
    with pytest.raises(Refused) as refused:
        push_again(made, base)
    said = refused.value.what
    assert refused.value.code == "base-moved"
    assert refused.value.place.file.endswith("policy.yaml")
    theirs, yours = said.split("Yours:")
    assert "+    basis: goodwill" in theirs
    assert "+    currency: USD" in yours
    assert Revision.objects.filter(name="policy.yaml").count() == 2


def test_a_folder_that_was_never_part_of_the_mistake_is_told_so_without_what_differs(database, tmp_path):
    made = pushed(tmp_path)
    made.write(policy=POLICY.replace("redress", "goodwill"))
    with pytest.raises(Refused) as refused:
        push_again(made, None)
    assert refused.value.code == "other-folder"
    assert refused.value.what == "There is a mistake 'double-charge' already, and this folder was never part of it."
    assert Revision.objects.count() == len(made.revisions)


def test_a_refused_push_keeps_none_of_its_texts(database, tmp_path):
    made = pushed(tmp_path)
    base = numbers(made)
    made.write(policy=POLICY + "# theirs\n")
    made.push()
    before = Revision.objects.count()
    made.write(mistake=(made.path / "mistake.yaml").read_text() + "# mine\n", policy=POLICY + "# mine\n")
    with pytest.raises(Refused):
        push_again(made, base)
    assert Revision.objects.count() == before


def test_the_same_text_is_no_conflict_whatever_the_base(database, tmp_path):
    made = pushed(tmp_path)
    made.write(policy=POLICY + "# both\n")
    made.push()
    assert push_again(made, None)["policy.yaml"].number == 2


def test_the_base_stands_beside_the_documents_and_belongs_to_one_mistake(database, tmp_path):
    made = pushed(tmp_path)
    assert read_base(made.path, "double-charge") is None
    write_base(made.path, made.mistake, made.revisions)
    assert read_base(made.path, "double-charge") == numbers(made)
    assert read_base(made.path, "another") is None
    for broken in ("[not json", "[]", '{"mistake": "double-charge"}', '{"mistake": "double-charge", "revisions": []}'):
        (made.path / ".makegood.json").write_text(broken)
        assert read_base(made.path, "double-charge") is None


def test_two_people_pushing_at_once_get_one_revision_and_one_refusal(database, tmp_path):
    made = pushed(tmp_path)
    base, folder = numbers(made), read_folder(made.path)
    ready, answers = threading.Barrier(2), []

    def push(text):
        texts = {**folder.texts, "policy.yaml": text}
        ready.wait()
        try:
            found = push_folder(made.mistake, type(folder)(folder.path, texts), actor=1, base=base)
            answers.append(found["policy.yaml"].number)
        except Refused as refused:
            answers.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=push, args=(POLICY + f"# {n}\n",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == ["2", "base-moved"]
