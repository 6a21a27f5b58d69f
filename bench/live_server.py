"""The web application as it is measured: with the settings of the tests, but without their watch over queries."""

import os

from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ.setdefault("ONECASE_DATABASE_KEPT", "8")
settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "zeal" not in name]
settings.WHITENOISE_AUTOREFRESH = False

from config.asgi import application  # noqa: E402  the settings come first

__all__ = ["application"]
