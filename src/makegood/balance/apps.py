from django.apps import AppConfig


class BalanceConfig(AppConfig):
    name = "makegood.balance"
    label = "balance"
