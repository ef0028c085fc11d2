"""One back end: its resources and its services, assembled once per process."""

from dataclasses import dataclass, field
from threading import Event

from sel_backend.background import Background
from sel_backend.clock import Clock, utc_now
from sel_backend.core import Core
from sel_backend.mail.outbox import Outbox
from sel_backend.questions import QuestionCatalogue
from sel_backend.security.hashing import Hasher
from sel_backend.security.keys import Keys, read_keys
from sel_backend.services.accounts import Accounts
from sel_backend.services.challenges import Challenges
from sel_backend.services.desk import Desk
from sel_backend.services.disavowals import Disavowals
from sel_backend.services.handoffs import Handoffs
from sel_backend.services.idempotency import Idempotency
from sel_backend.services.kiosks import Kiosks
from sel_backend.services.link_codes import LinkCodes
from sel_backend.services.link_list import LinkList
from sel_backend.services.linking import Linking
from sel_backend.services.methods import Methods
from sel_backend.services.notices import Notices
from sel_backend.services.profiles import Profiles
from sel_backend.services.proofs import LegacyVerifier, Proofs
from sel_backend.services.rate_limits import RateLimits
from sel_backend.services.resets import PasswordResets
from sel_backend.services.security_events import SecurityEvents
from sel_backend.services.service import ServiceCard
from sel_backend.services.sessions import Sessions
from sel_backend.services.single_use import SingleUse
from sel_backend.services.terms import TermsFile
from sel_backend.settings import Settings
from sel_backend.storage.database import Database, open_database


@dataclass(frozen=True)
class Backend:
    """Every service that a route may use."""

    core: Core
    idempotency: Idempotency
    rate_limits: RateLimits
    proofs: Proofs
    service: ServiceCard
    sessions: Sessions
    methods: Methods
    challenges: Challenges
    linking: Linking
    link_codes: LinkCodes
    link_list: LinkList
    profiles: Profiles
    accounts: Accounts
    resets: PasswordResets
    disavowals: Disavowals
    terms: TermsFile
    kiosks: Kiosks
    handoffs: Handoffs
    desk: Desk
    draining: Event = field(default_factory=Event)


def build(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    database: Database | None = None,
    keys: Keys | None = None,
    legacy: LegacyVerifier | None = None,
) -> Backend:
    """Return a back end.

    Args:
        settings: all of them.
        clock: what time it is.
        database: an open one; by default the settings' own is opened.
        keys: by default those of the settings' key file, unchecked against the database.
        legacy: where old passwords are checked; by default against imported hashes.

    Raises:
        KeysFileError: there are no keys, or they cannot be used.
    """
    keys = keys or read_keys(settings.keys_path)
    core = Core(
        settings=settings,
        clock=clock,
        database=database
        or open_database(settings.url, settings.database_connections, prepared=settings.database_prepared_statements),
        hasher=Hasher(settings.hashing),
        keys=keys,
        outbox=Outbox(keys, demo=settings.demo),
        questions=QuestionCatalogue(settings.service.questions_file),
        background=Background(),
    )
    rate_limits = RateLimits(core)
    idempotency = Idempotency(core)
    proofs = Proofs(core, legacy)
    notices = Notices(core, rate_limits)
    security = SecurityEvents(core, rate_limits)
    methods = Methods(core, rate_limits)
    single = SingleUse(core, rate_limits)
    terms = TermsFile(settings.service.terms_file)
    return Backend(
        core=core,
        idempotency=idempotency,
        rate_limits=rate_limits,
        proofs=proofs,
        service=ServiceCard(settings, clock),
        sessions=Sessions(core, rate_limits, security, notices),
        methods=methods,
        challenges=Challenges(core, rate_limits, idempotency, proofs, methods),
        linking=Linking(core, rate_limits, idempotency, proofs, notices=notices, methods=methods, security=security),
        link_codes=LinkCodes(core, rate_limits, idempotency, proofs, security),
        link_list=LinkList(core),
        profiles=Profiles(core, rate_limits, security, notices),
        accounts=Accounts(core, idempotency, single, terms, security),
        resets=PasswordResets(core, idempotency, single, notices, security),
        disavowals=Disavowals(core, rate_limits, idempotency, notices, security),
        terms=terms,
        kiosks=Kiosks(core, rate_limits),
        handoffs=Handoffs(core, rate_limits, idempotency, security),
        desk=Desk.of(core, rate_limits, idempotency, proofs, notices=notices, methods=methods, security=security),
    )
