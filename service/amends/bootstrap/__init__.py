"""The only wiring: settings into packs, engines, use cases and the process that serves them.

Few of its files import what is dear: gRPC only `serving` and `decision_log`, which neither a supervisor nor a local
command imports; the database these two, and `database`, `log_tools` and `supervising`.
"""
