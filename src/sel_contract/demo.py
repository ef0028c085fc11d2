"""The demonstration's own resources: the mailbox and the fictitious accounts. Mounted in demonstration mode only."""

from pydantic import Field

from sel_contract.base import Response, Timestamp
from sel_contract.identifiers import Identifier
from sel_contract.rules.identifiers import Category
from sel_contract.text import FEW, MANY, LocalText, MultilineText, OpaqueId, ShortText


class DemoMail(Response):
    """One mail that the back end has sent."""

    id: OpaqueId
    to: ShortText
    subject: ShortText
    text: MultilineText
    sent_at: Timestamp


class DemoMailbox(Response):
    """Every mail, the newest first."""

    mails: tuple[DemoMail, ...] = Field(max_length=MANY)


class DemoAccount(Response):
    """A fictitious account. Its password is printed on purpose."""

    email: Identifier
    password: ShortText
    name: ShortText
    note: LocalText


class DemoAnswer(Response):
    """A question of method 2 and its right answer."""

    question: LocalText
    answer: ShortText


class DemoCoordinates(Response):
    """Linking coordinates that exist from the start."""

    username: ShortText
    code: ShortText
    note: LocalText


class DemoFile(Response):
    """A fictitious client file and all that proves it to be one's own."""

    identifier: Identifier
    category: Category
    name: ShortText
    old_usernames: tuple[ShortText, ...] = Field(max_length=FEW)
    old_password: ShortText
    answers: tuple[DemoAnswer, ...] = Field(max_length=FEW)
    coordinates: tuple[DemoCoordinates, ...] = Field(max_length=FEW)
    note: LocalText


class DemoAccounts(Response):
    """What the demonstration panel shows."""

    accounts: tuple[DemoAccount, ...] = Field(max_length=MANY)
    files: tuple[DemoFile, ...] = Field(max_length=MANY)
