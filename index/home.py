"""Where Verbatim keeps what it makes for itself: the assembled model and the default index."""

import os
from pathlib import Path

import platformdirs

from index.errors import SettingsError


def data_home() -> Path:
    """$VERBATIM_HOME, else the user's data folder for Verbatim."""
    home = os.environ.get("VERBATIM_HOME")
    return (
        expanded_folder(home, "VERBATIM_HOME") if home else platformdirs.user_data_path("verbatim")
    )


def expanded_folder(stated: str, name: str) -> Path:
    """The folder `stated` in the setting `name`, ~ expanded; SettingsError for an unknown user."""
    try:
        return Path(stated).expanduser()
    except RuntimeError:
        raise SettingsError(f"{name} = {stated!r}: no such home folder; write it in full") from None
