"""Dataclasses that are written when they are first needed do what the standard library's do."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace
from threading import Barrier, Thread

import pytest

from sel_tui.late_dataclass import dataclass


def test_nothing_is_written_before_the_first_instance_and_everything_by_it() -> None:
    @dataclass(frozen=True)
    class Point:
        x: int
        y: int = 2

    assert "__match_args__" not in vars(Point)

    one = Point(1)

    assert (one.x, one.y) == (1, 2)
    assert one == Point(x=1, y=2)
    assert len({one, Point(1), Point(3)}) == 2
    assert repr(one).endswith("Point(x=1, y=2)")
    assert replace(one, y=5) == Point(1, 5)
    with pytest.raises(FrozenInstanceError):
        one.x = 3  # type: ignore[misc]
    match one:
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_instances_of_two_classes_are_never_equal_whatever_their_fields_hold() -> None:
    @dataclass(frozen=True)
    class One:
        x: int

    @dataclass(frozen=True)
    class Other:
        x: int

    class Undecorated(One):
        pass

    others: list[object] = [Other(1), Undecorated(1), 1]
    assert One(1) not in others


def test_what_a_class_says_of_itself_stays() -> None:
    @dataclass(frozen=True)
    class Told:
        x: int

        def __repr__(self) -> str:
            return "told"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    assert (repr(Told(1)), Told(1) == Told(2), hash(Told(1))) == ("told", True, 7)


def test_the_fields_of_a_class_can_be_asked_for_before_there_is_an_instance() -> None:
    @dataclass(frozen=True)
    class Given:
        name: str = "a"
        many: tuple[int, ...] = field(default_factory=tuple, repr=False)

    assert is_dataclass(Given)
    assert [one.name for one in fields(Given)] == ["name", "many"]
    assert repr(Given()).endswith("Given(name='a')")


def test_a_class_that_extends_another_has_the_fields_of_both() -> None:
    @dataclass(frozen=True)
    class Base:
        a: int

    @dataclass(frozen=True)
    class More(Base):
        b: int = 0

    class Undecorated(Base):
        pass

    assert More(1, 2) != More(1)
    assert [one.name for one in fields(More)] == ["a", "b"]
    assert Undecorated(3).a == 3
    assert [one.name for one in fields(Undecorated)] == ["a"]
    assert Base(3) == Base(3)


def test_fields_are_given_by_name_where_that_is_asked_for() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Named:
        a: int

    with pytest.raises(TypeError):
        Named(1)  # type: ignore[call-arg]
    assert Named(a=1).a == 1


def test_what_is_missing_too_much_or_given_twice_is_refused_as_ever() -> None:
    @dataclass(frozen=True)
    class Point:
        x: int
        y: int = 0

    for _ in range(2):
        with pytest.raises(TypeError, match="missing x"):
            Point()  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="more than x, y"):
            Point(1, 2, 3)  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="more than x, y"):
            Point(1, z=3)  # type: ignore[call-arg]
        with pytest.raises(TypeError, match="twice"):
            Point(1, x=3)  # type: ignore[misc]


def test_what_a_factory_makes_is_made_anew_for_each_instance() -> None:
    @dataclass(frozen=True)
    class Held:
        many: list[int] = field(default_factory=list)
        last: int = 0

    assert Held().many is not Held().many
    assert Held([1]) == Held(many=[1], last=0)
    assert list(vars(Held())) == ["many", "last"]


def test_nothing_can_be_added_changed_or_taken_away() -> None:
    @dataclass(frozen=True)
    class Point:
        x: int

    point = Point(1)
    for name in ("x", "z"):
        with pytest.raises(FrozenInstanceError):
            setattr(point, name, 2)
    with pytest.raises(FrozenInstanceError):
        del point.x
    assert vars(point) == {"x": 1}


def test_two_threads_may_make_the_first_instances() -> None:
    for _ in range(50):

        @dataclass(frozen=True)
        class Point:
            x: int

        together = Barrier(2)
        made: list[Point] = []

        def make(together: Barrier = together, made: list[Point] = made, kind: type[Point] = Point) -> None:
            together.wait()
            made.append(kind(1))

        threads = [Thread(target=make) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert made == [Point(1), Point(1)]


COUNT = """
import dataclasses
written = []
process = dataclasses._process_class
def counted(cls, *options):
    written.append(cls.__module__)
    return process(cls, *options)
dataclasses._process_class = counted
import sel_tui.__main__, sel_tui.cli, sel_tui.app
from sel_tui.journey.machine import first_state, page
page(first_state())
print(sum(name.startswith("sel_") for name in written))
"""


def test_few_of_our_classes_are_written_on_the_way_to_the_first_page() -> None:
    done = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True, timeout=60)

    assert int(done.stdout) <= 25  # of more than 75
