from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "makegood.documents"
    label = "documents"
