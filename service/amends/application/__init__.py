"""The use cases, one a file, and the ports they need. What a port is made of is decided in `bootstrap`."""
