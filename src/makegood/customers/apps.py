from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "makegood.customers"
    label = "customers"
