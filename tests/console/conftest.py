from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.test import override_settings
from playwright.sync_api import Browser
from tests.console.browsing import chromium


@pytest.fixture
def settings_of() -> Callable[..., AbstractContextManager[None]]:
    return override_settings


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found, pytest.MonkeyPatch.context() as patched:
        # Playwright keeps a loop in this thread while it waits; Django would take our queries for the loop's.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield found
