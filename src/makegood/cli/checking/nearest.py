"""The settings that hold in a folder, read once each."""

from __future__ import annotations

from pathlib import Path

from makegood.cli.checking.catalogue import WORDS
from makegood.cli.checking.settings import Settings, find_settings, read_settings
from makegood.kit.errors import BadInput, Place


class Nearest:
    """Settings by folder; `named` is a file that holds for all of them instead."""

    def __init__(self, named: Path | None = None) -> None:
        self._named = named
        self._by_folder: dict[Path, Settings] = {}
        self._by_file: dict[Path, Settings] = {}

    def of(self, folder: Path) -> Settings:
        """The settings for messages in `folder`, empty where there is no file. Raises `BadInput`."""
        if folder not in self._by_folder:
            try:
                path = self._named or find_settings(folder)
                self._by_folder[folder] = Settings() if path is None else self._read(path)
            except OSError as error:
                what = f"The settings cannot be read: {error.strerror}."
                place = Place(str(error.filename))
                raise BadInput(what, remedy="Check the name.", place=place, code="settings-unreadable") from error
        return self._by_folder[folder]

    def _read(self, path: Path) -> Settings:
        here = Path.cwd()
        path = path.relative_to(here) if path.is_relative_to(here) else path  # as people would name it
        if path not in self._by_file:
            self._by_file[path] = read_settings(path, WORDS)
        return self._by_file[path]
