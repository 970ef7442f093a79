"""Plug-ins: one file each, one line here to register."""

from makegood.kit.registry import Registry

CHANNELS = Registry(
    "makegood.channels",
    "channel",
    {
        "outbox": "makegood.channels.outbox:Outbox",
        "email": "makegood.channels.email:Email",
        "anymail": "makegood.channels.anymail:Anymail",
        "letter": "makegood.channels.letter:Letter",
        "task": "makegood.channels.task:Task",
        "webhook": "makegood.remedies.webhook:TellWebhook",  # one file speaks to the firm's system, told or fixed
    },
)
