"""Problems (RFC 9457), as exceptions and as answers; their statuses and titles in one table."""

from datetime import datetime
from typing import Any, Final, NamedTuple

from sel_contract import Language, Problem, ProblemType


class _Row(NamedTuple):
    status: int
    french: str
    english: str


_TABLE: Final[dict[ProblemType, _Row]] = {
    ProblemType.MALFORMED_REQUEST: _Row(400, "La demande n’est pas lisible.", "The request cannot be read."),
    ProblemType.IDEMPOTENCY_KEY_MISSING: _Row(
        400,
        "Il manque l’en-tête Idempotency-Key, ou il n’est pas valide.",
        "The Idempotency-Key header is missing or not valid.",
    ),
    ProblemType.UNAUTHENTICATED: _Row(401, "Il faut se connecter.", "Log in first."),
    ProblemType.SESSION_ENDED: _Row(401, "La session est terminée.", "The session has ended."),
    ProblemType.INVALID_CREDENTIALS: _Row(
        401,
        "L’adresse courriel ou le mot de passe n’est pas bon.",
        "The email address or the password is not right.",
    ),
    ProblemType.STEP_UP_REQUIRED: _Row(401, "Il faut redonner le mot de passe.", "Give the password again."),
    ProblemType.NOT_FOUND: _Row(404, "Il n’y a rien à cette adresse.", "There is nothing here."),
    ProblemType.METHOD_NOT_ALLOWED: _Row(405, "Cette action n’existe pas ici.", "This action does not exist here."),
    ProblemType.REQUEST_TIMEOUT: _Row(408, "La demande arrive trop lentement.", "The request arrives too slowly."),
    ProblemType.ALREADY_LINKED: _Row(
        409,
        "Ce dossier est déjà lié à ce compte.",
        "This file is already linked to this account.",
    ),
    ProblemType.LINK_FROZEN: _Row(409, "Ce dossier est gelé.", "This file is frozen."),
    ProblemType.HELD_ELSEWHERE: _Row(
        409,
        "Ce dossier est lié à un autre compte.",
        "This file is linked to another account.",
    ),
    ProblemType.METHOD_OFF: _Row(409, "Cette méthode n’est pas offerte.", "This method is not offered."),
    ProblemType.CHALLENGE_EXPIRED: _Row(
        409, "Ces questions ne sont plus ouvertes.", "These questions are no longer open."
    ),
    ProblemType.IDEMPOTENCY_IN_PROGRESS: _Row(
        409,
        "La même demande est encore en cours.",
        "The same request is still being handled.",
    ),
    ProblemType.BODY_TOO_LARGE: _Row(413, "La demande est trop longue.", "The request is too long."),
    ProblemType.UNSUPPORTED_MEDIA_TYPE: _Row(415, "La demande doit être en JSON.", "The request must be JSON."),
    ProblemType.VALIDATION: _Row(422, "Un champ n’est pas bien rempli.", "A field is not filled in properly."),
    ProblemType.NOT_RECOGNIZED: _Row(
        422,
        "Ces renseignements ne sont pas reconnus.",
        "This information is not recognised.",
    ),
    ProblemType.INVALID_CODE: _Row(
        422,
        "Ce code n’est pas bon, a expiré ou a déjà servi.",
        "This code is wrong, has expired or was used already.",
    ),
    ProblemType.IDEMPOTENCY_MISMATCH: _Row(
        422,
        "Cette clé a servi pour une autre demande.",
        "This key was used for another request.",
    ),
    ProblemType.METHOD_LOCKED: _Row(429, "Cette méthode doit attendre.", "This method has to wait."),
    ProblemType.TOO_MANY_REQUESTS: _Row(429, "Trop de demandes en peu de temps.", "Too many requests in a short time."),
    ProblemType.LOGIN_GUARDED: _Row(
        429,
        "Trop d’essais pour ce compte. Un code par courriel permet de continuer.",
        "Too many attempts for this account. A code by email lets you go on.",
    ),
    ProblemType.DESK_SESSION_INCOMPLETE: _Row(
        403,
        "Il manque encore quelque chose à cette session.",
        "This session still lacks something.",
    ),
    ProblemType.SUPERVISOR_ONLY: _Row(403, "C’est réservé à la supervision.", "This is for supervisors only."),
    ProblemType.ACT_NOT_POSSIBLE: _Row(
        409,
        "Cela n’est pas possible pour ce dossier en ce moment.",
        "This is not possible for this case now.",
    ),
    ProblemType.CASE_HELD: _Row(
        409,
        "Une autre personne s’occupe de ce cas.",
        "Somebody else is looking after this case.",
    ),
    ProblemType.INTERNAL: _Row(500, "Le service a eu un problème.", "The service had a problem."),
    ProblemType.UNAVAILABLE: _Row(
        503,
        "Le service n’est pas disponible pour le moment.",
        "The service is not available now.",
    ),
}


class ProblemError(Exception):
    """A refusal that the API answers as problem details; raised in a transaction, it rolls it back.

    Attributes:
        type: the problem's type.
        retry_at: when to try again at the earliest; becomes `Retry-After`.
        fields: further members of the problem.
    """

    def __init__(self, kind: ProblemType, *, retry_at: datetime | None = None, **fields: Any) -> None:
        super().__init__(kind)
        self.type = kind
        self.retry_at = retry_at
        self.fields = fields

    @property
    def status(self) -> int:
        """The HTTP status."""
        return _TABLE[self.type].status

    def problem(self, language: Language) -> Problem:
        """Return the problem's body in a language."""
        title = title_of(self.type, language)
        return Problem(type=self.type, title=title, status=self.status, retry_at=self.retry_at, **self.fields)


def status_of(kind: ProblemType) -> int:
    """Return the HTTP status of a problem type."""
    return _TABLE[kind].status


def title_of(kind: ProblemType, language: Language) -> str:
    """Return the title of a problem type."""
    row = _TABLE[kind]
    return row.english if language is Language.ENGLISH else row.french
