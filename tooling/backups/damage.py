"""What is said about a backup that cannot be trusted."""


class DamagedBackup(Exception):
    """A backup is not whole, or something in it cannot be read; nothing was touched."""
