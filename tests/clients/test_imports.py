"""The client stays small: who only calls the service loads nothing of it."""

import json
import subprocess
import sys


def test_importing_the_client_loads_the_contract_and_nothing_of_the_service() -> None:
    """In a fresh interpreter only the contract's package of ours comes along, and no third party that gRPC lacks."""
    program = (
        "import sys, json, grpc, grpc.aio, google.protobuf, google.rpc, google.type; before = set(sys.modules);"
        "import amends_client; print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    listed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = set(json.loads(listed.stdout))
    ours = {name for name in loaded if name.split(".")[0] == "amends"}
    assert {name for name in ours if not name.startswith("amends.v1.")} == {"amends", "amends.v1"}
    others = {name.split(".")[0] for name in loaded} - sys.stdlib_module_names
    assert others == {"amends", "amends_client", "google", "grpc"}
