from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "makegood.journal"
    label = "journal"
