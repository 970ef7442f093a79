"""Where allauth meets the room people: nobody signs up, addresses are those of staff, each change is an entry."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from makegood.console.lasting import begin
from makegood.kit.clock import now
from makegood.people.accounts import record_account, set_password
from makegood.people.models import Staff
from makegood.people.secrets import open_sealed, seal

log = logging.getLogger(__name__)


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """How people sign in. allauth's own table of addresses stays empty: the one address of a person is in `staff`."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The address or the password is not right.",
        "incorrect_password": "The password is not right.",
        "incorrect_code": "The code is not right. Codes of an app change every 30 seconds.",
        "too_many_login_attempts": "There were too many tries. Wait five minutes, then try again.",
        "rate_limited": "There were too many tries. Wait five minutes, then try again.",
        "enter_current_password": "Your present password is not right.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  the name is allauth's
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Where `next` may lead: to a path here, never to a name, not even our own."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  the name is allauth's
        return reverse("profile")

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose tries are counted together. Fewer proxies than MAKEGOOD_PROXIES says: whoever reached us directly."""
        try:
            return str(super().get_client_ip(request))
        except ImproperlyConfigured:
            log.error("X-Forwarded-For names fewer addresses than MAKEGOOD_PROXIES says there are proxies.")
            return str(request.META["REMOTE_ADDR"])

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        assert isinstance(user, Staff)  # noqa: S101  the only kind of user there is
        with transaction.atomic():
            super().login(request, user)
            begin(request)
            Session.objects.filter(expire_date__lt=now()).delete()
            record_account("signed-in", user, by=_ways(request, user))

    def logout(self, request: HttpRequest) -> None:
        person = request.user
        with transaction.atomic():
            super().logout(request)
            if isinstance(person, Staff):
                record_account("signed-out", person)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002  allauth's
        """Known people's failures are evidence; of unknown addresses only the log says that there was a try."""
        found = Staff.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        if found is not None:
            record_account("sign-in-failed", found)
        log.warning("Signing in failed for %s.", f"staff:{found.id}" if found else "an unknown address")

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        assert isinstance(user, Staff)  # noqa: S101  the only kind of user there is
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        assert isinstance(user, Staff)  # noqa: S101  the only kind of user there is
        set_password(user, password)

    def send_notification_mail(self, *_words: Any, **_more: Any) -> None:
        """Mail leaves Makegood by a brand's connections only; the journal and the profile tell what changed."""


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets of apps and recovery codes are sealed with the key that is not in the database."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": Accounts.error_messages["incorrect_code"]}

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_sealed("second factor", encrypted_text)


def _ways(request: HttpRequest, user: Staff) -> list[str]:
    """How they proved who they are, such as `password`, `totp`."""
    records = get_authentication_records(request, user)
    return [str(one.get("type") or one["method"]) for one in records]
