"""What vendors publish of their webhooks, unedited, is read by the mappings of docs/integrations."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Final

import pytest
import yaml
from typer.testing import CliRunner

from amends_client.bridge.cli import app
from amends_client.bridge.ports import RefusedError, Webhook
from amends_client.bridge.signatures import Scheme, check, sign
from amends_client.bridge.vendors.generic import GenericSettings
from amends_client.bridge.vendors.zendesk import SCHEME
from tests.docs.guide import Guide

PUBLISHED: Final = Path(__file__).parent / "published"
NOW: Final = 1_800_000_000
BODY: Final = b'[{"id": "1"}]'
EVENT_OF_ZENDESK: Final = """\
delivery: {case: {path: detail.id}, event: {path: id}, time: {path: time}}
situation: {fault: company}
"""


def mapping_of(vendor: str) -> str:
    """The page's own, which a reader copies."""
    guide = Guide(f"integrations/{vendor}.md")
    return next(one.text for one in guide.blocks() if one.file == f"{vendor}.yaml")


def scheme_of(vendor: str) -> Scheme:
    """How the page's configuration says that the vendor signs."""
    guide = Guide(f"integrations/{vendor}.md")
    settings = yaml.safe_load(next(one.text for one in guide.blocks() if one.file == "bridge.yaml"))
    desk = GenericSettings.model_validate(settings["sources"][vendor]["desk"])
    return Scheme(**desk.signature.model_dump())


@pytest.mark.parametrize(
    ("payload", "mapping", "told", "customer"),
    [
        ("zendesk-event", EVENT_OF_ZENDESK, "case 141, event 01JQMQH83YNAKWSWJ8B1QH2NSC, changed 2025-02-11T", ""),
        ("zammad-webhook", mapping_of("zammad"), "case 81, event not told, changed 2020-11-13T14:34:35.333000+0", "8"),
        ("chatwoot-event", mapping_of("chatwoot"), "case 10, event not told, changed 2021-07-23T18:02:49+00:00", "12"),
        ("espocrm-webhook", mapping_of("espocrm"), "case someId, event not told, changed not told", ""),
        (
            "intercom-notification",
            mapping_of("intercom"),
            "case 530370b477ad7120001d, event notif_78c122d0-23ba-11e4-9464-79b01267cc2e, changed not told",
            "",
        ),
    ],
)
def test_what_a_vendor_publishes_is_read(payload: str, mapping: str, told: str, customer: str, tmp_path: Path) -> None:
    """By `amends-bridge try`, as a reader would; nothing in it is misread."""
    (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")

    done = CliRunner().invoke(app, ["try", str(tmp_path / "mapping.yaml"), str(PUBLISHED / f"{payload}.json")])

    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(told)
    assert "not known" not in done.stdout
    situation = json.loads(done.stdout.partition("\n")[2])
    assert situation.get("customer", {}).get("customer_id", "") == customer
    assert situation["fault"] == "FAULT_COMPANY"


def _sha(name: str, message: bytes) -> str:
    return hmac.new(b"key", message, name).hexdigest()


@pytest.mark.parametrize(
    ("vendor", "headers"),
    [
        ("chatwoot", {"x-chatwoot-signature": f"sha256={_sha('sha256', b'%d.' % NOW + BODY)}"}),
        ("freshdesk", {"x-amends-secret": "key"}),
        ("intercom", {"x-hub-signature": f"sha1={_sha('sha1', BODY)}"}),
        ("zammad", {"x-hub-signature": f"sha1={_sha('sha1', BODY)}"}),
        ("espocrm", {"signature": base64.b64encode(b"WEBHOOK-ID:" + _sha("sha256", BODY).encode()).decode()}),
    ],
)
def test_what_a_vendor_signs_is_accepted_by_the_page_s_configuration(vendor: str, headers: dict[str, str]) -> None:
    """By the vendor's own recipe, written out; and nothing else is."""
    scheme = scheme_of(vendor)
    webhook = Webhook({**headers, "x-chatwoot-timestamp": str(NOW)}, BODY, "")

    check(webhook, scheme, secret=b"key", now=NOW * 1_000_000_000)
    with pytest.raises(RefusedError):
        check(webhook, scheme, secret=b"another", now=NOW * 1_000_000_000)


def test_the_signature_that_zendesk_publishes_is_ours() -> None:
    """By the secret's own text and in base64. An older page had the body before the time."""
    time, body = "2021-07-25T10:00:00Z", '{"say": "hello"}'
    secret = b"HRkRd4BeOAoUkfZr-mhauJT64rvBASlJRoIyPsd3zeA="

    assert sign(time.encode(), body, SCHEME, secret=secret) == "tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw="
    current = hmac.new(secret, f"{time}{body}".encode(), hashlib.sha256).digest()
    assert sign(body.encode(), time, SCHEME, secret=secret) == base64.b64encode(current).decode()
