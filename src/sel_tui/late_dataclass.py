"""Frozen dataclasses without compiling: `dataclasses.dataclass` writes six functions for each class and compiles them.

Eighty classes lie on the way to the first paint; that was a fifth of its time. An instance holds its fields, in their
order, and no more: making, comparing, hashing and showing it need no code of a class's own. The fields are looked at
when they are first needed: most of these classes have no instance then.
"""

from __future__ import annotations

import dataclasses
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, kw_only: bool = False) -> Any:
        """Do what `dataclasses.dataclass` does; the fields are looked at when they are first needed.

        Args:
            frozen: True: there are no others.
            kw_only: Whether the fields are given by name.
        """
        assert frozen

        def postpone(cls: type) -> type:
            late = _Late(cls, kw_only=kw_only)
            cls.__init__ = late.init()
            setattr(cls, _FIELDS, late)
            for name, method in _SHARED.items():
                if vars(cls).get(name) is None:
                    setattr(cls, name, method)
            return cls

        return postpone


__all__ = ["dataclass"]

_FIELDS: Final = "__dataclass_fields__"
_MISSING: Final = dataclasses.MISSING
# Two threads may make the first instances.
_looking: Final = RLock()


class _Late:
    """Stands where a dataclass keeps its fields, until it is one.

    Args:
        cls: The class.
        kw_only: Whether its fields are given by name.
    """

    def __init__(self, cls: type, *, kw_only: bool) -> None:
        self._cls = cls
        self._kw_only = kw_only

    def __get__(self, instance: object, owner: type) -> Any:
        """Make the class a dataclass; return its fields."""
        self.make()
        return getattr(self._cls, _FIELDS)

    def init(self) -> Any:
        """Return an initialiser that makes the class a dataclass, and then is that one's."""

        def make_and_init(made: Any, *values: Any, **named: Any) -> None:
            self.make()
            made.__init__(*values, **named)

        return make_and_init

    def make(self) -> None:
        """Make the class a dataclass."""
        with _looking:
            if vars(self._cls).get(_FIELDS) is self:
                dataclasses.dataclass(init=False, eq=False, repr=False, kw_only=self._kw_only)(self._cls)
                self._cls.__init__ = _initialiser(self._cls)


def _initialiser(cls: Any) -> Any:
    """Return what initialises an instance of `cls`, as the one that `dataclasses.dataclass` compiles does."""
    fields = dataclasses.fields(cls)
    names = [one.name for one in fields]
    by_place = [one.name for one in fields if not one.kw_only]
    defaults = {one.name: one.default for one in fields}
    made_anew = {one.name: one.default_factory for one in fields if one.default_factory is not _MISSING}
    every = len(names) if by_place == names else -1
    required = [name for name in names if defaults[name] is _MISSING and name not in made_anew]

    def init(made: Any, /, *values: Any, **named: Any) -> None:
        if len(values) == every and not named:  # the short way of the smallest and most frequent ones
            vars(made).update(zip(names, values, strict=True))
            return
        held = defaults.copy()
        held.update(zip(by_place, values, strict=False))
        held.update(named)
        if (
            len(held) > len(names)
            or len(values) > len(by_place)
            or not named.keys().isdisjoint(by_place[: len(values)])
        ):
            raise TypeError(f"{cls.__qualname__} was given more than {', '.join(names)}, or one of them twice")
        for name in required:
            if held[name] is _MISSING:
                raise TypeError(f"{cls.__qualname__} is missing {name}")
        for name, factory in made_anew.items():
            if held[name] is _MISSING:
                held[name] = factory()
        vars(made).update(held)

    return init


def _equal(own: object, other: object) -> bool:
    return vars(own) == vars(other) if other.__class__ is own.__class__ else NotImplemented


def _hash(own: object) -> int:
    return hash(tuple(vars(own).values()))


def _show(own: Any) -> str:
    shown = (f"{one.name}={getattr(own, one.name)!r}" for one in dataclasses.fields(own) if one.repr)
    return f"{type(own).__qualname__}({', '.join(shown)})"


def _refuse(own: object, name: str, *value: object) -> NoReturn:
    del value
    raise dataclasses.FrozenInstanceError(f"{type(own).__qualname__} is frozen: {name} cannot change")


_SHARED: Final = {
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _show,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
}
