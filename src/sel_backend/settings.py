"""Settings: one frozen model, read by `settings_sources`. Every number of the contract is here."""

import re
from pathlib import Path
from typing import Final, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from sel_backend.desk_settings import DeskSettings
from sel_backend.mail.headers import mailbox
from sel_backend.security.argon2_bounds import why_refused
from sel_backend.service_settings import ServiceSettings
from sel_backend.settings_part import Part
from sel_contract import Category

_BEARER: Final = re.compile(r"[A-Za-z0-9._~+/-]{16,}=*")  # RFC 6750, 2.1


class Rule(Part):
    """So many tries in a window, then a wait.

    Attributes:
        tries: how many are admitted.
        window_seconds: counted from the first one.
        wait_seconds: how long after the last one; None: until the window ends.
        growing: each further wait is twice as long as the one before, up to sixteen times.
    """

    tries: int = Field(ge=1)
    window_seconds: int = Field(ge=1)
    wait_seconds: int | None = Field(None, ge=1)
    growing: bool = False


class LimitSettings(Part):
    """Contract, « Numbers » and rule 2. Where the contract prints no number, the reason stands beside ours."""

    login: Rule = Rule(tries=5, window_seconds=60, wait_seconds=60, growing=True)
    login_network: Rule = Rule(tries=20, window_seconds=60, wait_seconds=60, growing=True)
    # Whoever has a /48 has 65,536 networks: five times one of them, so that a campus or a provider's town still fits.
    login_site: Rule = Rule(tries=100, window_seconds=60, wait_seconds=60, growing=True)
    # By address over all networks, for whoever has not logged in from this device: at most 10 in 80 minutes in the long
    # run (NIST SP 800-63B-4, 3.2.2). Each device that has logged in counts by itself, and a code by mail makes one so.
    login_everywhere: Rule = Rule(tries=10, window_seconds=3600, wait_seconds=300, growing=True)
    login_device: Rule = Rule(tries=10, window_seconds=3600, wait_seconds=300, growing=True)
    # Right passwords and proofs cost no try, but a hash and some rows each: a month's worth of sessions in an hour.
    login_right: Rule = Rule(tries=60, window_seconds=900)  # by account
    login_notice: Rule = Rule(tries=1, window_seconds=86400)  # one mail a day says that somebody tries passwords
    legacy_account: Rule = Rule(tries=5, window_seconds=900, wait_seconds=7200)
    legacy_file: Rule = Rule(tries=5, window_seconds=21600)
    # For whoever has not missed on this file yet, also when strangers have used up the line above: to use this up too,
    # they need as many verified accounts on as many networks (`make bench ARGS=guessing`).
    legacy_file_newcomers: Rule = Rule(tries=3, window_seconds=21600)
    questions_account: Rule = Rule(tries=3, window_seconds=86400)
    questions_file: Rule = Rule(tries=2, window_seconds=86400)
    questions_file_newcomers: Rule = Rule(tries=2, window_seconds=86400)
    code_account: Rule = Rule(tries=5, window_seconds=900, wait_seconds=7200)  # the same as method 1
    code: Rule = Rule(tries=5, window_seconds=86400)  # by linking username, which lives as long as its code
    method_right: Rule = Rule(tries=120, window_seconds=3600)  # by account, whatever the file: forty, three times over
    method_network: Rule = Rule(tries=60, window_seconds=900)  # an office with one address links its files
    challenges_account: Rule = Rule(tries=30, window_seconds=3600)  # ten files answered three times, many more read
    code_requests_account: Rule = Rule(tries=20, window_seconds=3600)  # an accountant's morning, not a mail bomb
    code_request_spacing: Rule = Rule(tries=1, window_seconds=60)
    code_request_hour: Rule = Rule(tries=3, window_seconds=3600)
    code_request_day: Rule = Rule(tries=5, window_seconds=86400)
    code_request_newcomers: Rule = Rule(tries=3, window_seconds=86400)
    single_use_spacing: Rule = Rule(tries=1, window_seconds=60)
    single_use_hour: Rule = Rule(tries=5, window_seconds=3600)
    single_use_day: Rule = Rule(tries=10, window_seconds=86400)
    # The three above are by address and network, so that a stranger cannot keep somebody from their codes; this one is
    # by address alone: nobody's mailbox is flooded, and guessing stays below 30 codes x 5 tries a day in a million.
    single_use_address: Rule = Rule(tries=30, window_seconds=86400)
    single_use_network: Rule = Rule(tries=60, window_seconds=900)  # codes tried, right ones too
    asking_network: Rule = Rule(tries=60, window_seconds=900)  # anything that may send a mail or look something up
    heartbeat_network: Rule = Rule(tries=60, window_seconds=900)  # kiosks that are unknown, or with a wrong token
    handoff_account: Rule = Rule(tries=30, window_seconds=3600)  # by account: hand-offs, and codes tried for one
    # What a right proof lets somebody do, and what sends a mail each time.
    unlink_file: Rule = Rule(tries=5, window_seconds=3600)  # by account and file
    unlink_account: Rule = Rule(tries=30, window_seconds=3600)  # an accountant who leaves a client's thirty files
    held_notice: Rule = Rule(tries=1, window_seconds=86400)  # by account and file, to each of the two
    new_network_notice: Rule = Rule(tries=5, window_seconds=86400)  # by account
    verification: Rule = Rule(tries=10, window_seconds=3600)  # changes of mind about a file, by link
    desk_looks: Rule = Rule(tries=200, window_seconds=3600)  # by agent: eighty calls a day, not a list of everybody
    network_requests_per_second: int = Field(50, ge=1)
    network_burst: int = Field(200, ge=1)


