"""The page behind an invitation: one form, one password. Opening it changes nothing; only the button does."""

from __future__ import annotations

from allauth.account.internal import flows
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from makegood.config.refusals import too_many
from makegood.console.forms import Join
from makegood.kit.errors import BadInput
from makegood.people.joining import accept_invitation, access_invitation

# Links cannot be guessed; this keeps whoever tries from costing much.
_RATES = {"join": "30/m/ip"}


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Shows the form; on POST sets the password and goes on as signing in does, second factor included."""
    if not ratelimit.consume(request, app="makegood", action="join", config=_RATES, limit_get=True):
        return too_many(request)
    staff = access_invitation(secret)
    form = Join(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accepted = accept_invitation(secret, password=form.cleaned_data["password"])
        except BadInput as no:
            form.add_error("password", no.what)
        else:
            if request.user.is_authenticated:
                flows.logout.logout(request, show_message=False)
            flows.login.record_authentication(request, accepted, "invitation")
            response: HttpResponseBase = flows.login.perform_login(request, Login(user=accepted, redirect_url="/"))
            return response
    status = 200 if request.method != "POST" else 400
    return render(request, "console/join.html", {"form": form, "invited": staff}, status=status)
