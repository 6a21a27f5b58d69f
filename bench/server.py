"""The web application as it is measured: with the settings of the tests, but without their watch over queries."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "zeal" not in name]
application = get_asgi_application()
