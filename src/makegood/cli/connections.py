"""Connections: named ways out of this machine and into it. Nothing leaves until one is switched live."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from makegood.cli.output import as_json, show_table, tell, tell_as_is
from makegood.cli.who import acting
from makegood.kit.errors import BadInput, MakegoodError, Unavailable, refuse

connections = typer.Typer(
    name="connections", help="Named ways out of this machine and into it. Nothing leaves until one is live."
)
Name = Annotated[str, typer.Argument(help="The connection's name, as documents use it.")]
BrandName = Annotated[str, typer.Option("--brand", help="The brand's short name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", help="A setting, such as host=smtp.example.com; may be repeated.")
]
Secrets = Annotated[
    list[str] | None,
    typer.Option(
        "--secret", help="A setting that is secret: password=ENV:NAME, or only password to be asked for it, unseen."
    ),
]


def register(app: typer.Typer) -> None:
    app.add_typer(connections)


@connections.callback(invoke_without_command=True)
def listed(context: typer.Context, brand: BrandName = "default", in_json: Json = False) -> None:
    if context.invoked_subcommand is None:
        list_(brand, in_json)


@connections.command("list")
def list_(brand: BrandName = "default", in_json: Json = False) -> None:
    """List connections; secrets are never shown."""
    with acting("read") as session:
        from makegood.people.lists import list_connections

        found = [
            {"name": one.name, "plugin": one.plugin, "live": one.live, "settings": _without_secrets(one.settings)}
            for one in list_connections(session.brand(brand))
        ]
    if in_json:
        as_json(found)
        return
    rows = ([one["name"], one["plugin"], one["live"], _in_words(one["settings"])] for one in found)
    empty = "None yet: messages and money stay in the local outbox and ledger."
    show_table(["name", "plug-in", "live", "settings"], rows, empty=empty)


@connections.command()
def add(
    name: Name,
    plugin: Annotated[str, typer.Option(help="email, http, postgresql, …; as it is named if absent.")] = "",
    settings: Settings = None,
    secret: Secrets = None,
    brand: BrandName = "default",
) -> None:
    """Add a connection. It is not live yet."""
    with acting("admin") as session:
        from makegood.people.actions import add_connection

        place = session.brand(brand)
        plugin = plugin or name
        wanted = _checked(plugin, _read(plugin, settings, secret))
        add_connection(place, name, plugin=plugin, settings=wanted, actor=session.person.id)
    tell(f"'{name}' is there. Test it, then switch it on:")
    tell_as_is(f"    makegood connections test {name}")
    tell_as_is(f"    makegood connections live {name} on")


@connections.command("set")
def set_(
    name: Name,
    settings: Settings = None,
    secret: Secrets = None,
    remove: Annotated[list[str] | None, typer.Option(help="A setting to drop; may be repeated.")] = None,
    brand: BrandName = "default",
) -> None:
    """Change settings; what is not named stays. Plans made before must be made again."""
    with acting("admin") as session:
        from makegood.people.actions import change_connection
        from makegood.people.lists import get_connection

        found = get_connection(session.brand(brand), name)
        kept = {key: value for key, value in found.settings.items() if key not in (remove or [])}
        wanted = _checked(found.plugin, kept | _read(found.plugin, settings, secret))
        change_connection(found, settings=wanted, actor=session.person.id)
    tell(f"'{name}' is changed. Test it: makegood connections test {name}.")


@connections.command()
def live(
    name: Name,
    state: Annotated[str, typer.Argument(help="on or off.")],
    brand: BrandName = "default",
) -> None:
    """Switch on, so that things leave this machine, or off."""
    if state not in ("on", "off"):
        raise BadInput(f"'{state}' is neither on nor off.", remedy="Write on or off.", code="on-or-off")
    with acting("admin") as session:
        from makegood.people.actions import switch_connection
        from makegood.people.lists import get_connection

        found = get_connection(session.brand(brand), name)
        switch_connection(found, live=state == "on", actor=session.person.id)
    if state == "on":
        tell(f"'{name}' is live: what is planned from now on leaves this machine.")
    else:
        tell(f"'{name}' is off: what is planned from now on stays on this machine.")


@connections.command()
def test(name: Name, brand: BrandName = "default") -> None:
    """Connect and sign in, without sending anything."""
    import asyncio

    with acting("admin") as session:
        from makegood.people.lists import get_connection

        found = get_connection(session.brand(brand), name)
        said = asyncio.run(_open(found.plugin, found.settings)) + _open_returns(found.settings)
    tell(f"'{name}' answers.")
    for sentence in said:
        tell(sentence)


def _open_returns(settings: dict[str, Any]) -> list[str]:
    """Signs in to the return mailbox where there is one. Raises `Unavailable`."""
    from makegood.channels.mailboxes import has_mailbox, open_mailbox
    from makegood.people.secrets import resolve_secrets

    if not has_mailbox(settings):
        return []
    with open_mailbox(resolve_secrets(settings)):
        return ["Its return mailbox answers too."]


async def _open(name: str, settings: dict[str, Any]) -> list[str]:
    """What the plug-in says of its connection, where it can."""
    from makegood.acts.connections import connect
    from makegood.cli.registered import find_plugin
    from makegood.kit.looking import Describes
    from makegood.kit.plugins import OutcomeUnknown, ProviderError, Surroundings
    from makegood.people.secrets import resolve_secrets

    plugin = find_plugin(name)
    if plugin is None:
        raise BadInput(
            f"'{name}' is a source and is tested by reading from it.",
            remedy="Use it in a scope.yaml.",
            code="source-untested",
        )
    try:
        opened = await plugin.open(Surroundings(settings=resolve_secrets(settings), connect=connect))
        try:
            return await opened.describe() if isinstance(opened, Describes) else []
        finally:
            await opened.close()
    except (ProviderError, OutcomeUnknown) as no:
        raise Unavailable(
            f"The connection does not work: {no.words.rstrip('.')}.",
            remedy="Correct it with 'makegood connections set', then test again.",
            code=no.code,
        ) from no


def _read(plugin: str, settings: list[str] | None, secrets: list[str] | None) -> dict[str, Any]:
    from makegood.cli.registered import typed_settings

    pairs = dict(_pair(text) for text in settings or [])
    return typed_settings(plugin, pairs) | dict(_secret(text) for text in secrets or [])


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise BadInput(f"'{text}' is not a setting.", remedy="Write name=value.", code="bad-setting")
    return key, value


def _secret(text: str) -> tuple[str, dict[str, str]]:
    from makegood.people.secrets import seal_secret

    key, equals, value = text.partition("=")
    if equals and value.startswith("ENV:") and len(value) > len("ENV:"):
        return key, {"env": value.removeprefix("ENV:")}
    if equals or not key:
        # Never on the command line itself: every user of the machine can read that.
        raise BadInput(
            f"The secret of '{key}' may not stand on the command line.",
            remedy=f"Write {key or 'name'}=ENV:NAME, or only {key or 'name'} to be asked.",
            code="secret-in-the-open",
        )
    return key, seal_secret(typer.prompt(f"{key} (not shown)", hide_input=True, err=True))


def _checked(plugin: str, settings: dict[str, Any]) -> dict[str, Any]:
    from makegood.cli.registered import settings_findings

    findings = settings_findings(plugin, settings)
    if findings:
        error: MakegoodError = refuse(
            f"The settings do not fit '{plugin}'.", findings, remedy="Correct them; nothing was saved."
        )
        raise error
    return settings


def _without_secrets(settings: dict[str, Any]) -> dict[str, Any]:
    return {key: _hidden(value) for key, value in sorted(settings.items())}


def _hidden(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return f"from {value['env']}" if "env" in value else "(secret)"


def _in_words(settings: object) -> str:
    return ", ".join(f"{key}={value}" for key, value in settings.items()) if isinstance(settings, dict) else ""
