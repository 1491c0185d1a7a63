"""What can be wrong with a backup, or stand in the way of one."""


class BackupError(Exception):
    """The copy is not made or not put back; the message says why, for a person, and nothing was changed."""
