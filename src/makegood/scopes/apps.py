from django.apps import AppConfig


class ScopesConfig(AppConfig):
    name = "makegood.scopes"
    label = "scopes"
