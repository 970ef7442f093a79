from django.apps import AppConfig


class MistakesConfig(AppConfig):
    name = "makegood.mistakes"
    label = "mistakes"
