"""An e-mail address means one mailbox to everybody who reads it, or it is refused."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sel_backend.mail.headers import Mailbox, mailbox, message, written
from sel_contract import LoginRequest, canonical_email, canonical_identifier
from sel_tui.journey.core.fields import EMAIL
from sel_tui.journey.core.messages import msg, personal
from sel_tui.journey.core.readings import check
from tests.contract.addresses import ACCENTED, PLAIN, REFUSED

SIGNS = "abz019!#$%&'*+/=?^_`{|}~-.@\"()<>[]:;,\\ \t\r\né＝？"
PARTS = st.sampled_from(["=?utf-8?q?", "=?utf-8?b?", "?=", "vict=69m", "a", "e", ".", "@e.test", "%", "\r\n "])
TYPED = st.one_of(st.text(st.sampled_from(SIGNS), max_size=12), st.lists(PARTS, max_size=6).map("".join))
NAMES = st.one_of(st.text(max_size=40), st.lists(PARTS, max_size=6).map("".join), st.text(st.sampled_from(SIGNS)))
ORGANISATION = Mailbox("Commission « CCQ », Québec", "sel@exemple.test")


@pytest.mark.parametrize("address", PLAIN)
def test_a_plain_address_is_accepted_everywhere(address: str) -> None:
    assert canonical_email(address) == canonical_identifier(address) == address
    assert mailbox(f"Nom <{address}>") == Mailbox("Nom", address)
    assert check(EMAIL, address).sent == address


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_another_reader_would_take_for_another_is_refused_everywhere(address: str) -> None:
    with pytest.raises(ValueError, match="bad-email"):
        canonical_email(address)
    with pytest.raises(ValueError, match="bad-"):
        canonical_identifier(address)
    with pytest.raises(ValueError, match="bad-email"):
        LoginRequest.model_validate({"email": address, "password": "x"})
    with pytest.raises(ValueError, match="bad-"):
        mailbox(f"Nom <{address}>")


@pytest.mark.parametrize(("typed", "sent"), ACCENTED.items())
def test_a_domain_with_accents_becomes_what_mail_servers_know_and_is_shown(typed: str, sent: str) -> None:
    assert canonical_email(typed) == canonical_identifier(typed) == canonical_email(sent) == sent
    assert LoginRequest.model_validate({"email": typed, "password": "x"}).email == sent
    checked = check(EMAIL, typed)
    assert (checked.sent, checked.echo) == (sent, msg("identifier.will_send", identifier=personal(sent)))
    assert check(EMAIL, sent).echo is None


@pytest.mark.parametrize("typed", ["jean@ex emple.ca", "jean @exemple.ca", "jean\u00a0dupont@exemple.ca", "a@b.test c"])
def test_a_space_inside_an_address_is_said_and_never_taken_out(typed: str) -> None:
    assert check(EMAIL, typed).problem == msg("identifier.email_space")
    assert check(EMAIL, f"  {typed.replace(' ', '').replace(chr(160), '')} ").problem is None
    with pytest.raises(ValueError, match="bad-email"):
        canonical_email(typed)


@given(TYPED)
def test_the_form_sends_no_address_that_the_server_refuses_and_the_same_one_as_it_reads(typed: str) -> None:
    sent = check(EMAIL, typed + "@e.test").sent
    if sent:
        assert canonical_email(sent) == sent
    try:
        expected = canonical_email(typed + "@e.test")
    except ValueError:
        expected = ""
    assert not expected or sent == expected


@pytest.mark.parametrize("address", ["=?utf-8?q?vict=69m?=@e.test", "a%b@e.test", f"{'l' * 65}@e.test", "a@127.0.0.1"])
def test_a_form_says_that_the_service_does_not_take_such_an_address(address: str) -> None:
    problem = check(EMAIL, address).problem
    assert problem is not None
    assert problem.key == "identifier.email_refused"


@given(TYPED.map(lambda typed: f"{typed}@e.test"))
def test_every_accepted_address_is_the_same_to_the_loosest_and_the_strictest_reader_of_a_header(typed: str) -> None:
    try:
        address = canonical_email(typed)
    except ValueError:
        return
    mail = message_from_bytes(written(message(ORGANISATION, address, "x", "x")), policy=policy.default)
    (read,) = mail["To"].addresses
    assert (read.addr_spec, parseaddr(address)[1]) == (address, address)


@pytest.mark.parametrize("address", PLAIN)
def test_a_plain_address_stands_in_its_header_as_it_is(address: str) -> None:
    mail = message_from_bytes(written(message(ORGANISATION, address, "x", "x")), policy=policy.default)
    assert mail["To"].strip() == address


@given(NAMES, NAMES, st.text())
def test_no_name_subject_or_text_adds_a_header_or_changes_an_address(name: str, subject: str, text: str) -> None:
    mail = message_from_bytes(
        written(message(Mailbox(name, "sel@exemple.test"), "a@e.test", subject, text)), policy=policy.default
    )
    assert mail.keys() == ["From", "To", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
    assert [one.addr_spec for one in mail["From"].addresses] == ["sel@exemple.test"]
    assert [one.addr_spec for one in mail["To"].addresses] == ["a@e.test"]


@pytest.mark.parametrize(
    "name",
    ["SEL", "Commission de la construction, Québec", "=?utf-8?q?SEL?=", '"SEL" (a) <b>', "a@b", "x" * 190, "日本 <x>"],
)
def test_a_name_and_a_subject_are_read_as_they_were_written(name: str) -> None:
    mail = message_from_bytes(written(message(Mailbox(name, "sel@exemple.test"), "a@e.test", name, "x")))
    assert str(make_header(decode_header(mail["From"]))) == f"{name} <sel@exemple.test>"
    assert str(make_header(decode_header(mail["Subject"]))) == name


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("SEL <ne-pas-repondre@exemple.test>", "SEL", "ne-pas-repondre@exemple.test"),
        ('"Service, SEL \\"ici\\"" <Sel@Exemple.test>', 'Service, SEL "ici"', "sel@exemple.test"),
        ("Service, Québec <sel@exemple.test>", "Service, Québec", "sel@exemple.test"),
        ("sel@exemple.test", "", "sel@exemple.test"),
        ("<sel@exemple.test>", "", "sel@exemple.test"),
    ],
)
def test_a_mailbox_is_read_as_people_write_it(text: str, name: str, address: str) -> None:
    assert mailbox(text) == Mailbox(name, address)


@pytest.mark.parametrize("text", ["SEL", "", "SEL\nBcc: a <b@e.test>", "a <b@e.test> c", "a <b@e.test> <c@e.test>"])
def test_what_is_no_mailbox_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="bad-"):
        mailbox(text)
