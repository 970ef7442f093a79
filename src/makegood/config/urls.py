"""Every address that is answered. Rooms above name theirs; they are imported when the first request comes."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("makegood.api.urls"))]
handler400 = "makegood.api.problems.bad_request"
handler404 = "makegood.api.problems.not_found"
handler500 = "makegood.api.problems.broken"
