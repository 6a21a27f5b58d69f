"""The web application, for uvicorn."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_asgi_application()

from django.conf import settings  # noqa: E402  needs the line above

from config.postgresql.kept import kept  # noqa: E402  needs the line above

kept.most = settings.DATABASE_KEPT
