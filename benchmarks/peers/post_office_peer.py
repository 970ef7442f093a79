"""django-post_office, enqueue to sent: `python post_office_peer.py PORT COUNT DATABASE FOLDER`, in its own venv.

Its fastest ways: `send_many` in batches, rendering on delivery, two sending processes. FOLDER has `mail.txt` and
`mail.html`. Prints the seconds from the first enqueue to the last mail sent.
"""

import json
import sys
import time
from pathlib import Path

port, count, database, folder = sys.argv[1:]
where = json.loads(database)

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": where["dbname"],
            "USER": where["user"],
            "PASSWORD": where["password"],
            "HOST": where["host"],
            "PORT": where["port"],
            "OPTIONS": {"options": where["options"]},
        }
    },
    TEMPLATES=[
        {"BACKEND": "django.template.backends.django.DjangoTemplates"},
        {"BACKEND": "post_office.template.backends.post_office.PostOfficeTemplates", "APP_DIRS": True},
    ],
    EMAIL_BACKEND="post_office.EmailBackend",
    EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=int(port),
    POST_OFFICE={
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
        "BATCH_SIZE": 5000,
        "LOG_LEVEL": 0,
    },
    LOGGING_CONFIG=None,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from post_office import mail  # noqa: E402
from post_office.models import Email, EmailTemplate  # noqa: E402

call_command("migrate", verbosity=0)
Email.objects.all().delete()
EmailTemplate.objects.all().delete()
template = EmailTemplate.objects.create(
    name="told",
    subject="{{ name }}, we charged you twice",
    content=Path(folder, "mail.txt").read_text(),
    html_content=Path(folder, "mail.html").read_text(),
)
started = time.perf_counter()
for first in range(0, int(count), 1000):
    mail.send_many(
        [
            {
                "recipients": [f"c{n}@example.com"],
                "sender": "shop@shop.example",
                "template": template,
                "render_on_delivery": True,
                "context": {
                    "name": f"Customer {n}",
                    "extra": f"€{n % 90 + 1}.50",
                    "purchases": 1 + n % 3,
                    "word": "purchases",
                    "first_on": f"January {1 + n % 28}, 2026",
                    "brand": "Shop",
                },
            }
            for n in range(first, min(first + 1000, int(count)))
        ]
    )
connections.close_all()
mail.send_queued_mail_until_done(processes=2, log_level=0)
sent = Email.objects.filter(status=0).count()
if sent != int(count):
    raise SystemExit(f"{sent} of {count} sent")
sys.stdout.write(f"{time.perf_counter() - started}\n")
