"""Plug-ins: one file each, one line here to register."""

from makegood.kit.registry import Registry

REMEDIES = Registry(
    "makegood.remedies",
    "remedy",
    {
        "store-credit": "makegood.remedies.store_credit:StoreCredit",
        "stripe": "makegood.remedies.stripe:Stripe",
        "voucher": "makegood.remedies.voucher:Voucher",
        "http": "makegood.remedies.http:Http",
        "payout": "makegood.remedies.payout:PayoutFile",
        "webhook": "makegood.remedies.webhook:Webhook",
        "task": "makegood.channels.task:FixTask",  # a person's list is one list: told or fixed, one table
    },
)
