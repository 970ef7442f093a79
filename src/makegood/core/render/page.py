"""The page around the words of a mail: MJML compiled once for each shape, the brand's own words escaped into it.

MJML writes the tables that Outlook needs and the fluid width that phones need. It never sees a word of a message, a
brand or a customer: its output is cut at marks, and what belongs there is put in as escaped text.

Head, middle and foot are the same for every customer: `kit.mime` encodes them once.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import NamedTuple

from css_inline import CSSInliner
from mjml import mjml2html

from makegood.core.render.templates import LINKS
from makegood.kit.mime import says_no_reply

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "yi", "ckb", "sd", "ug", "dv"})

# The ink and the paper, by day and by night. Neither is quite black or white, so that mail programs which turn colours
# round by themselves find a pair that is still readable; every colour of text has a paper beside it.
_INK, _PAPER, _FAINT, _LINE, _ACCENT = "#1f262e", "#fdfdfc", "#59636e", "#d9dee3", "#20529e"
_NIGHT = {"ink": "#e4e7eb", "paper": "#15181c", "faint": "#a3adb8", "line": "#3a424b", "link": "#8fb8f4"}
_TYPEFACE = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

_MJML = f"""<mjml lang="@lang@" dir="@dir@"><mj-head>
<mj-title>@brand@</mj-title><mj-preview>@opening@</mj-preview>
<mj-attributes><mj-all font-family="{_TYPEFACE}" /><mj-text padding="0" align="@start@" color="{_INK}"
font-size="16px" line-height="1.6" /></mj-attributes>
<mj-raw><meta name="color-scheme" content="light dark" />
<meta name="supported-color-schemes" content="light dark" /></mj-raw>
<mj-style>:root {{{{ color-scheme: light dark; supported-color-schemes: light dark; }}}}
@media (prefers-color-scheme: dark) {{{{
body, .page {{{{ background-color: {_NIGHT["paper"]} !important; }}}}
.page div, .page p, .page li, .page th, .page td {{{{ color: {_NIGHT["ink"]} !important; }}}}
.page div, .page th, .page td, .page hr, .page blockquote {{{{ border-color: {_NIGHT["line"]} !important; }}}}
.page .faint, .page .faint a {{{{ color: {_NIGHT["faint"]} !important; }}}}
.page a {{{{ color: {_NIGHT["link"]} !important; }}}}
.page .button a {{{{ color: #ffffff !important; }}}}
}}}}
@media only screen and (max-width: 480px) {{{{
.button, .button a {{{{ width: 100% !important; }}}}
}}}}</mj-style></mj-head>
<mj-body background-color="{_PAPER}" width="600px" css-class="page">
<mj-section direction="@dir@" padding="28px 24px 32px"><mj-column direction="@dir@">
{{top}}<mj-text>@words@</mj-text>{{foot}}</mj-column>
</mj-section></mj-body></mjml>"""
_TOP = f"""<mj-text><div style="padding-bottom:12px;margin-bottom:24px;border-bottom:1px solid {_LINE};\
font-weight:600">@brand@</div></mj-text>"""
_FOOT = f"""<mj-text><div class="faint" style="padding-top:16px;margin-top:32px;border-top:1px solid {_LINE};\
font-size:13px;line-height:1.5;color:{_FAINT}">@closing@</div></mj-text>"""

_STYLES = f"""
p {{ margin: 0 0 16px }}
h1 {{ margin: 28px 0 12px; font-size: 22px; line-height: 1.3 }}
h2 {{ margin: 28px 0 12px; font-size: 19px; line-height: 1.3 }}
h3, h4, h5, h6 {{ margin: 24px 0 8px; font-size: 16px; line-height: 1.4 }}
ul, ol {{ margin: 0 0 16px; padding-@start@: 24px }}
li {{ margin: 0 0 6px }}
li > p {{ margin: 0 0 8px }}
li > ul, li > ol {{ margin: 6px 0 0 }}
a {{ color: {_ACCENT} }}
blockquote {{ margin: 0 0 16px; padding-@start@: 14px; border-@start@: 3px solid {_LINE} }}
pre {{ margin: 0 0 16px; white-space: pre-wrap; font-size: 14px }}
code {{ font-size: 14px }}
hr {{ margin: 24px 0; border: 0; border-top: 1px solid {_LINE} }}
table {{ margin: 0 0 16px; border-collapse: collapse }}
th, td {{ padding: 6px 0; padding-@end@: 20px; text-align: @start@; vertical-align: top; font-size: 15px;
    font-family: {_TYPEFACE}; border-bottom: 1px solid {_LINE} }}
"""

_BUTTON = f"""<table class="button" role="presentation" cellpadding="0" cellspacing="0" style="margin:8px 0 24px;\
border-collapse:separate"><tr><td bgcolor="{_ACCENT}" style="border-radius:6px;background:{_ACCENT};text-align:center;\
mso-padding-alt:12px 24px"><a href="\\1" style="display:inline-block;box-sizing:border-box;padding:12px 24px;\
border-radius:6px;background:{_ACCENT};font-family:{_TYPEFACE};font-weight:600;color:#ffffff;text-decoration:none">\\2\
</a></td></tr></table>"""
_LINK_ALONE = re.compile(f'<p[^>]*><a href="({LINKS}|https?://[^"]*)"[^>]*>((?:(?!</a>).)*)</a></p>', re.DOTALL)
_UNUSED = re.compile(r"<!--\[if (?:!mso|lte mso 11)\].*?<!(?:--<!)?\[endif\]-->", re.DOTALL)
_PLACE = re.compile("@(lang|brand|closing)@")
_INLINER = CSSInliner(load_remote_stylesheets=False, minify_css=True)

_REACH = {
    "da": "Spørgsmål? Svar på denne e-mail, eller skriv til {}.",
    "de": "Fragen? Eine Antwort auf diese E-Mail genügt, oder eine Nachricht an {}.",
    "en": "Questions? Answer this e-mail, or write to {}.",
    "es": "¿Preguntas? Basta con responder a este correo o escribir a {}.",
    "fr": "Une question ? Il suffit de répondre à cet e-mail ou d'écrire à {}.",
    "it": "Domande? Basta rispondere a questa e-mail o scrivere a {}.",
    "nl": "Vragen? Een antwoord op deze e-mail is genoeg, of een bericht aan {}.",
    "pl": "Pytania? Wystarczy odpowiedzieć na tę wiadomość lub napisać na adres {}.",
    "pt": "Dúvidas? Basta responder a este e-mail ou escrever para {}.",
    "sv": "Frågor? Svara på det här mejlet eller skriv till {}.",
}


class Frame(NamedTuple):
    """What stands around the words of a mail.

    `brand` is the legal name that customers know, `postal` the lines of its address, `reply_to` an address where a
    person reads what is written there. Each may be empty and is then left out.
    """

    brand: str = ""
    postal: tuple[str, ...] = ()
    reply_to: str = ""


NO_FRAME = Frame()


def closing_lines(frame: Frame, language: str) -> list[str]:
    """Who writes, where they are, how to reach a person; in other languages than those of `_REACH` the bare address."""
    who = ", ".join(part for part in (frame.brand, *frame.postal) if part) if frame.postal else ""
    reach = ""
    if frame.reply_to and not says_no_reply(frame.reply_to):
        reach = _REACH.get(language.partition("-")[0].lower(), "{}").replace("{}", frame.reply_to)
    return [line for line in (who, reach) if line]


def closing_text(frame: Frame, language: str) -> str:
    """What the plain text of a mail ends with: the same as the page's foot, below the mark of a signature."""
    lines = closing_lines(frame, language)
    return "\n".join(["", "-- ", *lines, ""]) if lines else ""


def dressed(body: str, language: str) -> str:
    """The sanitised words with their styles written into the tags: what is in a <style> many clients drop.

    A paragraph that is nothing but a link to a page becomes a button. Each tag has one attribute at most when
    it is styled: css-inline may write several in any order, and equal input must give equal bytes.
    """
    start, end = ("right", "left") if is_right_to_left(language) else ("left", "right")
    styles = _STYLES.replace("@start@", start).replace("@end@", end)
    return _LINK_ALONE.sub(_BUTTON, _INLINER.inline_fragment(body, styles))


def around(language: str, frame: Frame) -> tuple[str, str, str]:
    """The page before the line that mail programs show beside the subject, from there to the words, and after them."""
    closing = [html.escape(line) for line in closing_lines(frame, language)]
    if closing and frame.reply_to:
        address = html.escape(frame.reply_to)
        link = f'<a href="mailto:{address}" style="color:{_FAINT}">{address}</a>'
        closing[-1] = closing[-1].replace(address, link)
    compiled = _compiled(right_to_left=is_right_to_left(language), top=bool(frame.brand), foot=bool(closing))
    fixed = {"lang": html.escape(language), "brand": html.escape(frame.brand), "closing": "<br>".join(closing)}
    head, middle, foot = (_put(part, fixed) for part in compiled)
    return head, middle, foot


def is_right_to_left(language: str) -> bool:
    return language.partition("-")[0].lower() in _RIGHT_TO_LEFT


def _put(part: str, fixed: dict[str, str]) -> str:
    return _PLACE.sub(lambda found: fixed[found[1]], part)


@lru_cache(maxsize=8)
def _compiled(*, right_to_left: bool, top: bool, foot: bool) -> list[str]:
    """The parts before the opening, up to the words, and after them; without blank lines."""
    source = _MJML.format(top=_TOP if top else "", foot=_FOOT if foot else "")
    source = source.replace("@dir@", "rtl" if right_to_left else "ltr")
    source = source.replace("@start@", "right" if right_to_left else "left")
    whole = str(mjml2html(source, fonts={}, disable_comments=True))
    whole = _UNUSED.sub("", whole)
    lines = (line.strip() for line in whole.replace("><", ">\n<").splitlines())
    parts = "\n".join(line for line in lines if line).replace("@opening@", "@words@", 1).split("@words@")
    return [part.strip("\n") for part in parts]
