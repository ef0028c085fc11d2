"""Textual's private parts: which the program uses, that Textual still has them, that one file alone touches them."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from textual._compositor import CompositorUpdate, InlineUpdate

import sel_tui
from sel_tui.widgets import textual_compat

PACKAGE = Path(sel_tui.__file__).parent
COMPAT = Path(textual_compat.__file__)

# What the program uses, by the module or the class that has it.
MODULES = {
    "textual._ansi_sequences": {"ANSI_SEQUENCES_KEYS"},
    "textual._compositor": {"ChopsUpdate", "CompositorUpdate", "LayoutUpdate"},
    "textual._styles_cache": {"StylesCache"},
    "textual._xterm_parser": {"XTermParser"},
}
CLASSES = {
    "textual.app.App": {
        "_batch_count",  # whether nothing is painted for now
        "_close_messages_no_wait",  # ends the app
        "_disable_notifications",  # whether screens are without a widget for notices
        "_disable_tooltips",  # and without one for tooltips
        "_display",  # paints; overridden
        "_driver",
        "_exception",  # what ended it
        "_exit",  # whether it is about to end
        "_fatal_error",  # prints a traceback; overridden
        "_handle_exception",  # takes what the driver's thread raised
        "_return_code",
        "_set_pointer_shape",  # writes the shape of the mouse's pointer; overridden
    },
    "textual.drivers.linux_driver.LinuxDriver": {"_app", "_file"},
    "textual.message_pump.MessagePump": {"_flush_next_callbacks"},  # runs what was asked to be run next
    "textual.screen.Screen": {"_push_result_callback", "_refresh_layout"},
    "textual.widget.Widget": {
        "_box_model_cache",  # what a layout was told of its size
        "_check_refresh",  # passes on to the screen what has been asked for
        "_exchange_repaint_regions",  # which cells are to be painted; asked for and forgotten
        "_layout_required",
        "_repaint_required",
    },
}
# What is used of the private classes themselves.
MEMBERS = {
    "textual._compositor.ChopsUpdate": {"chop_ends", "chops", "render_segments", "spans"},
    "textual._compositor.LayoutUpdate": {"region", "strips"},
    "textual._styles_cache.StylesCache": {"get_inner_outer"},
    "textual._xterm_parser.XTermParser": {"feed"},
}

# Private by convention, yet not Textual's: the standard library's, and what an object asks another of its own class.
NOT_OF_TEXTUAL = {
    "USUAL._replace",
    "abilities._replace",
    "decision._replace",
    "found._replace",
    "prompt._replace",
    "way._replace",
    "shown._replace",
    "member._value_",
    "now._replace",
    "os._exit",
    "other._value",
}
BY_NAME = {"getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller"}


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _made_by(node: ast.ClassDef) -> set[str]:
    """Return the private names that a class makes: in its body, or by an assignment to `self`."""
    made = {one.name for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for line in node.body:
        targets = (
            line.targets if isinstance(line, ast.Assign) else [line.target] if isinstance(line, ast.AnnAssign) else []
        )
        made |= {target.id for target in targets if isinstance(target, ast.Name)}
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store) and ast.unparse(one.value) == "self":
            made.add(one.attr)
    return {name for name in made if _is_private(name)}


@cache
def _names_of(kind: type) -> set[str]:
    node = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(node, ast.ClassDef)
    return _made_by(node)


@cache
def _names_in(kind: type, package: str) -> set[str]:
    """Return the private names that `kind` and its bases make which belong to `package`."""
    return {name for base in kind.__mro__ if base.__module__.partition(".")[0] == package for name in _names_of(base)}


def _is_own(node: ast.expr) -> bool:
    return ast.unparse(node) in {"self", "cls", "super()"}


def _private_names(module: str) -> Iterator[tuple[str, str]]:
    """Yield what a module of ours uses that is private and not its own: the name, and the expression."""
    loaded = importlib.import_module(module)
    assert loaded.__file__ is not None
    tree = ast.parse(Path(loaded.__file__).read_text("utf-8"))
    package = module.partition(".")[0]
    inside = {id(one): node for node in tree.body if isinstance(node, ast.ClassDef) for one in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_private(node.attr):
            around = inside.get(id(node))
            if around is not None and _is_own(node.value):
                kind = getattr(loaded, around.name)
                if node.attr in _names_in(kind, package) - _names_in(kind, "textual"):
                    continue
            if ast.unparse(node) not in NOT_OF_TEXTUAL:
                yield node.attr, ast.unparse(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in BY_NAME:
            for given in node.args:
                if isinstance(given, ast.Constant) and isinstance(given.value, str) and _is_private(given.value):
                    yield given.value, ast.unparse(node)
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for name in _made_by(node) & _names_in(getattr(loaded, node.name), "textual"):
                yield name, f"{node.name}.{name} is Textual's as well"


def _private_imports(module: str) -> Iterator[tuple[str, str]]:
    """Yield what a module of ours imports of Textual's private modules, and their private names."""
    path = importlib.import_module(module).__file__
    assert path is not None
    for node in ast.walk(ast.parse(Path(path).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "textual":
            for name in node.names:
                if any(_is_private(part) for part in (*str(node.module).split("."), name.name)):
                    yield str(node.module), name.name
        elif isinstance(node, ast.Import):
            yield from ((name.name, "") for name in node.names if name.name.startswith("textual._"))


def _modules() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path not in {COMPAT, PACKAGE / "__main__.py"}:
            yield ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def test_the_private_names_of_textual_are_these() -> None:
    listed = {(module, name) for module, names in MODULES.items() for name in names}

    assert set(_private_imports(textual_compat.__name__)) == listed
    assert {name for name, _ in _private_names(textual_compat.__name__)} == set().union(*CLASSES.values())


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in MODULES.items() for name in sorted(names)]
)
def test_textual_still_has_what_is_imported(module: str, name: str) -> None:
    assert hasattr(importlib.import_module(module), name), f"{module}.{name} is gone"


