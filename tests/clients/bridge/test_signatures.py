"""Signatures: what was signed, how it is written, and how old it may be."""

import base64
import hashlib
import hmac

import pytest

from amends_client.bridge.ports import Reason, RefusedError, Webhook
from amends_client.bridge.signatures import TOLERANCE, Encoding, Over, Scheme, check, check_time

SECOND = 1_000_000_000
NOW = 1_800_000_000 * SECOND
BODY = b'{"id": 1}'


def webhook(**headers: str) -> Webhook:
    return Webhook({name.replace("_", "-"): value for name, value in headers.items()}, BODY, "https://bridge.example")


def hex_of(message: bytes, secret: bytes = b"key") -> str:
    return hmac.new(secret, message, hashlib.sha256).hexdigest()


def reason_of(found: Webhook, scheme: Scheme) -> Reason:
    with pytest.raises(RefusedError) as refused:
        check(found, scheme, secret=b"key", now=NOW)
    return refused.value.reason


@pytest.mark.parametrize(
    ("scheme", "signature"),
    [
        (Scheme("sig", "time"), hex_of(b"1800000000" + BODY)),
        (Scheme("sig", "time", over=Over.TIME_DOT_BODY, prefix="sha256="), f"sha256={hex_of(b'1800000000.' + BODY)}"),
        (
            Scheme("sig", "time", encoding=Encoding.BASE64),
            base64.b64encode(hmac.new(b"key", b"1800000000" + BODY, hashlib.sha256).digest()).decode(),
        ),
        (Scheme("sig", "time", over=Over.BODY), hex_of(BODY)),
        (Scheme("sig", "time", hash="sha1"), hmac.new(b"key", b"1800000000" + BODY, hashlib.sha1).hexdigest()),
        (
            Scheme("sig", "time", encoding=Encoding.BASE64_OF_HEX, over=Over.BODY, prefix="webhook:"),
            base64.b64encode(f"webhook:{hex_of(BODY)}".encode()).decode(),
        ),
    ],
)
def test_a_webhook_is_accepted_as_its_vendor_signs_it_and_not_one_byte_otherwise(
    scheme: Scheme, signature: str
) -> None:
    """Each way of signing takes its own signature, and neither another body's nor another secret's."""
    right = webhook(sig=signature, time="1800000000")

    assert check(right, scheme, secret=b"key", now=NOW) == signature
    assert reason_of(webhook(sig=signature[:-1] + "!", time="1800000000"), scheme) is Reason.BAD_SIGNATURE
    with pytest.raises(RefusedError):
        check(Webhook(right.headers, BODY + b" ", right.url), scheme, secret=b"key", now=NOW)
    with pytest.raises(RefusedError):
        check(right, scheme, secret=b"another", now=NOW)


def test_a_signature_or_a_time_that_is_missing_is_told_by_the_name_of_its_header() -> None:
    """Who sets a webhook up sees what to switch on."""
    scheme = Scheme("X-Sig", "X-Time")

    with pytest.raises(RefusedError, match="the header X-Sig is missing"):
        check(webhook(), scheme, secret=b"key", now=NOW)
    with pytest.raises(RefusedError, match="the header X-Time is missing"):
        check(webhook(x_sig="a"), scheme, secret=b"key", now=NOW)


def test_who_cannot_sign_shows_the_secret_itself() -> None:
    """Whatever the body is; and nobody else's secret will do."""
    scheme = Scheme("authorization", over=Over.NOTHING, prefix="Bearer ")

    assert check(webhook(authorization="Bearer key"), scheme, secret=b"key", now=NOW) is None
    assert reason_of(webhook(authorization="Bearer kez"), scheme) is Reason.BAD_SIGNATURE
    assert reason_of(webhook(authorization="key"), scheme) is Reason.BAD_SIGNATURE
    assert reason_of(webhook(), scheme) is Reason.BAD_SIGNATURE


def test_without_a_signed_time_nothing_tells_one_transmission_from_another() -> None:
    """Then only the event tells what was accepted before."""
    found = check(webhook(sig=hex_of(BODY)), Scheme("sig", over=Over.BODY), secret=b"key", now=NOW)

    assert found is None


@pytest.mark.parametrize(
    "text",
    ["1800000000", "1800000000000", "2027-01-15T08:00:00Z", "2027-01-15T09:00:00+01:00", "1800000300", "1799999700"],
)
def test_a_time_within_five_minutes_is_near(text: str) -> None:
    """In seconds, in milliseconds, as ISO 8601; a clock may be a little off."""
    check_time(text, NOW)


@pytest.mark.parametrize(
    "text",
    ["1800000301", "1799999699", "0", "", "now", "2027-01-15T08:00:00", "9" * 40, "١٨٠٠", "99999-01-01T00:00:00Z"],
)
def test_any_other_time_is_refused(text: str) -> None:
    """Too old, too far ahead, or no moment at all."""
    with pytest.raises(RefusedError) as refused:
        check_time(text, NOW)

    assert refused.value.reason is Reason.BAD_TIME
    assert TOLERANCE == 300
