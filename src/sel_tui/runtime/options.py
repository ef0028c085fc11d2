"""The options of a visit: the server, the language to begin in, the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sel_tui.journey.core.scopes import DEFAULT_PRINTER, Printer
from sel_tui.journey.machine import first_state
from sel_tui.late_dataclass import dataclass

if TYPE_CHECKING:
    from sel_tui.journey.core.state import State
    from sel_tui.runtime.heartbeat import Heartbeat
    from sel_tui.runtime.revocations import Revocations
    from sel_tui.runtime.staff import StaffLock


@dataclass(frozen=True)
class Kiosk:
    """A machine that many people use one after the other, and what it keeps from one visit to the next.

    Attributes:
        idle_seconds: Seconds from the last key until everything about the person is forgotten.
        warning_seconds: How many seconds before that a warning appears, which any key removes.
        blank_minutes: After how many minutes without a key its first page goes dark; 0 for never.
        heartbeat: What says to the server that it is alive; None where nothing does.
        revocations: What has sessions ended that were left while the server could not be told; None where nothing does.
        staff: What takes the staff's code; None where there is none.
    """

    idle_seconds: int = 180
    warning_seconds: int = 60
    blank_minutes: int = 0
    heartbeat: Heartbeat | None = None
    revocations: Revocations | None = None
    staff: StaffLock | None = None


@dataclass(frozen=True)
class VisitOptions:
    """Where a visit takes place, and how it begins.

    Attributes:
        server: The back end's address.
        proxy: The address of the proxy through which an https server is reached; "" for none.
        language: The language to begin in, `fr` or `en`.
        kiosk: The kiosk; None on a person's own machine.
        remember_device: Whether this device's tokens outlive the program; never on a kiosk.
        printer: Where receipts are printed.
        crash: The reference of the crash after which a kiosk has begun again; "" when there was none.
        offers: The commands that the face carries out itself, and a kiosk names on its first page.
        desk: Whether an agent of Customer Service works here.
    """

    server: str
    proxy: str = ""
    language: str = "fr"
    kiosk: Kiosk | None = None
    remember_device: bool = False
    printer: Printer = DEFAULT_PRINTER
    crash: str = ""
    offers: tuple[str, ...] = ()
    desk: bool = False

    def first_state(self) -> State:
        """Return the state that the visit begins with."""
        return first_state(
            self.language,
            kiosk=self.kiosk is not None,
            staff=self.kiosk is not None and self.kiosk.staff is not None,
            server=self.server,
            printer=self.printer,
            crash=self.crash,
            offers=self.offers,
            desk=self.desk,
        )
