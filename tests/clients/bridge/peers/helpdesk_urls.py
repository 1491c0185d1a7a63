"""The addresses of the helpdesk: Django reads them after its settings."""

from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
