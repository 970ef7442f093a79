"""The addresses of the pages. allauth's are named as it names them, and only those are here that Makegood wants."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.urls import path

from makegood.console import people, profile, signing
from makegood.console.files import file
from makegood.console.front import front
from makegood.console.joining import join

urlpatterns = [
    path("", front, name="front"),
    path("files/<slug:mark>/<str:name>", file, name="file"),
    path("join/<str:secret>", join, name="join"),
    path("sign-in", signing.sign_in, name="account_login"),
    path("sign-in/code", signing.use_code, name="mfa_authenticate"),
    path("sign-in/off", signing.switched_off, name="account_inactive"),
    path("sign-out", signing.sign_out, name="account_logout"),
    path("prove", signing.prove_by_password, name="account_reauthenticate"),
    path("prove/code", signing.prove_by_code, name="mfa_reauthenticate"),
    path("profile", profile.profile, name="profile"),
    path("profile", profile.profile, name="mfa_index"),
    path("profile/password", login_required(signing.change_password), name="account_change_password"),
    path("profile/codes/on", login_required(signing.switch_on_codes), name="mfa_activate_totp"),
    path("profile/codes/off", login_required(signing.switch_off_codes), name="mfa_deactivate_totp"),
    path("profile/recovery", login_required(signing.see_codes), name="mfa_view_recovery_codes"),
    path("profile/recovery/new", login_required(signing.make_codes), name="mfa_generate_recovery_codes"),
    path("profile/sign-ins/<int:number>/end", profile.end, name="end_session"),
    path("profile/sign-ins/end-others", profile.end_others, name="end_other_sessions"),
    path("settings/people", people.list_people, name="all_people"),
    path("settings/people/<slug:slug>", people.list_people, name="people"),
    path("settings/people/<slug:slug>/invite", people.invite, name="invite"),
    path("settings/people/<slug:slug>/<int:number>", people.member, name="member"),
    path("settings/people/<slug:slug>/<int:number>/link", people.link, name="link"),
    path("settings/people/<slug:slug>/<int:number>/code-off", people.drop_factor, name="drop_factor"),
    path("settings/people/<slug:slug>/<int:number>/switch", people.switch, name="switch"),
]
