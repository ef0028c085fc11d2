"""Dataclasses that are compiled when they are first needed: `dataclasses.dataclass` compiles six functions for each.

Eighty classes lie on the way to the first paint, and most of them are never made there: that was a fifth of its time.
Comparing, hashing and showing need no code of a class's own: an instance holds its fields, in their order, and no more.
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
            late = _Late(cls, frozen=frozen, kw_only=kw_only)
            cls.__init__ = late.init()
            setattr(cls, _FIELDS, late)
            for name, method in _SHARED.items():
                if vars(cls).get(name) is None:
                    setattr(cls, name, method)
            return cls

        return postpone


__all__ = ["dataclass"]

_FIELDS: Final = "__dataclass_fields__"
# Two threads may make the first instances.
_compiling: Final = RLock()


class _Late:
    """Stands where a dataclass keeps its fields, until it is one.

    Args:
        cls: The class.
        options: What `dataclasses.dataclass` is given.
    """

    def __init__(self, cls: type, **options: bool) -> None:
        self._cls = cls
        self._options = options

    def __get__(self, instance: object, owner: type) -> Any:
        """Compile the class; return its fields."""
        self.compile()
        return getattr(self._cls, _FIELDS)

    def init(self) -> Any:
        """Return an initialiser that compiles the class, and then is the one that was compiled."""

        def compile_and_init(made: Any, *values: Any, **named: Any) -> None:
            self.compile()
            made.__init__(*values, **named)

        return compile_and_init

    def compile(self) -> None:
        """Make the class a dataclass."""
        with _compiling:
            if vars(self._cls).get(_FIELDS) is self:
                del self._cls.__init__  # dataclass keeps one that is there
                dataclasses.dataclass(eq=False, repr=False, **self._options)(self._cls)


def _equal(own: object, other: object) -> bool:
    return vars(own) == vars(other) if other.__class__ is own.__class__ else NotImplemented


def _hash(own: object) -> int:
    return hash(tuple(vars(own).values()))


def _show(own: Any) -> str:
    shown = (f"{one.name}={getattr(own, one.name)!r}" for one in dataclasses.fields(own) if one.repr)
    return f"{type(own).__qualname__}({', '.join(shown)})"


_SHARED: Final = {"__eq__": _equal, "__hash__": _hash, "__repr__": _show}
