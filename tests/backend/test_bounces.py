"""What comes back of our mails, in the forms in which mail servers say it; and what anybody may send instead."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sel_backend.mail.bounces import MOST_BYTES, Notification, Outcome, read_notification
from sel_backend.mail.mail_ids import mail_id, mail_ids_in, row_of
from sel_backend.mail.reasons import mail_reason
from sel_backend.mail.returned import read
from sel_backend.security.keys import Keys, with_new_key
from sel_contract.desk_case import MailReason
from tests.backend.world import KEYS

FORMS = Path(__file__).parent / "bounces"
ROW = "0" * 12 + "abcd" + "f" * 16
MAIL = mail_id(KEYS, ROW)


def message(form: str, mail: str = MAIL) -> bytes:
    """Return a message in the form of a mail server, about a mail of ours."""
    return (FORMS / f"{form}.eml").read_bytes().replace(b"@MAIL@", mail.encode())


BOUNCES = {
    "postfix": (Outcome.FAILED, "5.1.1"),
    "postfix-delayed": (Outcome.DELAYED, "4.4.1"),
    "exim": (Outcome.FAILED, "5.2.2"),
    "exim-headers": (Outcome.FAILED, "5.1.1"),
    "exim-words": (Outcome.FAILED, "5.2.1"),
    "sendmail": (Outcome.FAILED, "5.1.2"),
    "exchange": (Outcome.FAILED, "5.1.10"),
    "gmail": (Outcome.FAILED, "5.1.1"),
    "qmail": (Outcome.FAILED, "5.1.1"),
    "internationalized": (Outcome.FAILED, "4.4.7"),
}


def test_each_form_that_is_here_is_tried() -> None:
    assert {path.stem for path in FORMS.glob("*.eml") if not path.stem.startswith("not-")} == set(BOUNCES)


@pytest.mark.parametrize("lines", [b"\n", b"\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("form", BOUNCES)
def test_a_bounce_says_of_which_mail_what_became_of_it(form: str, lines: bytes) -> None:
    found = read_notification(message(form).replace(b"\n", lines))
    assert found == Notification(*BOUNCES[form], (MAIL,))


@pytest.mark.parametrize("form", [path.stem for path in sorted(FORMS.glob("not-*.eml"))])
def test_replies_receipts_complaints_and_our_own_mail_are_no_bounces(form: str) -> None:
    assert read_notification(message(form)) is None


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("delivered", Outcome.DELIVERED),
        ("relayed", Outcome.DELIVERED),
        ("Expanded", Outcome.DELIVERED),
        ("DELAYED", Outcome.DELAYED),
        ("nonsense", None),
    ],
)
def test_what_an_action_means_and_an_unknown_one_means_nothing(action: str, outcome: Outcome | None) -> None:
    found = read_notification(message("postfix").replace(b"Action: failed", f"Action: {action}".encode()))
    assert (found.outcome if found else None) is outcome


def test_where_an_alias_leads_to_several_its_failure_is_what_is_told() -> None:
    delivered = b"Final-Recipient: rfc822; a@toitures.exemple.test\nAction: relayed\nStatus: 2.0.0\n\nFinal-Recipient"
    found = read_notification(message("postfix").replace(b"Final-Recipient", delivered, 1))
    assert found is not None
    assert (found.outcome, found.status) == (Outcome.FAILED, "5.1.1")


@pytest.mark.parametrize(("form", "left_out"), [("exchange", b"message/rfc822"), ("gmail", b"message/rfc822")])
def test_a_notification_that_returns_nothing_is_put_to_the_mail_that_it_answers(form: str, left_out: bytes) -> None:
    found = read_notification(message(form).replace(left_out, b"application/octet-stream"))
    assert found is not None
    assert found.mail_ids == (MAIL,)


def test_only_who_has_the_keys_can_name_a_mail() -> None:
    assert row_of(KEYS, MAIL) == ROW
    rotated = with_new_key(KEYS)
    rotated = Keys("k2", rotated.material)
    assert row_of(rotated, MAIL) == row_of(rotated, mail_id(rotated, ROW)) == ROW
    assert mail_id(rotated, ROW) != MAIL
    guessed = f"{ROW}.{'0' * 16}"
    assert mail_ids_in(f"<{guessed}@exemple.test>") == [guessed]
    for made_up in (guessed, ROW, f"{ROW}.", MAIL.upper(), f"{MAIL}0", f"1{MAIL[1:]}", ""):
        assert row_of(KEYS, made_up) is None
    assert row_of(Keys("k2", {"k2": b"y" * 32}), MAIL) is None


def deep(levels: int) -> bytes:
    """Return parts within parts within parts."""
    heads = [f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n".encode() for level in range(levels)]
    return b"MIME-Version: 1.0\n" + b"".join(heads)


HOSTILE = {
    "nothing": b"",
    "a line end": b"\n",
    "no head's end": b"From",
    "not text": bytes(range(256)) * 64,
    "deep": deep(5_000),
    "messages in messages": b"Content-Type: message/rfc822\n\n" * 8_000,
    "many parts": b"Content-Type: multipart/report; boundary=a\n\n" + b"--a\n\n" * 50_000,
    "semicolons": b'Content-Type: multipart/report; x="' + b";" * 200_000 + b"\n\n",
    "a long line": b"Content-Type: multipart/report; boundary=a\n\n--a" + b" " * 200_000 + b"x\n",
    "many headers": b"X: y\n" * 50_000 + b"\n",
    "blank lines": b"Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/delivery-status\n\n"
    + b" \n" * 80_000,
    "an unknown charset": b"Content-Type: multipart/report; boundary*=nowhere'x'%ff%fe\n\n--x\n",
    "folded": b"Content-Type: multipart/report;\n" + b" ;\n" * 60_000 + b"\n",
    "digits": b"X-Failed-Recipients: a@b.test\n\n" + b"5.1.1." * 30_000,
    "hexadecimal": b"X-Failed-Recipients: a@b.test\n\n" + b"0123456789abcdef" * 15_000,
    "not base64": b"X-Failed-Recipients: a@b.test\nContent-Transfer-Encoding: base64\n\n=A==B===",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_sent_is_read_at_once_and_raises_nothing(raw: bytes) -> None:
    began = time.process_time()
    said = read_notification(raw)
    assert time.process_time() - began < 1
    assert said is None or not said.mail_ids


@given(form=st.sampled_from(sorted(BOUNCES)), seed=st.integers(0, 1_000_000))
def test_a_damaged_bounce_is_read_or_left(form: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - damage, not a secret
    raw = bytearray(message(form))
    for _ in range(chance.randrange(1, 40)):
        place = chance.randrange(len(raw))
        raw[place : place + chance.randrange(0, 60)] = chance.randbytes(chance.randrange(0, 8))
    says = read(bytes(raw)).says
    assert says is None or all(len(one) == len(MAIL) for one in says.mail_ids)


def test_what_is_too_long_is_read_up_to_its_limit() -> None:
    raw = message("postfix") + b"x" * MOST_BYTES
    assert read_notification(raw) == Notification(Outcome.FAILED, "5.1.1", (MAIL,))
    assert read(raw).digest == read(raw + b"more").digest


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", MailReason.NO_SUCH_ADDRESS),
        ("5.1.10", MailReason.NO_SUCH_ADDRESS),
        ("5.4.1", MailReason.NO_SUCH_ADDRESS),
        ("5.1.2", MailReason.NO_SUCH_DOMAIN),
        ("5.4.4", MailReason.NO_SUCH_DOMAIN),
        ("5.2.1", MailReason.MAILBOX_CLOSED),
        ("4.2.2", MailReason.MAILBOX_FULL),
        ("5.2.2", MailReason.MAILBOX_FULL),
        ("5.7.26", MailReason.NOT_ACCEPTED),
        ("4.4.1", MailReason.NOT_REACHED),
        ("4.4.7", MailReason.NOT_REACHED),
        ("5.0.0", MailReason.OTHER),
        ("5.3.4", MailReason.OTHER),
        ("", MailReason.OTHER),
    ],
)
def test_a_status_is_put_in_plain_words(status: str, reason: MailReason) -> None:
    assert mail_reason(status) is reason
