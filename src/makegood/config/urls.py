"""Every address that is answered. Rooms above name theirs; they are imported when the first request comes."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("makegood.api.urls")), path("", include("makegood.console.urls"))]
handler400 = "makegood.config.refusals.bad_request"
handler403 = "makegood.config.refusals.forbidden"
handler404 = "makegood.config.refusals.not_found"
handler429 = "makegood.config.refusals.too_many"
handler500 = "makegood.config.refusals.broken"
