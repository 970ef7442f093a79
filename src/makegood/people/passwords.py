"""How passwords are kept: Argon2id, with memory that eight requests at once may take."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """46 MiB and one pass or more, as OWASP's password storage cheat sheet asks for; Django's own takes 100 MiB."""

    time_cost = 2
    memory_cost = 46 * 1024  # KiB
    parallelism = 1
