"""The steps by which a database comes to the tables of `storage.tables`; `amends db upgrade` alone runs them."""
