"""The journey whole: the core with its steps. Every face drives it from here. Pure."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module

from sel_tui.journey.core import update as core
from sel_tui.journey.core import view
from sel_tui.journey.core.drafts import is_number_alone, reading
from sel_tui.journey.core.effects import FetchService
from sel_tui.journey.core.events import Event
from sel_tui.journey.core.fields import Field
from sel_tui.journey.core.page import Page
from sel_tui.journey.core.readings import Checked
from sel_tui.journey.core.scopes import DEFAULT_PRINTER, App, Person, Printer
from sel_tui.journey.core.secret import Value
from sel_tui.journey.core.sessions import crash_notice
from sel_tui.journey.core.spec import OverlaySpec, StepSpec
from sel_tui.journey.core.state import State, send
from sel_tui.journey.registry import Overlay, Step, first_page


class Specs:
    """What steps and overlays say of themselves, each loaded when it is first reached."""

    @staticmethod
    @cache
    def step(name: Step) -> StepSpec:
        """Return the step of that name."""
        spec: StepSpec = import_module(f"sel_tui.journey.steps.{name.module}").STEPS[name]
        return spec

    @staticmethod
    @cache
    def overlay(name: Overlay) -> OverlaySpec:
        """Return the overlay of that name."""
        spec: OverlaySpec = import_module(f"sel_tui.journey.overlays.{name.module}").OVERLAYS[name]
        return spec


SPECS = Specs()


def first_state(
    language: str = "fr",
    *,
    kiosk: bool = False,
    staff: bool = False,
    server: str = "",
    printer: Printer = DEFAULT_PRINTER,
    crash: str = "",
    offers: tuple[str, ...] = (),
    desk: bool = False,
) -> State:
    """Return the state a visit starts with: the first page, asking the server what it is.

    Args:
        language: `fr` or `en`.
        kiosk: Whether many people use this machine one after the other.
        staff: Whether the staff of a kiosk can end the program.
        server: The back end's address.
        printer: Where receipts are printed.
        crash: The reference of the crash after which a kiosk has begun again; "" when there was none.
        offers: The commands that the face carries out itself.
        desk: Whether an agent of Customer Service works here.
    """
    app = App(server=server, language=language, kiosk=kiosk, staff=staff, printer=printer, offers=offers, desk=desk)
    state = State(app=app, person=Person(language=language), step=first_page(kiosk=kiosk, desk=desk))
    return send(replace(state, notice=crash_notice(crash)) if crash else state, FetchService())


def update(state: State, event: Event) -> State:
    """Return the state that follows from `event`; the same state when the event changes nothing now."""
    return core.update(state, event, SPECS)


def page(state: State) -> Page:
    """Return what the step of `state` says and offers."""
    return view.page(state, SPECS)


def overlay_page(state: State, focused: str = "") -> Page | None:
    """Return what lies over the step, or None; `focused` is the item that has the focus on the step below."""
    return view.overlay_page(state, SPECS, focused)


def fields_of(state: State) -> tuple[Field, ...]:
    """Return the fields that the person can fill in at this step."""
    return SPECS.step(state.step).fields(state)


def checked(state: State, name: str) -> Checked | None:
    """Return what the field `name` of this step was understood to be; None where there is no such field."""
    field = next((field for field in fields_of(state) if field.name == name), None)
    return reading(state, field) if field is not None else None


def asks_whose(state: State, name: str) -> bool:
    """Tell whether the field `name` holds a number alone, so that whose it is must be chosen."""
    return any(is_number_alone(state, field) for field in fields_of(state) if field.name == name)


def can_go_back(state: State) -> bool:
    """Tell whether there is a step to go back to."""
    return core.can_go_back(state, SPECS.step(state.step))


def method_of(state: State) -> str:
    """Return the linking method that this step belongs to, "" for none."""
    return SPECS.step(state.step).method


def is_public(step: Step) -> bool:
    """Tell whether `step` can be reached without a session."""
    return SPECS.step(step).public


def paste(where: Step | Overlay, text: str) -> dict[str, Value]:
    """Return what a pasted text fills in by itself at a step, by field; nothing when it is for one field."""
    read = SPECS.step(where).paste if isinstance(where, Step) else None
    return read(text) if read is not None else {}
