"""The rules folder of the service tests serves here too."""

from tests.service.conftest import rules

__all__ = ["rules"]
