"""Dataclasses that are written when they are first needed: `dataclass` compiles up to nine functions for each class.

A hundred classes lie on the way to the first paint, and most of them are never made there: a third of its time.
"""

from __future__ import annotations

import dataclasses
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, kw_only: bool = False) -> Any:
        """Do what `dataclasses.dataclass` does, once an instance is first made or the fields are first asked for.

        Args:
            frozen: Whether its instances never change.
            kw_only: Whether its fields are given by name.
        """

        def postpone(cls: type) -> type:
            unwritten = _Unwritten(cls, frozen=frozen, kw_only=kw_only)
            cls.__init__ = unwritten.init()
            setattr(cls, _FIELDS, unwritten)
            return cls

        return postpone


__all__ = ["dataclass"]

_FIELDS: Final = "__dataclass_fields__"
# Two threads may make the first instances.
_writing: Final = RLock()


class _Unwritten:
    """Stands where a dataclass keeps its fields, until it is one.

    Args:
        cls: The class.
        options: What `dataclasses.dataclass` is given.
    """

    def __init__(self, cls: type, **options: bool) -> None:
        self._cls = cls
        self._options = options

    def __get__(self, instance: object, owner: type) -> Any:
        """Write the class; return its fields."""
        self.write()
        return getattr(self._cls, _FIELDS)

    def init(self) -> Any:
        """Return an initialiser that writes the class, and then is the one that was written."""

        def write_and_init(made: Any, *values: Any, **named: Any) -> None:
            self.write()
            made.__init__(*values, **named)

        return write_and_init

    def write(self) -> None:
        """Make the class a dataclass."""
        with _writing:
            if vars(self._cls).get(_FIELDS) is self:
                del self._cls.__init__  # dataclass keeps one that is there
                dataclasses.dataclass(**self._options)(self._cls)
