"""The semantic model: what a step says and offers, without saying how. Screens, line and voice render from it. Pure."""

from __future__ import annotations

from typing import Final

from sel_tui.journey.core.fields import Kind
from sel_tui.journey.core.messages import Msg
from sel_tui.journey.core.secret import Value
from sel_tui.journey.core.state import Notice
from sel_tui.journey.registry import Overlay, Step
from sel_tui.late_dataclass import dataclass

# Behind the id of a text: the same in the other language, on a page that has both.
OTHER: Final = ".other"


@dataclass(frozen=True)
class Prose:
    """A short paragraph. `quiet`: good to know, seldom read twice. `stop`: long, or the outcome; the arrows stop."""

    id: str
    text: Msg
    quiet: bool = False
    stop: bool = False


@dataclass(frozen=True)
class Fact:
    """Something that a file or a message says: a label and its value.

    Attributes:
        id: Unique on its page.
        label: What it is.
        value: What it says.
        qr: The same for a telephone's camera, where a face can draw it; "" for nothing. No reader is given it.
        bar: How many cells long a bar beside it is, for eyes alone; 0 for none.
    """

    id: str
    label: Msg
    value: Msg
    qr: str = ""
    bar: int = 0


@dataclass(frozen=True)
class EntryItem:
    """A field to type in.

    Attributes:
        id: The field's name.
        kind: What it holds.
        label: What it is called.
        value: What it holds now.
        hint: One line of help with an example.
        error: What is wrong and how to mend it.
        echo: How what is typed was understood.
        expected: What usually follows what is typed: said in place of the echo while the field has the focus.
        masked: Whether what is typed is hidden.
        required: Whether it may stay empty.
        secret: Whether its value is one; then it is never copied, spoken or kept.
    """

    id: str
    kind: Kind
    label: Msg
    value: Value
    hint: Msg
    error: Msg | None = None
    echo: Msg | None = None
    expected: Msg | None = None
    masked: bool = False
    required: bool = True
    secret: bool = False


@dataclass(frozen=True)
class Option:
    """One of the answers of a choice."""

    value: str
    label: Msg


@dataclass(frozen=True)
class Choice:
    """One answer among a few."""

    id: str
    label: Msg
    options: tuple[Option, ...]
    value: str = ""
    error: Msg | None = None
    hint: Msg | None = None


@dataclass(frozen=True)
class Button:
    """Something to do.

    Attributes:
        id: Unique on its page.
        label: What it does.
        command: The name of the command that it gives.
        arg: Which one of several.
        hint: What it needs, on the line below.
        state: How it stands, in words ("vérifié").
        key: The key that does the same, for example `1` or `f5`.
        main: Whether it is the step's next thing to do.
        row: Whether it is one of a list.
        binding: Whether the person is held to it: it says that something is so, or takes something away. Only an answer
            that was begun after its page was shown counts, and never Enter in passing.
    """

    id: str
    label: Msg
    command: str
    arg: str = ""
    hint: Msg | None = None
    state: Msg | None = None
    key: str = ""
    main: bool = False
    row: bool = False
    binding: bool = False


@dataclass(frozen=True)
class NoticeItem:
    """What the person must know now."""

    id: str
    notice: Notice


Item = Prose | Fact | EntryItem | Choice | Button | NoticeItem
Operable = EntryItem | Choice | Button


@dataclass(frozen=True)
class Page:
    """A step, or what lies over it.

    Attributes:
        where: The step or the overlay.
        title: Its title.
        items: In reading order, which is the order of Tab and of the line face.
        stage: Which steps of the guide this is, of how many; None where the guide has none.
        status: What is going on, in one line ("Un instant…").
        focus: The item that has the focus when the page opens.
        simulation: Whether the server has said that nothing here is real.
    """

    where: Step | Overlay
    title: Msg
    items: tuple[Item, ...]
    stage: Msg | None = None
    status: Msg | None = None
    focus: str = ""
    simulation: bool = False

    def operable(self) -> tuple[Operable, ...]:
        """Return what can have the focus, in order."""
        return tuple(item for item in self.items if isinstance(item, (EntryItem, Choice, Button)))
