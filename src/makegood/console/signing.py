"""Signing in and proving it: allauth's views with entries in the journal, in the transaction of what they tell."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.mfa.base import views as factor
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from makegood.people.accounts import record_account
from makegood.people.models import Staff


class SwitchOnCodes(totp.ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_account("second-factor-on", _who(self.request))
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes") if self.did_generate_recovery_codes else reverse("profile")


class SwitchOffCodes(totp.DeactivateTOTPView):  # type: ignore[misc]  # allauth has no types
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_account("second-factor-off", _who(self.request))
        return response

    def get_success_url(self) -> str:
        return reverse("profile")


class MakeCodes(recovery.GenerateRecoveryCodesView):  # type: ignore[misc]  # allauth has no types
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_account("recovery-codes-made", _who(self.request))
        return response


class UseCode(factor.AuthenticateView):  # type: ignore[misc]  # allauth has no types
    """The second step of signing in. A wrong code is evidence: whoever types it knows the password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whose second step an admin switched off meanwhile begins anew: allauth would send them round in circles."""
        stage = get_pending_stage(request)
        if stage is not None and not has_second_factor(stage.login.user.pk):
            clear_login(request)
            return redirect("account_login")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        record_account("second-factor-failed", self.stage.login.user)
        response: HttpResponse = super().form_invalid(form)
        return response


sign_in = account.LoginView.as_view()
sign_out = account.LogoutView.as_view()
switched_off = account.AccountInactiveView.as_view()
prove_by_password = account.ReauthenticateView.as_view()
change_password = account.PasswordChangeView.as_view()
use_code = UseCode.as_view()
prove_by_code = factor.ReauthenticateView.as_view()
switch_on_codes = SwitchOnCodes.as_view()
switch_off_codes = SwitchOffCodes.as_view()
see_codes = recovery.ViewRecoveryCodesView.as_view()
make_codes = MakeCodes.as_view()


def has_second_factor(staff: int) -> bool:
    return bool(Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).exists())


def count_recovery_codes(staff: Staff) -> int:
    found = Authenticator.objects.filter(user=staff, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(found.wrap().get_unused_codes()) if found else 0


def _who(request: HttpRequest) -> Staff:
    assert isinstance(request.user, Staff)  # noqa: S101  allauth lets nobody else come here
    return request.user
