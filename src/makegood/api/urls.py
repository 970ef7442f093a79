"""The addresses of the programming interface."""

from __future__ import annotations

from django.urls import path

from makegood.api.health import livez, readyz
from makegood.api.hooks import hook

urlpatterns = [
    path("hooks/<slug:brand>/<slug:connection>/", hook),
    path("livez", livez),
    path("readyz", readyz),
]
