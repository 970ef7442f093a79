"""Files on this machine: CSV and other separated text, Parquet, Excel and OpenDocument sheets."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.kit.columns import Columns, FileOptions, Loaded
from makegood.sources.settings import text


class FileSource:
    """Settings: `path`, and any of FileOptions (kind, delimiter, header, encoding, quote, skip, names, sheet)."""

    kind = "file"

    def load(self, columns: Columns, name: str, settings: Mapping[str, object]) -> Loaded:
        path = text(settings, "path")
        options = FileOptions.from_settings({key: value for key, value in settings.items() if key != "path"})
        return columns.load_file(name, path, options)
