"""Our application for any ASGI server: `benchmarks.http_app:application` is a factory, called in each worker.

`BENCH_SETTINGS` and `BENCH_DATA` name the settings file and the data folder of a demonstration that is made already.
"""

import os
from pathlib import Path

from fastapi import FastAPI

from sel_backend.api.app import create_app
from sel_backend.backend import build
from sel_backend.demo.settings import DEMO_SERVER, DEMO_SERVICE
from sel_backend.observability.logs import configure
from sel_backend.settings_sources import load_settings


def application() -> FastAPI:
    """Return the application with a back end of its own."""
    settings = load_settings(
        Path(os.environ["BENCH_SETTINGS"]),
        data_folder=Path(os.environ["BENCH_DATA"]),
        demo=True,
        server=DEMO_SERVER,
        service=DEMO_SERVICE,
    )
    configure(settings.log_path)
    return create_app(build(settings), settings)
