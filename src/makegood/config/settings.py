"""Django settings: few, because the rooms carry the product. Nothing secret has a default."""

from __future__ import annotations

import os
from typing import Any

from makegood.config.address import allowed_hosts, proxies, public_address
from makegood.config.databases import databases
from makegood.kit.home import secret

ROOMS = [
    "journal",
    "people",
    "customers",
    "remedies",
    "channels",
    "notices",
    "mistakes",
    "promises",
    "documents",
    "scopes",
    "plans",
    "acts",
    "balance",
    "console",
]

# The rooms come first: their templates stand before those of the same name.
INSTALLED_APPS = [
    *(f"makegood.{room}" for room in ROOMS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]

SECRET_KEY = secret("MAKEGOOD_SECRET_KEY") or "set by the command line from the home directory"
DEBUG = False
ADDRESS = public_address(os.environ)
SECURE = ADDRESS is not None and ADDRESS.secure
SECURE_HOST = ADDRESS.place if ADDRESS is not None and SECURE else ""
ALLOWED_HOSTS = allowed_hosts(os.environ)
ROOT_URLCONF = "makegood.config.urls"
MIDDLEWARE = [
    "makegood.config.edge.edge",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "makegood.console.lasting.lasting",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "makegood.console.refused.refused",
]
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
SECURE_HSTS_SECONDS = 31_536_000
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "makegood.console.asking.asking",
            ]
        },
    }
]

# Who signs in, and how long that lasts (makegood.console.lasting). Over plain HTTP, as on one's own machine, a browser
# keeps no cookie that is named and marked for TLS.
ACCOUNT_FORMS = {
    "login": "makegood.console.forms.SignIn",
    "reauthenticate": "makegood.console.forms.ProveByPassword",
    "change_password": "makegood.console.forms.ChangePassword",
}
MFA_FORMS = {
    "authenticate": "makegood.console.forms.SecondFactor",
    "reauthenticate": "makegood.console.forms.ProveByCode",
    "activate_totp": "makegood.console.forms.SwitchOnCodes",
}
AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["makegood.people.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("name", "email")}),
        ("CommonPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "makegood-session"
CSRF_COOKIE_NAME = "__Host-form" if SECURE else "makegood-form"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_TRUSTED_ORIGINS = [ADDRESS.origin] if ADDRESS is not None else []
CSRF_FAILURE_VIEW = "makegood.config.refusals.forged"
FORM_TARGETS = ["'self'"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Tries are counted here: shared by all processes and hosts, and kept when one of them is started again.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tried",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

ACCOUNT_ADAPTER = "makegood.console.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = proxies(os.environ)
MFA_ADAPTER = "makegood.console.adapters.SecondFactor"
MFA_TOTP_ISSUER = "Makegood"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = False

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = databases(os.environ)

PROCRASTINATE_ON_APP_READY = None
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("MAKEGOOD_LOG_LEVEL", "WARNING")},
}
