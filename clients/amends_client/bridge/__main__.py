"""`python -m amends_client.bridge`, where the command is not on the path."""

from amends_client.bridge.cli import app

app(prog_name="amends-bridge")