class SessionSettings(Part):
    """Contract, « Numbers ». Idle 0: no idle limit."""

    idle_seconds: int = Field(900, ge=0)
    absolute_seconds: int = Field(43200, ge=60)
    warning_seconds: int = Field(150, ge=0)
    step_up_after_seconds: int = Field(1200, ge=0)
    touch_every_seconds: int = Field(60, ge=0)


class HashingSettings(Part):
    """argon2id, set explicitly: a library's defaults give ten log-ins per second instead of seventy.

    No dearer than a hash may be, or nobody could log in: `security.argon2_bounds`.
    """

    memory_kib: int = Field(19456, ge=8)
    time_cost: int = Field(2, ge=1)
    parallelism: int = Field(1, ge=1)
    threads: int | None = Field(None, ge=1, description="None: as many as cores")
    queue: int = Field(128, ge=1)
    # A client gives up after ten seconds: a hash that would begin later than this is nobody's any more.
    patience_seconds: float = Field(4, gt=0)

    @model_validator(mode="after")
    def _computable(self) -> Self:
        if why := why_refused(self.memory_kib, self.time_cost, self.parallelism):
            raise ValueError(why)
        return self


class PasswordSettings(Part):
    """The rule printed on the CCQ's account-creation page (an owned deviation from ASVS 5.0, 6.2.5)."""

    min_length: int = Field(8, ge=1)
    max_length: int = Field(128, ge=8, le=128)
    upper: bool = True
    lower: bool = True
    digit: bool = True
    special: bool = True
    passphrase_length: int | None = Field(20, ge=8, le=128)  # NIST SP 800-63B-4 asks for length, and no kinds


class CodeSettings(Part):
    """Linking codes and single-use codes."""

    linking_code_hours: int = Field(24, ge=1)
    single_use_minutes: int = Field(10, ge=1)
    single_use_digits: int = Field(6, ge=6, le=6)
    registration_hours: int = Field(24, ge=1)
    single_use_tries: int = Field(5, ge=1)
    disavowal_days: int = Field(30, ge=1)
    challenge_hours: int = Field(24, ge=1)
    # Whoever has to fetch a mail or to call is home in the evening, and Customer Service answers the next day.
    handoff_minutes: int = Field(1440, ge=5, le=10080)
    handoff_tries: int = Field(5, ge=1)
    # When answers leave that must not tell whether there is a file or an account, at the earliest.
    even_answer_milliseconds: int = Field(100, ge=0, le=5000)


class LinkingSettings(Part):
    """Which files one account alone may hold, and whether method 2 is offered."""

    exclusive: dict[Category, bool] = Field(
        {
            Category.WORKER: True,
            Category.EMPLOYER: False,
            Category.ASSOCIATION: False,
        }
    )
    questions_enabled: bool = True
    questions_asked: int = Field(4, ge=2, le=12)


class RetentionSettings(Part):
    """How long `purge` leaves what has served its time, in days. An organisation's own rules decide."""

    sessions_days: int = Field(30, ge=0)
    codes_days: int = Field(7, ge=0)
    mails_sent_days: int = Field(30, ge=0)
    mails_dead_days: int = Field(90, ge=0)
    known_networks_days: int = Field(180, ge=1)
    events_days: int = Field(1095, ge=1)
    support_cases_days: int = Field(365, ge=1)
    ended_links_days: int = Field(2555, ge=1)


class BounceSettings(Part):
    """The mailbox to which bounces come, read by IMAP. Without a host, none is read so."""

    host: str | None = None
    port: int = Field(993, ge=1, le=65535)
    security: str = Field("tls", pattern="^(starttls|tls|none)$")
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = Field(None, description="who vouches for the server, instead of the system's authorities")
    folder: str = "INBOX"
    done_folder: str | None = Field(None, description="where what was read is moved to; None: it stays, marked as read")
    timeout_seconds: int = Field(20, ge=1)
    poll_seconds: float | None = Field(None, ge=1, description="how often `serve` reads it; None: the command alone")


