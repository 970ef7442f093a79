from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "makegood.notices"
    label = "notices"
