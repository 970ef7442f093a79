"""A small recovery with a canary in every personal value, and ways to damage its pack."""

from __future__ import annotations

import json

from tests.engine.recovery import MISTAKE, REFUND, SAY_SO, SCOPE, given_people, recovery

from makegood.balance.evidence_files import manifest_digest, pretty
from makegood.kit.digest import sha256

NAMED_SCOPE = SCOPE.replace(
    "contacts:\n  source",
    "  wish_text: {type: text}\n  impact_text: {type: text}\n  order_no: {type: text}\ncontacts:\n  source",
)
AFFECTED = """\
customer,extra,wish_text,impact_text,order_no
KANARYKEY1,1.00,KANARYWISH1,KANARYIMPACT1,KANARYFACT1
KANARYKEY2,2.00,KANARYWISH2,KANARYIMPACT2,KANARYFACT2
KANARYKEY3,4.00,KANARYWISH3,KANARYIMPACT3,KANARYFACT3
KANARYKEY4,5.00,KANARYWISH4,KANARYIMPACT4,KANARYFACT4
"""
CONTACTS = """\
customer,name,email,address
KANARYKEY1,Kanaryname One,kanarymail1@example.com,Kanarystreet 1
KANARYKEY2,Kanaryname Two,kanarymail2@example.com,Kanarystreet 2
KANARYKEY3,Kanaryname Three,kanarymail3@example.com,Kanarystreet 3
KANARYKEY4,Kanaryname Four,kanarymail4@example.com,Kanarystreet 4
"""
CANARIES = ("Kanaryname", "kanarymail", "Kanarystreet", "KANARYWISH", "KANARYIMPACT", "KANARYFACT")
WORDS = "\nYou told us: {{ impact_text }}, about {{ order_no }}, and you asked for {{ wish_text }}.\n"


def given_recovery(tmp_path, *, people=None, slug="double-charge", load=True):
    made = recovery(tmp_path, people or given_people())
    made.write(
        mistake=MISTAKE.replace("double-charge", slug),
        scope=NAMED_SCOPE,
        affected=AFFECTED,
        contacts=CONTACTS,
        say_so=SAY_SO,
        told=REFUND + WORDS,
    )
    made.load() if load else made.push()
    return made


def texts(folder):
    """Every byte of a pack as one text, names of files included."""
    return "\n".join(
        f"{path.relative_to(folder)}\n{path.read_text(encoding='utf-8')}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def forge(folder, name, change):
    """Changes a file and writes its new hash into the manifest, as somebody who knows the format would."""
    path = folder / name
    before = path.read_bytes()
    path.write_bytes(change(before))
    assert path.read_bytes() != before, "nothing was changed"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] |= {"sha256": sha256(path.read_bytes()), "bytes": len(path.read_bytes())}
    manifest["digest"] = manifest_digest(manifest)
    (folder / "manifest.json").write_text(pretty(manifest), encoding="utf-8")
