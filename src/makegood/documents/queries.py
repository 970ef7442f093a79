"""Reading documents."""

from __future__ import annotations

from makegood.core.calendars import Calendar, read_calendars
from makegood.core.findings import Findings
from makegood.documents.folder import schema
from makegood.documents.models import Revision
from makegood.kit.errors import BadInput
from makegood.kit.yamlfile import check_schema, parse
from makegood.mistakes.models import Mistake


def newest_revisions(mistake: Mistake) -> dict[str, Revision]:
    """The newest revision of each document, by name."""
    found = Revision.objects.filter(mistake=mistake).order_by("name", "-number").distinct("name")
    return {revision.name: revision for revision in found}


def newest_calendars(mistake: Mistake) -> dict[str, Calendar]:
    """The calendars of the mistake's newest playbook, by name; none where there is no playbook that can be read."""
    revision = newest_revisions(mistake).get("playbook.yaml")
    if revision is None:
        return {}
    try:
        file = parse(revision.text, revision.name)
    except BadInput:
        return {}
    if any(finding.blocking for finding in check_schema(file, schema("playbook"))):
        return {}
    return read_calendars(Findings(file), ("calendars",), file.value.get("calendars"))
