"""JUnit's XML: a suite a message, a case a finding; what is below `--fail-on` passes and says so in its output."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from makegood.cli.checking.results import Checked, Run, Shown, reaches

# XML 1.0 has no form for these, not even as references.
IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(run: Run) -> str:
    suites = [_suite(checked) for checked in run.checked]
    for failure in run.failures:
        file = failure.place.file if failure.place else "makegood"
        said = f"    <error message={_value(failure.what)} type={_value(failure.code)}>{_text(str(failure))}</error>"
        case = f'  <testcase classname={_value(file)} name="read">\n{said}\n  </testcase>'
        suites.append(f'<testsuite name={_value(file)} tests="1" failures="0" errors="1">\n{case}\n</testsuite>')
    tests = sum(max(len(checked.shown), 1) for checked in run.checked) + len(run.failures)
    counts = f'tests="{tests}" failures="{run.failing}" errors="{len(run.failures)}"'
    whole = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="makegood check" {counts}>', *suites]
    text = "\n".join([*whole, "</testsuites>"]) + "\n"
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")  # no terminal or pipe can spoil it


def _suite(checked: Checked) -> str:
    cases = [_case(one, checked.file, fails=reaches(one.level, checked.fail_on)) for one in checked.shown]
    if not cases:
        cases = [f'  <testcase classname={_value(checked.file)} name="check"/>']
    head = f'<testsuite name={_value(checked.file)} tests="{len(cases)}" failures="{checked.failing}" errors="0">'
    return "\n".join([head, *cases, "</testsuite>"])


def _case(one: Shown, file: str, *, fails: bool) -> str:
    at = f"{file}:{one.extent.line}:{one.extent.column}" if one.extent else file
    whole = f"{at}: {one.level} {one.rule} {one.name}: {one.sentence}"
    line = f' line="{one.extent.line}"' if one.extent else ""
    head = f"  <testcase classname={_value(file)} name={_value(f'{one.rule} {one.name}')} file={_value(file)}{line}>"
    said = f"    <system-out>{_text(whole)}</system-out>"
    if fails:
        said = f"    <failure message={_value(one.message)} type={_value(one.level)}>{_text(whole)}</failure>"
    return "\n".join([head, said, "  </testcase>"])


def _text(text: str) -> str:
    return escape(IMPOSSIBLE.sub("\ufffd", text))


def _value(text: str) -> str:
    return quoteattr(IMPOSSIBLE.sub("\ufffd", text))
