"""Forms in the words of the console. What allauth asks is asked by its own forms, with our labels and our care."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from makegood.people.actions import ROLES

_HINT = "At least 12 characters. A few words that nobody would guess are easier to keep than odd signs."


def _plain(form: forms.Form, **labels: str) -> None:
    """Labels instead of placeholders, which vanish while one types."""
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignIn(account.LoginForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login="E-mail address", password="Password")  # noqa: S106  a label
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}


class ProveByPassword(account.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password="Your password")  # noqa: S106  a label
        self.fields["password"].widget.attrs["autofocus"] = True


class ChangePassword(account.ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, oldpassword="Present password", password1="New password", password2="New password again")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].help_text = _HINT


class _Code(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code="Code")
        self.fields["code"].widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "autofocus": True,
        }


class SecondFactor(_Code, factor.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass


class ProveByCode(_Code, factor.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass


class SwitchOnCodes(_Code, ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    pass


class Join(forms.Form):
    """The password of someone who was invited."""

    password = forms.CharField(
        label="Choose a password",
        strip=False,
        help_text=_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )
    again = forms.CharField(
        label="The same again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "password" in found and "again" in found and found["password"] != found["again"]:
            self.add_error("again", "This is not the same as the one above.")
        return found


_ROLE_WORDS = {
    "reporter": "Reporter: reports mistakes",
    "agent": "Agent: puts one customer right",
    "lead": "Lead: runs recoveries, approves within limits",
    "approver": "Approver: approves plans of others",
    "admin": "Admin: people, connections, settings",
    "auditor": "Auditor: sees everything, changes nothing",
}


class Member(forms.Form):
    """Roles and limits of one person in one brand. Limits are lines as the command line takes them."""

    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=[(role, _ROLE_WORDS[role]) for role in ROLES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one role."},
    )
    limits = forms.CharField(
        label="May approve",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One line a currency: EUR act=50 day=250 month=1000 mistake=5000. "
        "What is left out has no limit of that span; a currency without a line may not be approved.",
    )


class Invite(Member):
    field_order = ("name", "email", "roles", "limits")
    name = forms.CharField(label="Name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(label="Work e-mail address", max_length=254)
