"""The whole page of one message, byte for byte: a change of layout is a change of every digest."""

from __future__ import annotations

from datetime import date

from makegood.core.render import compile_message
from makegood.kit.money import Money

SOURCE = """---
subject: "{{ name }}, we charged you twice"
locale: en-GB
---
Dear {{ name }},

We took **{{ refund }}** too much.

- {{ day }}
- the shop at _Market Street_

[Your page]({{ link }})
"""

SUBJECT = "Ada & Co, we charged you twice"

TEXT = """\
Dear Ada & Co,

We took £12.00 too much.

- 2 July 1998
- the shop at Market Street

Your page (https://firm.example/p?a=1&b=2)
"""

PAGE = """\
<!doctype html>
<html lang="en-GB" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style>:root{color-scheme:light dark}</style>
</head>
<body style="margin:0;padding:24px 16px">
<div style="max-width:560px;margin:0 auto;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,\
sans-serif;font-size:16px;line-height:1.5">
<p style="margin:0 0 16px">Dear Ada &amp; Co,</p>
<p style="margin:0 0 16px">We took <strong>£12.00</strong> too much.</p>
<ul style="margin:0 0 16px;padding-left:24px">
<li style="margin:0 0 4px">2 July 1998</li>
<li style="margin:0 0 4px">the shop at <em>Market Street</em></li>
</ul>
<p style="margin:0 0 16px"><a href="https://firm.example/p?a=1&amp;b=2">Your page</a></p>
</div>
</body>
</html>
"""


def test_the_whole_message() -> None:
    message, findings = compile_message(SOURCE, "messages/remedy.md")
    assert message is not None, findings
    words = message.render(
        {
            "name": "Ada & Co",
            "refund": Money(1200, "GBP"),
            "day": date(1998, 7, 2),
            "link": "https://firm.example/p?a=1&b=2",
        },
        locale="en-GB",
    )
    assert words.subject == SUBJECT
    assert words.text == TEXT
    assert words.html == PAGE
    assert words.digest == "20198350bc8e240282d36a1cac48cf2a7682e0ac660b273a87d194dd5dbb5133"
    assert words.locale == "en-GB"


def test_the_page_loads_nothing_and_tracks_nobody() -> None:
    for forbidden in ("<img", "<script", "<link", "@import", "url(", "src=", "http-equiv", "color:#", "background"):
        assert forbidden not in PAGE
