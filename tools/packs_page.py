"""Writes docs/reference/packs.md: each pack with source, confidence and what is unverified, read from the packs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from makegood.kit.yamlfile import parse

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "packs.md"
PACKS = ROOT / "src" / "makegood" / "packs"
HEAD = """# Packs

Policies that come with Makegood, ordinary [policy files](policy.md) with their sources and tests. Name one wherever a
`makegood policy` command takes a policy, as `pack:eu261`. For a recovery write one out and change what is yours:

```console
$ makegood policy packs
$ makegood policy pack late-delivery > policy.yaml
$ makegood policy test policy.yaml
```

A pack says what was published when it was written. It is not legal advice, and schemes have later versions: read the
source before you pay by it. Where a figure was not found in print the pack says so, and a plan that uses the pack
carries a finding.

*primary*: the scheme's own text, or a page of the company or operator. *secondary*: press, law firms, consumer sites.
*mixed*: parts of different grade. *memory*: not found in print. The house rules are nobody's publication: put your own
figures.

This page is written by `make format` from the packs; a test compares the two.
"""
HOUSE = """
## House rules for shops and subscriptions

| pack | what it is for | tests |
|---|---|---:|
"""
PUBLISHED = """
## Published schemes

| pack | what it is for | version | confidence | tests |
|---|---|---|---|---:|
"""
ANSWERED = """
## Cases with a known answer

The packs are tested against 279 worked cases of published schemes, collected by hand and not part of this repository:
amount, currency and status must be exactly the published ones. `tests/packs` says how each family is asked.

| family | cases | pack |
|---|---:|---|
"""
# How many cases each family has, and who answers; tests/packs compares both with the cases and the runner.
FAMILIES: dict[str, tuple[int, str]] = {
    "eu261": (20, "eu261"),
    "uk261": (8, "uk261"),
    "ca_appr_delay": (10, "ca-appr"),
    "ca_appr_denied_boarding": (3, "ca-appr"),
    "us_dbc": (12, "us-denied-boarding"),
    "us_dbc_cap_uprate": (1, "uprating"),
    "us_dot_refund": (5, "us-refund-fare"),
    "us_dot_bag_fee": (4, "us-refund-bag-fee"),
    "jetblue_2007": (8, "jetblue-2007"),
    "jetblue_later": (10, "jetblue-later"),
    "br_anac_400": (1, "br-anac-400"),
    "uk_delay_repay": (16, "uk-delay-repay"),
    "eu_rail_2021_782": (8, "eu-rail"),
    "sncf_g30": (8, "sncf-g30"),
    "ofcom_autocomp": (13, "ofcom-automatic-compensation"),
    "cpi_uprate": (11, "uprating"),
    "ofgem_restoration": (13, "ofgem-restoration"),
    "ofgem_supplier": (4, "ofgem-supplier"),
    "ofwat_gss_2025": (12, "ofwat-gss-2025"),
    "round_nearest": (2, "uprating"),
    "royal_mail_loss": (4, "royal-mail-loss"),
    "sla_uptime_credit": (37, "sla-credits"),
    "sla_downtime_credit": (5, "sla-credits"),
    "s3_error_rate_credit": (4, "sla-error-rates"),
    "slack_multiple_credit": (3, "slack-credit"),
    "simple_interest": (5, "simple-interest"),
    "fos_award_cap": (9, "fos-award-limit"),
    "us_reg_z_card": (2, "us-reg-z-card"),
    "uk_late_payment_fixed": (2, "uk-late-payment"),
    "uk_late_payment_interest": (4, "uk-late-payment"),
    "authority_limit": (2, "authority-limit"),
    "ad_make_good": (4, "ad-make-good"),
    "clock": (21, "clocks"),
    "elapsed_minutes": (4, "elapsed-minutes"),
    "aggregate": (4, "eu261-party, uk-delay-repay, sla-credits"),
}


def read_pack(path: Path) -> dict[str, Any]:
    """The header, what the comment on top says (`about`), and how many tests stand beside the rules."""
    text = path.read_text(encoding="utf-8")
    value = parse(text, path.name).value
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    about = re.split(r"(?<=[.:]) ", " ".join(lines), maxsplit=1)[0].rstrip(":.")
    return {**value["policy"], "about": about, "tests": len(value.get("tests", ()))}


def page(folder: Path = PACKS) -> str:
    packs = {path.stem: read_pack(path) for path in sorted(folder.glob("*.yaml"))}
    house = {name: pack for name, pack in packs.items() if not pack.get("confidence")}
    published = {name: pack for name, pack in packs.items() if pack.get("confidence")}
    parts = [HEAD, HOUSE]
    parts += [f"| `{name}` | {pack['about']} | {pack['tests']} |\n" for name, pack in house.items()]
    parts.append(PUBLISHED)
    for name, pack in published.items():
        columns = (f"[`{name}`](#{name})", pack["about"], pack["version"], pack["confidence"], pack["tests"])
        parts.append(f"| {' | '.join(str(one) for one in columns)} |\n")
    parts.append("\n## Sources, and what is unverified\n")
    for name, pack in published.items():
        parts.append(f"\n### {name}\n\n{pack['name']}. Source: {str(pack['source']).strip().rstrip('.')}.\n")
        if pack.get("unverified"):
            parts.append("\n" + "".join(f"- {sentence}\n" for sentence in pack["unverified"]))
    parts.append(ANSWERED)
    parts += [f"| `{family}` | {cases} | {pack} |\n" for family, (cases, pack) in FAMILIES.items()]
    return "".join(parts)


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
