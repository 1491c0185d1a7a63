"""The HTTP side of the service, on a port of its own: the Connect protocol, JSON by plain paths, what probes ask."""
