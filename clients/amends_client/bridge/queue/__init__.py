"""The durable queue: deliveries in the order of their cases, leases, dead letters. The only place with SQLAlchemy."""
