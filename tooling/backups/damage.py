"""The error for a backup that cannot be trusted."""


class DamagedBackup(Exception):
    """A backup is incomplete, or part of it cannot be read; nothing was changed."""
