"""The HTTP contract, version 1: one truth for the wire. Models and pure functions, no I/O; imports neither side.

A name is loaded when it is first asked for, so that the pure rules can be used without pydantic. What is for Customer
Service alone stands apart, in `desk`, `desk_case` and `desk_acts`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sel_contract.accounts import (
        Accepted,
        AcceptedStatus,
        AccountConfirmed,
        AccountCreation,
        AccountVerification,
        CodeResend,
        Disavowal,
        LinkCodeRequest,
        PasswordChanged,
        PasswordResetCompletion,
        PasswordResetRequest,
        PasswordResetStarted,
        PersonName,
        RegistrationStarted,
        Terms,
        TermsText,
        Version,
    )
    from sel_contract.base import Language, Message, Password, Request, Response, Secret
    from sel_contract.challenges import Challenge, ChallengeRequest, Question, QuestionKind
    from sel_contract.codes import CheckCode, LinkingCode, LinkingUsername, Reference, SingleUseCode, TypedCheckCode
    from sel_contract.demo import (
        DemoAccount,
        DemoAccounts,
        DemoAnswer,
        DemoCoordinates,
        DemoFile,
        DemoMail,
        DemoMailbox,
    )
    from sel_contract.events import AccountEvent, EventKind, Events
    from sel_contract.files import (
        AssociationFile,
        AssociationSide,
        Certificate,
        ClientFile,
        EmployerFile,
        PensionStatus,
        PostalAddress,
        WorkerFile,
    )
    from sel_contract.handoffs import Handoff, HandoffOpened, HandoffRedemption, HandoffRequest, HandoffStep
    from sel_contract.headers import (
        API_PREFIX,
        CONTRACT_VERSION,
        IDEMPOTENCY_KEY,
        IDEMPOTENCY_KEY_LIMIT,
        IDEMPOTENCY_KEY_PATTERN,
        IDEMPOTENCY_REPLAYED,
        PROBLEM_JSON,
        REQUEST_ID,
        TERMINAL,
    )
    from sel_contract.health import Health, HealthStatus
    from sel_contract.identifiers import EmailAddress, FileIdentifier, Identifier
    from sel_contract.kiosks import Heartbeat, HeartbeatTaken, KioskError, KioskName, KioskState
    from sel_contract.links import (
        NOTE_LIMIT,
        Answer,
        FrozenLink,
        LegacyAccessProof,
        Link,
        LinkCodeProof,
        LinkDetail,
        LinkRequest,
        Links,
        LinkState,
        ListedLink,
        Outcome,
        ProfileSelection,
        QuestionsProof,
        Receipt,
        ReceiptCheck,
        ReceiptCheckRequest,
        Verification,
        VerificationRequest,
        VerificationState,
    )
    from sel_contract.methods import LinkMethod, LinkMethods, LinkMethodState, Unavailable
    from sel_contract.problems import FieldCode, FieldProblem, Problem, ProblemType
    from sel_contract.rules.codes import (
        CHECK_CODE_LENGTH,
        LINKING_CODE_LENGTH,
        REFERENCE_LENGTH,
        canonical_check_code,
        canonical_linking_code,
        canonical_linking_username,
        canonical_reference,
        canonical_single_use_code,
        check_symbol,
        crockford,
        reference_from,
    )
    from sel_contract.rules.identifiers import (
        EMAIL_LIMIT,
        IDENTIFIER_LIMIT,
        Category,
        canonical_email,
        canonical_identifier,
        category_of,
    )
    from sel_contract.rules.text import normalized, plain
    from sel_contract.service import (
        CodeRules,
        Contact,
        Notice,
        NoticeKind,
        OpeningHours,
        PasswordRule,
        Service,
        SessionLimits,
    )
    from sel_contract.sessions import Account, LoginRequest, Session, SessionOpened, StepUpRequest
    from sel_contract.text import (
        LanguageTag,
        LocalText,
        MultilineText,
        OpaqueId,
        PlainText,
        ShortText,
        Typed,
    )

__all__ = [
    "API_PREFIX",
    "CHECK_CODE_LENGTH",
    "CONTRACT_VERSION",
    "EMAIL_LIMIT",
    "IDEMPOTENCY_KEY",
    "IDEMPOTENCY_KEY_LIMIT",
    "IDEMPOTENCY_KEY_PATTERN",
    "IDEMPOTENCY_REPLAYED",
    "IDENTIFIER_LIMIT",
    "LINKING_CODE_LENGTH",
    "NOTE_LIMIT",
    "PROBLEM_JSON",
    "REFERENCE_LENGTH",
    "REQUEST_ID",
    "TERMINAL",
    "Accepted",
    "AcceptedStatus",
    "Account",
    "AccountConfirmed",
    "AccountCreation",
    "AccountEvent",
    "AccountVerification",
    "Answer",
    "AssociationFile",
    "AssociationSide",
    "Category",
    "Certificate",
    "Challenge",
    "ChallengeRequest",
    "CheckCode",
    "ClientFile",
    "CodeResend",
    "CodeRules",
    "Contact",
    "DemoAccount",
    "DemoAccounts",
    "DemoAnswer",
    "DemoCoordinates",
    "DemoFile",
    "DemoMail",
    "DemoMailbox",
    "Disavowal",
    "EmailAddress",
    "EmployerFile",
    "EventKind",
    "Events",
    "FieldCode",
    "FieldProblem",
    "FileIdentifier",
    "FrozenLink",
    "Handoff",
    "HandoffOpened",
    "HandoffRedemption",
    "HandoffRequest",
    "HandoffStep",
    "Health",
    "HealthStatus",
    "Heartbeat",
    "HeartbeatTaken",
    "Identifier",
    "KioskError",
    "KioskName",
    "KioskState",
    "Language",
    "LanguageTag",
    "LegacyAccessProof",
    "Link",
    "LinkCodeProof",
    "LinkCodeRequest",
    "LinkDetail",
    "LinkMethod",
    "LinkMethodState",
    "LinkMethods",
    "LinkRequest",
    "LinkState",
    "LinkingCode",
    "LinkingUsername",
    "Links",
    "ListedLink",
    "LocalText",
    "LoginRequest",
    "Message",
    "MultilineText",
    "Notice",
    "NoticeKind",
    "OpaqueId",
    "OpeningHours",
    "Outcome",
    "Password",
    "PasswordChanged",
    "PasswordResetCompletion",
    "PasswordResetRequest",
    "PasswordResetStarted",
    "PasswordRule",
    "PensionStatus",
    "PersonName",
    "PlainText",
    "PostalAddress",
    "Problem",
    "ProblemType",
    "ProfileSelection",
    "Question",
    "QuestionKind",
    "QuestionsProof",
    "Receipt",
    "ReceiptCheck",
    "ReceiptCheckRequest",
    "Reference",
    "RegistrationStarted",
    "Request",
    "Response",
    "Secret",
    "Service",
    "Session",
    "SessionLimits",
    "SessionOpened",
    "ShortText",
    "SingleUseCode",
    "StepUpRequest",
    "Terms",
    "TermsText",
    "Typed",
    "TypedCheckCode",
    "Unavailable",
    "Verification",
    "VerificationRequest",
    "VerificationState",
    "Version",
    "WorkerFile",
    "canonical_check_code",
    "canonical_email",
    "canonical_identifier",
    "canonical_linking_code",
    "canonical_linking_username",
    "canonical_reference",
    "canonical_single_use_code",
    "category_of",
    "check_symbol",
    "crockford",
    "normalized",
    "plain",
    "reference_from",
]

# Where names are looked for, in this order: what loads no model comes first.
_MODULES: Final = (
    *("rules.codes", "rules.identifiers", "rules.text", "headers"),
    *("base", "text", "codes", "identifiers", "methods", "problems", "service", "sessions", "accounts"),
    *("challenges", "files", "links", "handoffs", "events", "health", "kiosks", "demo"),
)

if not TYPE_CHECKING:  # mypy checks names against the imports above

    def __getattr__(name: str) -> Any:
        """Load the module that holds a public name.

        Raises:
            AttributeError: `name` is not public.
        """
        if name in __all__:
            for module in _MODULES:
                loaded = import_module(f"sel_contract.{module}")
                if hasattr(loaded, name):
                    return globals().setdefault(name, getattr(loaded, name))
        raise AttributeError(f"module 'sel_contract' has no attribute {name!r}")
