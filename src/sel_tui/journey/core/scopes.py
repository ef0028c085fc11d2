"""The scopes of a visit. Each says when it ends; ending it is replacing it by its empty record. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Final, NamedTuple

from sel_tui.journey.core.secret import Secret
from sel_tui.journey.registry import Step
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from sel_contract import (
        DemoAccounts,
        DemoMailbox,
        Events,
        HandoffOpened,
        Link,
        LinkDetail,
        ListedLink,
        Receipt,
        Service,
        Session,
    )
    from sel_contract.desk import DeskSession


@dataclass(frozen=True)
class Demo:
    """What the demonstration's panel shows."""

    accounts: DemoAccounts
    mailbox: DemoMailbox


class Printer(NamedTuple):
    """Where receipts are printed.

    Attributes:
        name: Its name in CUPS; its default printer when "".
        paper: `sheet` or `roll`; `auto` when the person chooses.
    """

    name: str = ""
    paper: str = "auto"


DEFAULT_PRINTER: Final = Printer()


@dataclass(frozen=True)
class App:
    """What is so for everybody. Never ends.

    Attributes:
        server: The back end's address.
        service: What the back end says of itself.
        language: The machine's own language, in which a visit begins.
        kiosk: Many people use this machine one after the other, so nothing of one may reach the next.
        staff: Whether the staff can end the program by a code; only on a kiosk.
        demo: The demonstration's accounts and mails.
        offers: The commands that the face which runs carries out itself, and a kiosk names on its first page.
        now: The minute of the last command or failure, on the organisation's clocks; in UTC before they are known.
        tried_at: The minute in which the server was last asked what it is, and did not answer.
        printer: Where receipts are printed.
        desk: An agent of Customer Service works here, and nobody links.
    """

    server: str = ""
    service: Service | None = None
    language: str = "fr"
    kiosk: bool = False
    staff: bool = False
    demo: Demo | None = None
    offers: tuple[str, ...] = ()
    now: datetime | None = None
    tried_at: datetime | None = None
    printer: Printer = DEFAULT_PRINTER
    desk: bool = False


@dataclass(frozen=True)
class ReturnTo:
    """Where a session ended, by names alone: the same person comes back there, anybody else does not.

    Attributes:
        account_id: Whose session it was.
        step: The step that was open.
        trail: How the person had come there.
        link_id: The file that was open, "" when none was.
        receipt_of: The link whose receipt was fetched last, "" when none was.
    """

    account_id: str
    step: Step
    trail: tuple[Step, ...] = ()
    link_id: str = ""
    receipt_of: str = ""


@dataclass(frozen=True)
class Person:
    """Who is in front of the screen, logged in or not. Ends with the next person, log-out or abandonment.

    Attributes:
        language: `fr` or `en`.
        generation: How many people have come and gone.
        drafts: What was typed that several tasks ask for, by the field's name.
        return_to: Where the session ended.
    """

    language: str = "fr"
    generation: int = 0
    drafts: Mapping[str, str] = field(default_factory=dict)
    return_to: ReturnTo | None = None


@dataclass(frozen=True)
class Account:
    """What belongs to the session. Ends with it, for whatever reason.

    Attributes:
        session: The session, None before the log-in.
        profiles: The linked files, None before they were fetched.
        opened: The file that is open.
        linked: The file that was linked or reported last.
        receipt: The receipt that was fetched last.
        history: What happened to the account, None before it was fetched.
        reference: The last support reference, for Customer Service.
        handoff: The code by which one goes on elsewhere.
        code_request: For what coordinates were asked, and until when asking again sends nothing.
        desk: What an agent's session says of the desk.
    """

    session: Session | None = None
    profiles: tuple[ListedLink, ...] | None = None
    opened: LinkDetail | None = None
    linked: Link | None = None
    receipt: Receipt | None = None
    history: Events | None = None
    reference: str = ""
    handoff: HandoffOpened | None = None
    code_request: tuple[str, datetime] | None = None
    desk: DeskSession | None = None


@dataclass(frozen=True)
class Task:
    """What belongs to one thing that a person is doing. Ends when it is done, or left for good.

    A step declares the task it is a part of; a subclass, beside its steps, holds what that task needs. It is left for
    good when neither the step nor the way back to it leads through the task any more.

    Attributes:
        drafts: What was typed, by the field's name.
        secrets: What was typed that no log, repr or next step may show. Ends as soon as the task's steps are hidden,
            when it is refused, and with the session.
    """

    drafts: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
