"""One step a file. Each says in `SERVES` the oldest revision whose software works on a database with it.

A step expands (new tables, new columns with a default of the database, new indexes) and serves the software before it;
or it contracts, what no software uses since the release before, and then serves that release and later ones only.
"""
