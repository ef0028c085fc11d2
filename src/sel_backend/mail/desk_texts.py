"""The texts of the mails that tell what Customer Service did: as `texts`, French first, with the phone in each."""

from sel_backend.mail.phone import Phone
from sel_backend.mail.texts import Mail, both
from sel_contract import LinkMethod, plain
from sel_contract.desk_acts import ANSWER_LIMIT

_METHODS = {
    LinkMethod.LEGACY_ACCESS: ("Accès aux anciens services", "Access to the old services"),
    LinkMethod.QUESTIONS: ("Questions d’authentification", "Authentication questions"),
    LinkMethod.LINK_CODE: ("Coordonnées de liaison", "Linking coordinates"),
}


def _not_asked(phone: Phone) -> tuple[str, str]:
    return (
        f"Vous n’avez rien demandé? Appelez le Service à la clientèle : {phone.french}.",
        f"You did not ask for this? Call Customer Service: {phone.english}.",
    )


def _mail(
    kind: str, recipient: str, subject: str, *, said: tuple[str, str], phone: Phone, link_id: str | None = None
) -> Mail:
    french, english = _not_asked(phone)
    return Mail(kind, recipient, subject, both(f"{said[0]}\n\n{french}", f"{said[1]}\n\n{english}"), link_id)


def method_opened(recipient: str, *, method: LinkMethod, phone: Phone) -> Mail:
    """Tell an account that a method is open again."""
    french, english = _METHODS[method]
    said = (
        f"Le Service à la clientèle a rouvert pour vous la méthode « {french} » : vous pouvez l’essayer de nouveau.",
        f"Customer Service has opened the method “{english}” for you again: you can try it anew.",
    )
    return _mail("method_opened", recipient, "Méthode rouverte / Method open again", said=said, phone=phone)


def link_freed(recipient: str, *, reference: str, phone: Phone, link_id: str) -> Mail:
    """Tell an account or a file's address that a link is no longer frozen; it does not say which file."""
    said = (
        (
            f"Le Service à la clientèle a levé la suspension d’une liaison. Elle sert de nouveau.\n"
            f"Numéro de référence de la liaison : {reference}"
        ),
        (
            f"Customer Service has lifted the suspension of a link. It works again.\n"
            f"Reference number of the link: {reference}"
        ),
    )
    return _mail(
        "link_freed", recipient, "Suspension levée / Suspension lifted", said=said, phone=phone, link_id=link_id
    )


def link_ended(recipient: str, *, reference: str, phone: Phone, link_id: str) -> Mail:
    """Tell an account or a file's address that a frozen link was ended; it does not say which file."""
    said = (
        (
            f"Le Service à la clientèle a mis fin à une liaison suspendue : ce compte n’est plus lié à ce dossier, "
            f"et ne peut plus l’être.\nNuméro de référence de la liaison : {reference}"
        ),
        (
            f"Customer Service has ended a suspended link: this account is no longer linked to this file, "
            f"and cannot be again.\nReference number of the link: {reference}"
        ),
    )
    return _mail("link_ended", recipient, "Fin d’une liaison / End of a link", said=said, phone=phone, link_id=link_id)


def report_answered(recipient: str, *, text: str, reference: str, phone: Phone) -> Mail:
    """Send the answer to a report of an error, in the words of whoever answers."""
    words = "\n".join(f"    {line}" for line in plain(text, ANSWER_LIMIT, keep_lines=True).splitlines())
    said = (
        (
            f"Le Service à la clientèle répond à l’erreur que vous avez signalée.\n"
            f"Numéro de référence : {reference}\n\n{words}"
        ),
        (
            f"Customer Service answers the error that you reported. The answer is above, as it was written.\n"
            f"Reference number: {reference}"
        ),
    )
    return _mail(
        "report_answered", recipient, "Réponse à votre signalement / Answer to your report", said=said, phone=phone
    )


def report_passed_on(recipient: str, *, reference: str, phone: Phone) -> Mail:
    """Tell whoever reported an error that another service looks after it."""
    said = (
        (
            f"L’erreur que vous avez signalée a été transmise au service qui peut la corriger.\n"
            f"Numéro de référence : {reference}"
        ),
        f"The error that you reported was passed on to the service that can correct it.\nReference number: {reference}",
    )
    return _mail("report_passed_on", recipient, "Signalement transmis / Report passed on", said=said, phone=phone)


def sessions_ended(recipient: str, *, phone: Phone) -> Mail:
    """Tell an account that it was logged out everywhere."""
    said = (
        (
            "Le Service à la clientèle a coupé toutes les connexions à votre compte utilisateur. "
            "Votre mot de passe reste le même."
        ),
        "Customer Service has logged your user account out everywhere. Your password stays the same.",
    )
    return _mail("sessions_ended", recipient, "Connexions coupées / Logged out everywhere", said=said, phone=phone)


def address_corrected(recipient: str, *, phone: Phone) -> Mail:
    """Tell the old and the new address on a file that it was corrected; it says neither address, nor which file."""
    said = (
        (
            "L’adresse courriel d’un dossier a été corrigée par le Service à la clientèle. "
            "Les coordonnées de liaison déjà envoyées ne sont plus valides."
        ),
        (
            "Customer Service has corrected the email address on a file. "
            "Linking coordinates that were sent before are no longer valid."
        ),
    )
    return _mail(
        "address_corrected", recipient, "Adresse courriel corrigée / Email address corrected", said=said, phone=phone
    )
