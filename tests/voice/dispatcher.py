"""Debian's own speech-dispatcher, on a socket of ours, with a module that writes to a file what it would say."""

from __future__ import annotations

import os
import shutil
import signal
import socket as socket_module
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

SERVER: Final = shutil.which("speech-dispatcher")
MODULES: Final = (Path("/usr/lib/speech-dispatcher-modules"), Path("/usr/libexec/speech-dispatcher-modules"))
READY: Final = 5.0

_SERVER: Final = """\
LogLevel 1
LogDir "{folder}"
DefaultModule file
DefaultLanguage "fr"
DefaultVolume 100
SymbolsPreproc "none"
AudioOutputMethod "libao"
AddModule "file" "sd_generic" "file.conf"
"""
_MODULE: Final = """\
GenericExecuteSynth "echo $VOICE \\'$DATA\\' >> {log}; sleep {seconds}"
GenericLanguage "fr" "fr" "utf-8"
GenericLanguage "en" "en" "utf-8"
AddVoice "fr" "MALE1" "fr"
AddVoice "en" "MALE1" "en"
DefaultVoice "fr"
GenericRateForceInteger 1
GenericRateAdd 100
GenericRateMultiply 1
"""


def missing() -> str:
    """Return why this machine cannot run the real speech-dispatcher, "" when it can."""
    if SERVER is None:
        return "speech-dispatcher is not installed (Debian: apt-get install speech-dispatcher)"
    if not any((folder / "sd_generic").exists() for folder in MODULES):
        return "speech-dispatcher has no sd_generic module here"
    return ""


def _listens(path: Path) -> bool:
    """Tell whether somebody can connect: the socket's file is there a moment before its server listens."""
    with socket_module.socket(socket_module.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


@contextmanager
def dispatcher(folder: Path, seconds: float = 0.0) -> Iterator[tuple[Path, Path]]:
    """Run it; yield its socket and the file of what it said. `seconds`: how long each text takes to be spoken."""
    (folder / "modules").mkdir()
    log, socket = folder / "said", folder / "speechd.sock"
    log.touch()
    (folder / ".libao").write_text("default_driver=null\n", "utf-8")  # no sound card is needed
    (folder / "speechd.conf").write_text(_SERVER.format(folder=folder), "utf-8")
    module = _MODULE.format(log=log, seconds=seconds)
    (folder / "modules" / "file.conf").write_text(module, "utf-8")
    assert SERVER is not None
    command = [SERVER, "-s", "-l", "1", "-L", str(folder), "-C", str(folder), "-S", str(socket), "-t", "0"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "XDG_RUNTIME_DIR": str(folder)}
    process = subprocess.Popen(
        [*command, "-P", str(folder / "pid")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,  # its modules end with it
    )
    try:
        end = time.monotonic() + READY
        while not _listens(socket) and time.monotonic() < end and process.poll() is None:
            time.sleep(0.01)
        yield socket, log
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def says(log: Path, wanted: str, patience: float = READY) -> list[str]:
    """Wait until `wanted` was said; return all that was, sentence by sentence, each behind its language."""
    end = time.monotonic() + patience
    while True:
        lines = log.read_text("utf-8").splitlines()
        if wanted in " ".join(line[3:].strip() for line in lines):
            return lines
        assert time.monotonic() < end, f"{wanted!r} was not said, but {lines!r}"
        time.sleep(0.005)
