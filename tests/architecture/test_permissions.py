"""Nothing of the contract may be called without a permission."""

from amends.server.permissions import PERMISSIONS
from amends.v1 import decision_service_pb2, rule_pack_service_pb2


def test_every_rpc_has_its_permission() -> None:
    """A method that is added is refused by this test until somebody decides who may call it; none is left over."""
    services = [
        decision_service_pb2.DESCRIPTOR.services_by_name["DecisionService"],
        rule_pack_service_pb2.DESCRIPTOR.services_by_name["RulePackService"],
    ]
    methods = [method.name for service in services for method in service.methods]

    assert len(methods) == len(set(methods))
    assert set(PERMISSIONS) == set(methods)
    assert all(PERMISSIONS.values())
