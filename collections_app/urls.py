"""Addresses of this room."""

from django.urls import URLPattern, URLResolver

app_name = "collections_app"
urlpatterns: list[URLPattern | URLResolver] = []
