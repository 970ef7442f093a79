from django.apps import AppConfig


class RemediesConfig(AppConfig):
    name = "makegood.remedies"
    label = "remedies"
