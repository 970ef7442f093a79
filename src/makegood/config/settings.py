"""Django settings: few, because the rooms carry the product. Nothing secret has a default."""

from __future__ import annotations

import os
from typing import Any

from makegood.config.address import allowed_hosts
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
]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    *(f"makegood.{room}" for room in ROOMS),
]

SECRET_KEY = secret("MAKEGOOD_SECRET_KEY") or "set by the command line from the home directory"
DEBUG = False
ALLOWED_HOSTS = allowed_hosts(os.environ)
ROOT_URLCONF = "makegood.config.urls"
# No sessions, no cookies, no forms: what comes over HTTP proves itself with a signature.
MIDDLEWARE = [
    "makegood.api.edge.edge",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
SECURE_HSTS_SECONDS = 31_536_000
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
