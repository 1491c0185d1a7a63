"""The client says who calls: by token or certificate, to a real server that knows its callers; and never in clear."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest

from amends_client import (
    AmendsClient,
    AsyncAmendsClient,
    NotAuthenticated,
    PermissionDenied,
    TooManyCalls,
    tls_credentials,
)
from tests.service.callers import Callers, make_callers
from tests.service.packs import SHOP
from tests.service.requests import late
from tests.service.running import PATIENCE, RunningServer, write_pack


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Callers]]:
    folder = tmp_path_factory.mktemp("guarded")
    write_pack(folder / "rules", "shop", SHOP)
    callers = make_callers(folder)
    with RunningServer("--rules", str(folder / "rules"), *callers.options) as server:
        yield server, callers


def token(callers: Callers, name: str) -> str:
    [(_, said)] = callers.said(name)
    return said.removeprefix("Bearer ")


async def test_a_token_is_sent_with_every_call(guarded: tuple[RunningServer, Callers]) -> None:
    """By both clients, over TLS to an authority of one's own; what the server refuses is an error of its kind."""
    server, callers = guarded
    credentials = tls_credentials(authority=callers.folder / "ca.pem")
    situation = late().situation
    with AmendsClient(server.target, credentials=credentials, token=token(callers, "helpdesk")) as client:
        assert client.decide(situation, deadline=PATIENCE).decision.actions
        with pytest.raises(PermissionDenied):
            client.list_rule_packs(deadline=PATIENCE)
    async with AsyncAmendsClient(server.target, credentials=credentials, token=token(callers, "helpdesk")) as waiting:
        assert (await waiting.decide(situation, deadline=PATIENCE)).decision.actions
    with AmendsClient(server.target, credentials=credentials) as nobody, pytest.raises(NotAuthenticated):
        nobody.decide(situation, deadline=PATIENCE)
    with AmendsClient(server.target, credentials=credentials, token=token(callers, "busy")) as busy:

        def call_on() -> None:
            for _ in range(200):
                busy.list_rule_packs(deadline=PATIENCE)

        with pytest.raises(TooManyCalls) as caught:
            call_on()
        assert caught.value.failure.retry_after


async def test_on_this_machine_a_token_may_go_without_tls(tmp_path: Path) -> None:
    """Nobody else reads along there; to anywhere else it is refused before anything is sent."""
    write_pack(tmp_path / "rules", "shop", SHOP)
    callers = make_callers(tmp_path)
    with RunningServer("--rules", str(tmp_path / "rules"), "--access", str(callers.access)) as server:
        with AmendsClient(server.target, token=token(callers, "helpdesk")) as client:
            assert client.decide(late().situation, deadline=PATIENCE).decision.actions
        async with AsyncAmendsClient(server.target, token=token(callers, "helpdesk")) as waiting:
            assert (await waiting.decide(late().situation, deadline=PATIENCE)).decision.actions
    for elsewhere in ("amends.example.com:443", "10.0.0.1:50051", "dns:///amends:50051"):
        with pytest.raises(ValueError, match="in clear"):
            AmendsClient(elsewhere, token="secret")
        with pytest.raises(ValueError, match="in clear"):
            AsyncAmendsClient(elsewhere, token="secret")


def test_commands_say_who_calls_by_the_environment(guarded: tuple[RunningServer, Callers], tmp_path: Path) -> None:
    """`decide` and `health` reach a guarded server; what is wrong with the variables is told."""
    server, callers = guarded
    case = tmp_path / "case.yaml"
    case.write_text("fault: company\nfacts: {delay_days: 4}\nshipping_fee: 9.90 USD\n", encoding="utf-8")

    def run(*arguments: str, **said: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": "", "AMENDS_SERVER_CA": str(callers.folder / "ca.pem"), **said}
        command = [sys.executable, "-m", "amends", *arguments, "--server", server.target]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE)

    decided = run("decide", str(case), "--preview", "--format", "json", AMENDS_TOKEN=token(callers, "watcher"))
    assert decided.returncode == 0, decided.stderr
    assert json.loads(decided.stdout)["decision"]["actions"]
    assert run("health", "--timeout", "30").returncode == 0
    assert run("decide", str(case)).returncode != 0
    wrong = run("health", AMENDS_SERVER_CA=str(tmp_path / "none.pem"))
    assert wrong.returncode == 2
    assert "none.pem" in wrong.stderr


def test_half_a_certificate_is_refused(tmp_path: Path) -> None:
    """It and its key belong together."""
    with pytest.raises(ValueError, match="belong together"):
        tls_credentials(certificate=tmp_path / "client.pem")
    assert isinstance(tls_credentials(), grpc.ChannelCredentials)
