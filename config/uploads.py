"""Uploads too large for memory, kept where nobody can open them and nothing of them can be left behind."""

import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class NamelessFileUploadHandler(FileUploadHandler):
    """Streams an upload to a file without a name: a process that is killed leaves no customer's data in /tmp.

    Django's own handler names the file, which then outlives a kill -9 in the open.
    """

    file: "UploadedFile[bytes]"

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open the file that the chunks go to."""
        super().new_file(*args, **kwargs)
        self.file = UploadedFile(
            file=tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR),  # noqa: SIM115  the request closes it
            name=self.file_name,
            content_type=self.content_type,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write one chunk."""
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """Return the whole upload, ready to be read from its beginning."""
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """Let go of what came so far."""
        if hasattr(self, "file"):
            self.file.close()