class MailSettings(Part):
    """The way out for mails. Without a host they wait in the outbox."""

    host: str | None = None
    port: int = Field(587, ge=1, le=65535)
    security: str = Field("starttls", pattern="^(starttls|tls|none)$")
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = Field(None, description="who vouches for the server, instead of the system's authorities")
    sender: str = "SEL <ne-pas-repondre@exemple.test>"
    timeout_seconds: int = Field(20, ge=1)
    poll_seconds: float = Field(2.0, gt=0)
    unlinked_after_seconds: int = Field(300, ge=0, description="linked again meanwhile: the mail is not sent")
    lease_seconds: int = Field(900, ge=1)  # of one mail; a server may take ten minutes for it (RFC 5321, 4.5.3.2.6)
    max_tries: int = Field(12, ge=1)
    bounces: BounceSettings = BounceSettings()

    @field_validator("sender")
    @classmethod
    def _writable(cls, sender: str) -> str:
        try:
            mailbox(sender)
        except ValueError as error:
            raise ValueError("not an address, or a name and an address: SEL <ne-pas-repondre@exemple.test>") from error
        return sender


class ServerSettings(Part):
    """Addresses, processes and what one request may cost."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    operator_host: str = "127.0.0.1"
    operator_port: int | None = Field(None, ge=0, le=65535)
    workers: int = Field(1, ge=1, le=256)
    behind_tls: bool = Field(False, description="the explicit word that TLS ends in front of this server")
    body_limit_bytes: int = Field(65536, ge=1024)
    header_seconds: float = Field(10, gt=0)
    body_seconds: float = Field(15, gt=0)
    drain_seconds: int = Field(30, ge=1)
    drain_delay_seconds: float = Field(0, ge=0, description="how long readiness says no before the port is closed")
    max_connections: int = Field(1000, ge=1, description="per process")
    max_connections_per_network: int = Field(100, ge=1, description="per process; an address, or the /64 of IPv6")
    trusted_networks: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    metrics_token: SecretStr | None = Field(None, description="None: /metrics is for loopback alone")

    @field_validator("metrics_token")
    @classmethod
    def _a_bearers(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not _BEARER.fullmatch(token.get_secret_value()):
            raise ValueError("not 16 or more of the characters of a bearer token: A-Z a-z 0-9 - . _ ~ + / =")
        return token


class KioskSettings(Part):
    """How often kiosks say that they are alive, and after how long without a word one counts as silent."""

    heartbeat_seconds: int = Field(60, ge=10, le=3600)
    silent_after_seconds: int = Field(300, ge=20)

    @model_validator(mode="after")
    def _patient(self) -> Self:
        if self.silent_after_seconds < 2 * self.heartbeat_seconds:
            raise ValueError("silent_after_seconds is less than two heartbeats: one that is late would be an alarm")
        return self


class Settings(Part):
    """Everything the back end can be told.

    Attributes:
        data_folder: SQLite's file, keys, lock and log live there.
        database_url: None: SQLite in the data folder. It may hold a password, so it is a secret.
        key_file: None: `keys.json` in the data folder.
        demo: fictitious data, the demonstration's router, mails into its mailbox.
    """

    data_folder: Path = Path("data")
    database_url: SecretStr | None = None
    database_connections: int = Field(16, ge=1, description="per process; PostgreSQL only")
    database_prepared_statements: bool = Field(True, description="false behind a pooler that lends by transaction")
    key_file: Path | None = None
    demo: bool = False
    server: ServerSettings = ServerSettings()
    session: SessionSettings = SessionSettings()
    limits: LimitSettings = LimitSettings()
    hashing: HashingSettings = HashingSettings()
    password: PasswordSettings = PasswordSettings()
    codes: CodeSettings = CodeSettings()
    linking: LinkingSettings = LinkingSettings()
    retention: RetentionSettings = RetentionSettings()
    mail: MailSettings = MailSettings()
    service: ServiceSettings = ServiceSettings()
    kiosks: KioskSettings = KioskSettings()
    desk: DeskSettings = DeskSettings()

    @property
    def url(self) -> str:
        """The database's address, its password included."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_folder / 'sel-backend.sqlite3'}"

    @property
    def log_path(self) -> Path | None:
        """Where logs go: to a file in a demonstration, whose terminal belongs to the client; None: standard error."""
        return self.data_folder / "backend.log" if self.demo else None

    @property
    def keys_path(self) -> Path:
        """Where the keys are."""
        return self.key_file or self.data_folder / "keys.json"
