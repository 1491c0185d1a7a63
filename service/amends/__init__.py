"""Amends decides what should be done for a customer who was let down.

Owns the version of the distribution and nothing else: importing `amends` stays cheap, nothing of ours comes with it.
"""

from importlib.metadata import version

__version__ = version("amends")
