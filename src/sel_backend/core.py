"""The resources that every service needs. Knows no HTTP."""

from dataclasses import dataclass

from sel_backend.background import Background
from sel_backend.clock import Clock
from sel_backend.mail.outbox import Outbox
from sel_backend.questions import QuestionCatalogue
from sel_backend.security.hashing import Hasher
from sel_backend.security.keys import Keys
from sel_backend.settings import Settings
from sel_backend.storage.database import Database


@dataclass(frozen=True)
class Core:
    """The resources of one process; between two requests they remember nothing but caches of settings."""

    settings: Settings
    clock: Clock
    database: Database
    hasher: Hasher
    keys: Keys
    outbox: Outbox
    questions: QuestionCatalogue
    background: Background

    def close(self) -> None:
        """Stop the threads and close the connections."""
        self.hasher.close()
        self.database.close()
