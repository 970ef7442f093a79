"""A Celery task a mail over Redis: the task, and `python celery_peer.py COUNT` that enqueues.

Worker: `PORT=… FOLDER=… BROKER=redis://… celery -A celery_peer worker -c 2`. The usual way (a task renders and sends
one mail) with its connection kept open, which is faster than what most projects do.
"""

import os
import sys
from pathlib import Path

import django
from celery import Celery
from django.conf import settings

settings.configure(
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    EMAIL_HOST="127.0.0.1",
    EMAIL_PORT=int(os.environ["PORT"]),
)
django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: E402
from django.template import engines  # noqa: E402

app = Celery("peer", broker=os.environ["BROKER"])
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=64, worker_hijack_root_logger=False)
kept: dict = {}


@app.task
def send(number: int) -> None:
    if not kept:
        kept["connection"] = get_connection()
        kept["connection"].open()
        for name in ("mail.txt", "mail.html"):
            kept[name] = engines["django"].from_string(Path(os.environ["FOLDER"], name).read_text())
    facts = {
        "name": f"Customer {number}",
        "extra": f"€{number % 90 + 1}.50",
        "purchases": 1 + number % 3,
        "word": "purchases",
        "first_on": f"January {1 + number % 28}, 2026",
        "brand": "Shop",
    }
    message = EmailMultiAlternatives(
        f"{facts['name']}, we charged you twice",
        kept["mail.txt"].render(facts),
        "shop@shop.example",
        [f"c{number}@example.com"],
        connection=kept["connection"],
    )
    message.attach_alternative(kept["mail.html"].render(facts), "text/html")
    message.send()


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for n in range(int(sys.argv[1])):
        app.send_task("celery_peer.send", (n,))
