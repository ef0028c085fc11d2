"""The desk: what agents of Customer Service see and do (`/v1/desk`)."""

from dataclasses import dataclass

from sel_backend.core import Core
from sel_backend.services.desk.acts import Acts
from sel_backend.services.desk.corrections import Corrections
from sel_backend.services.desk.effects import Effects
from sel_backend.services.desk.entry import Entry
from sel_backend.services.desk.figures import Figures
from sel_backend.services.desk.finding import Finding
from sel_backend.services.desk.queues import Queues
from sel_backend.services.desk.reading import Reading
from sel_backend.services.desk.sessions import DeskSessions
from sel_backend.services.idempotency import Idempotency
from sel_backend.services.methods import Methods
from sel_backend.services.notices import Notices
from sel_backend.services.proofs import Proofs
from sel_backend.services.rate_limits import RateLimits
from sel_backend.services.security_events import SecurityEvents


@dataclass(frozen=True)
class Desk:
    """The services of the desk."""

    sessions: DeskSessions
    finding: Finding
    acts: Acts
    corrections: Corrections
    queues: Queues
    figures: Figures

    @classmethod
    def of(
        cls,
        core: Core,
        rate_limits: RateLimits,
        idempotency: Idempotency,
        proofs: Proofs,
        *,
        notices: Notices,
        methods: Methods,
        security: SecurityEvents,
    ) -> "Desk":
        """Return them, made of the services that persons have as well."""
        entry = Entry(core.settings.desk)
        finding = Finding(core, rate_limits, security, entry, Reading(core, rate_limits, methods, proofs))
        effects = Effects(core, rate_limits, proofs, methods)
        acts = Acts(core, idempotency, security, entry=entry, finding=finding, effects=effects)
        return cls(
            sessions=DeskSessions(core, rate_limits, security, notices, entry),
            finding=finding,
            acts=acts,
            corrections=Corrections(core, idempotency, entry, acts),
            queues=Queues(core, idempotency, entry, finding),
            figures=Figures(core, entry),
        )
