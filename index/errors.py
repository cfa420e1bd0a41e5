"""Errors a person can repair: one line that gives what was received, expected, and the repair."""


class UserError(Exception):
    """Base of every error shown as one line; anything else is a defect and shows a traceback."""


class CorpusError(UserError):
    """A corpus folder, or one file of it, cannot be read."""


class SettingsError(UserError):
    """A setting, a filter or a command-line value is not usable."""


class ModelError(UserError):
    """An embedding model is missing, damaged or not the expected one."""


class IndexMissing(UserError):
    """No index at the given place."""


class IndexDamaged(UserError):
    """The index on disk is not the one its manifest describes."""


class IndexMismatch(UserError):
    """The index was built with another model or format than the one asking."""


class QuestionError(UserError):
    """A question that cannot be searched: empty, too long or in no supported script."""


class IndexLocked(UserError):
    """Another process is building the index."""


class IndexUnwritable(UserError):
    """The index folder cannot be written: no permission, no room, or not a folder."""
