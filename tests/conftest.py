"""What all tests share: the real PostgreSQL, and which tests of durable-rules there are.

The tests of durable-rules are collected where it can be had, which is not on Python 3.13 and later.
"""

import os
import signal
import sys

from tests.lacking import pytest_terminal_summary
from tests.storage.postgresql import (
    migrated_postgresql_url,
    postgresql_programs,
    postgresql_server,
    postgresql_session,
    postgresql_template,
    postgresql_url,
)

__all__ = [
    "migrated_postgresql_url",
    "postgresql_programs",
    "postgresql_server",
    "postgresql_session",
    "postgresql_template",
    "postgresql_url",
    "pytest_terminal_summary",
]

# Python forks to start a program under another account, as PostgreSQL is when root runs the tests; what gRPC does in a
# fork while calls are on their way ends the new process.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

# A shell that runs the tests in the background has Ctrl-C ignored, by them and by every program that they start: the
# programs are to be told by it that they end.
signal.signal(signal.SIGINT, signal.default_int_handler)

# That it is there on older ones is a test of `bootstrap`: a set-up that failed must not pass for a passed test.
collect_ignore_glob = ["**/test_durable*.py"] if sys.version_info >= (3, 13) else []
