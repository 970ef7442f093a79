"""The providers of django-anymail in one table: what each needs to send, and what proves that a notice is its own.

Names of settings are ours and the same for every provider; `renamed` says what anymail calls them. `proof` is how a
request to the webhook is proved: by `password` (basic authentication), by `signature`, or by `either` of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Provider:
    """`backend` and `webhook` are modules of anymail with the class's name after the colon; no webhook means that the
    provider sends no notices. `library` must be installed to send, `webhook_library` to read signed notices.

    `dated` says which header or field dates a signature, and `late` how old it may be: as long as the provider tries
    again. `keeps_message_id`: it leaves our Message-ID as it is, with `headers` where it must be asked to. `key_in`:
    where our key travels and comes back. `hard`: the field of a notice, and its values, that make a bounce one for
    ever; where there is none, every bounce that the provider calls one is.
    """

    backend: str
    webhook: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    proof: Literal["password", "signature", "either", "none"] = "password"
    renamed: Mapping[str, str] = field(default_factory=dict)
    library: str = ""
    webhook_library: str = ""
    dated: str = ""
    late: timedelta = 2 * DAY
    keeps_message_id: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    key_in: Literal["metadata", "tags"] = "metadata"
    hard: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def settings(self) -> tuple[str, ...]:
        """Every setting that is this provider's own, for sending and for its notices."""
        notices = {
            "password": ("webhook_secret",),
            "signature": ("signing_key", "webhook_secret"),
            "either": ("signing_key", "webhook_secret"),
            "none": (),
        }
        return (*self.needs, *self.may, *notices[self.proof])


def _module(name: str) -> str:
    return f"anymail.backends.{name}:EmailBackend"


def _view(name: str, view: str) -> str:
    return f"anymail.webhooks.{name}:{view}"


PROVIDERS: Mapping[str, Provider] = {
    "amazon-ses": Provider(
        _module("amazon_ses"),
        _view("amazon_ses", "AmazonSESTrackingWebhookView"),
        needs=("region",),
        may=("access_key_id", "secret_access_key", "configuration_set"),
        renamed={"configuration_set": "configuration_set_name"},
        library="boto3",
        hard={"bounceType": ("Permanent",)},
    ),
    "brevo": Provider(
        _module("brevo"),
        _view("brevo", "BrevoTrackingWebhookView"),
        needs=("api_key",),
        hard={"event": ("hard_bounce", "invalid_email")},
    ),
    "mailersend": Provider(
        _module("mailersend"),
        _view("mailersend", "MailerSendTrackingWebhookView"),
        needs=("api_token",),
        proof="signature",
        renamed={"signing_key": "signing_secret"},
        key_in="tags",
        hard={"type": ("activity.hard_bounced", "hard_bounced")},
    ),
    "mailgun": Provider(
        _module("mailgun"),
        _view("mailgun", "MailgunTrackingWebhookView"),
        needs=("api_key", "sender_domain"),
        proof="signature",
        renamed={"signing_key": "webhook_signing_key"},
        dated="signature.timestamp",
        keeps_message_id=True,
    ),
    "mailjet": Provider(
        _module("mailjet"),
        _view("mailjet", "MailjetTrackingWebhookView"),
        needs=("api_key", "secret_key"),
        hard={"hard_bounce": ("True",)},
    ),
    "mailtrap": Provider(
        _module("mailtrap"),
        _view("mailtrap", "MailtrapTrackingWebhookView"),
        needs=("api_token",),
        may=("sandbox_id",),
        proof="either",
        renamed={"signing_key": "tracking_secret"},
    ),
    "mandrill": Provider(
        _module("mandrill"),
        _view("mandrill", "MandrillCombinedWebhookView"),
        needs=("api_key",),
        may=("webhook_url",),
        proof="signature",
        renamed={"signing_key": "webhook_key"},
        hard={"event": ("hard_bounce",)},
    ),
    "postal": Provider(
        _module("postal"),
        _view("postal", "PostalTrackingWebhookView"),
        needs=("api_key", "api_url"),
        proof="signature",
        renamed={"signing_key": "webhook_key"},
        keeps_message_id=True,
    ),
    "postmark": Provider(
        _module("postmark"),
        _view("postmark", "PostmarkTrackingWebhookView"),
        needs=("server_token",),
        may=("message_stream",),
        keeps_message_id=True,
        headers={"X-PM-KeepID": "true"},
        hard={"Type": ("HardBounce", "BadEmailAddress")},
    ),
    "resend": Provider(
        _module("resend"),
        _view("resend", "ResendTrackingWebhookView"),
        needs=("api_key",),
        proof="either",
        renamed={"signing_key": "signing_secret"},
        webhook_library="svix",
    ),
    "scaleway": Provider(
        _module("scaleway"),
        "",
        needs=("secret_key", "project_id"),
        may=("region",),
        proof="none",
    ),
    "sendgrid": Provider(
        _module("sendgrid"),
        _view("sendgrid", "SendGridTrackingWebhookView"),
        needs=("api_key",),
        proof="either",
        renamed={"signing_key": "tracking_webhook_verification_key"},
        dated="x-twilio-email-event-webhook-timestamp",
        keeps_message_id=True,
        hard={"type": ("bounce",)},
    ),
    "sparkpost": Provider(
        _module("sparkpost"),
        _view("sparkpost", "SparkPostTrackingWebhookView"),
        needs=("api_key",),
        may=("subaccount",),
        hard={"bounce_class": ("10", "30")},
    ),
    "unisender-go": Provider(
        _module("unisender_go"),
        _view("unisender_go", "UnisenderGoTrackingWebhookView"),
        needs=("api_key", "api_url"),
        proof="none",  # its notices are signed with the API key itself
    ),
}

_TEXTS = {
    "api_key": "The provider's key.",
    "api_token": "The provider's token.",
    "server_token": "The server's token.",
    "secret_key": "The secret half of the key.",
    "project_id": "The project's id.",
    "sender_domain": "The domain as the provider knows it.",
    "region": "The region of the account.",
    "access_key_id": "Of an IAM user; else boto3 looks in its usual places.",
    "secret_access_key": "Of the same IAM user.",
    "configuration_set": "Publishes the events of what is sent.",
    "message_stream": "A stream other than the default one.",
    "sandbox_id": "Catches everything in a sandbox of the provider.",
    "subaccount": "The subaccount to send for.",
    "api_url": "Another address of the API, such as the EU region's; ends with a slash.",
    "webhook_secret": "user:password that the provider gives at the webhook.",
    "signing_key": "What the provider's notices are signed with.",
    "webhook_url": "The webhook's whole address as the provider has it: it is part of the signature.",
}
PROVIDER_SETTINGS: dict[str, Any] = {
    "provider": {"enum": sorted(PROVIDERS)},
    **{name: {"type": "string", "minLength": 1, "description": text} for name, text in _TEXTS.items()},
    "timeout": {"type": "integer", "minimum": 1, "maximum": 300, "default": 30},
}


def per_provider(common: Iterable[str]) -> list[dict[str, Any]]:
    """For a JSON Schema's `allOf`: what each provider needs, and that no other provider's setting stands there."""
    shared = ("provider", "timeout", "api_url", *common)
    return [
        {
            "if": {"properties": {"provider": {"const": name}}, "required": ["provider"]},
            "then": {
                "required": list(one.needs),
                "propertyNames": {"enum": sorted({*shared, *one.settings})},
            },
        }
        for name, one in PROVIDERS.items()
    ]