@pytest.mark.parametrize(
    ("owner", "name"),
    [(owner, name) for owner, names in sorted({**CLASSES, **MEMBERS}.items()) for name in sorted(names)],
)
def test_textual_still_has_the_name(owner: str, name: str) -> None:
    module, _, kind_name = owner.rpartition(".")
    kind = getattr(importlib.import_module(module), kind_name)
    made = {one for base in kind.__mro__ if base.__module__.startswith("textual") for one in _names_of(base)}

    assert hasattr(kind, name) or name in made or name in inspect.signature(kind).parameters, f"{owner}.{name} is gone"


@pytest.mark.parametrize("module", list(_modules()))
def test_no_other_file_touches_a_private_name_of_textual(module: str) -> None:
    assert list(_private_imports(module)) == []
    assert [where for _, where in _private_names(module)] == []


EXAMPLE = """
from operator import attrgetter

from textual import _compositor
from textual._xterm_parser import XTermParser
from textual.app import App

class Own(App[int]):
    _lines = ()

    def _display(self, screen, renderable):
        self._mine = 1
        return self._mine, self._lines, self._help()

    def _help(self):
        return super()._fatal_error(), self._return_code

    def _other(self, app):
        self._exit = True
        return app._driver, getattr(app, "_batch_count"), attrgetter("_exception"), app.screen._mine

def outside(app):
    app._close_messages_no_wait()
"""


def test_a_file_that_touched_one_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "touching_example.py").write_text(EXAMPLE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    try:
        found = sorted({name for name, _ in _private_names("touching_example")})
        imported = set(_private_imports("touching_example"))
    finally:
        sys.modules.pop("touching_example", None)

    assert found == [
        *("_batch_count", "_close_messages_no_wait", "_display", "_driver", "_exception", "_exit"),
        *("_fatal_error", "_mine", "_return_code"),
    ]
    assert imported == {("textual", "_compositor"), ("textual._xterm_parser", "XTermParser")}


def test_textual_hands_over_what_it_paints_as_expected() -> None:
    assert textual_compat.is_seam_known()


@pytest.mark.parametrize("kind", ["LayoutUpdate", "ChopsUpdate"])
def test_a_textual_that_hands_over_something_else_is_noticed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(CompositorUpdate):
        def __init__(self, pixels: bytes) -> None:
            self.pixels = pixels

    monkeypatch.setattr(textual_compat, kind, Other)

    assert not textual_compat.is_seam_known()


def test_an_update_of_another_kind_is_left_to_textual() -> None:
    assert textual_compat.pieces_of(InlineUpdate([])) is None
