"""`amends serve` whose SQLite, and that of the process that writes for it, is `synced_sqlite`'s.

python synced_server.py FOLDER [OPTIONS OF amends serve]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from amends.cli.main import app
from amends.storage import group_commit, writer_process
from amends.storage.sqlite_writer import SqliteWriter
from amends.storage.writer_process import Setup
from tests.faults import synced_sqlite


def main() -> None:
    folder = sys.argv[1]
    watched = synced_sqlite.Watched(Path(folder))
    program = (sys.executable, "-I", "-S", synced_sqlite.__file__, folder, writer_process.__file__)

    class SyncedWriter(SqliteWriter):
        def __init__(self, setup: Setup) -> None:
            super().__init__(setup, program=program)

    # There is no other way in: the program is no setting.
    group_commit.SqliteWriter = SyncedWriter  # type: ignore[assignment, attr-defined]  # where it is used
    app(["serve", "--port", "0", *sys.argv[2:]])
    del watched


if __name__ == "__main__":
    main()
