"""Settings for collecting static files while an image is built, when there are no secrets yet."""

from pathlib import Path

from config.env import env_text
from config.settings import *  # noqa: F403

STATIC_ROOT = Path(env_text("ONECASE_STATIC", str(BASE_DIR / "staticfiles")))  # noqa: F405
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
