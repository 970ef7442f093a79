from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "makegood.plans"
    label = "plans"
