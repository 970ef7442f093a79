from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "makegood.acts"
    label = "acts"
