"""The texts of every mail: plain, bilingual, French first; what happened, and how to say « this was not me ».

Typography of Québec: a no-break space (U+00A0) before « : » and inside « », none before « ? ! ; », the apostrophe ’.
"""

from dataclasses import dataclass, field

from sel_backend.mail.local_time import When
from sel_backend.mail.phone import Phone
from sel_contract import plain

_NAME_LIMIT = 200
_FREEZES = (
    "Le dossier sera suspendu et toutes les connexions au compte seront coupées.",
    "The file will be suspended and everyone will be logged out of the account.",
)
_LOCKS_OUT = (
    "Toutes les connexions au compte seront coupées. Ce mot de passe ne servira plus : « Mot de passe oublié ».",
    "Everyone will be logged out of the account. This password will no longer work: “Forgot password”.",
)
_RULE = "\n\n----------------------------------------\n\n"


@dataclass(frozen=True)
class Mail:
    """One mail to one person.

    Attributes:
        kind: what it is about, for operators; never personal.
        recipient: an address.
        link_id: the link that it tells about.
        file_id: the file whose linking coordinates it carries.
    """

    kind: str
    recipient: str
    subject: str
    text: str = field(repr=False)
    link_id: str | None = None
    file_id: str | None = None


def one_line(name: str) -> str:
    """Return somebody's words without a line of their own, which would be this service's word."""
    return plain(name, _NAME_LIMIT)


def both(french: str, english: str) -> str:
    """Return a text in both languages, French first."""
    return f"{french.strip()}{_RULE}{english.strip()}\n"


def _not_me(code: str, phone: Phone, *, effect: tuple[str, str]) -> tuple[str, str]:
    # Who was wronged may have no program: the phone comes first.
    french = (
        f"Ce n’était pas vous? Appelez le Service à la clientèle : {phone.french}.\n\n"
        f"Vous pouvez aussi le signaler dans le programme, sans vous connecter : appuyez sur F3, choisissez "
        f"« J’ai reçu un courriel : ce n’était pas moi » et collez ce code de signalement :\n\n"
        f"    {code}\n\n"
        f"{effect[0]}"
    )
    english = (
        f"Was this not you? Call Customer Service: {phone.english}.\n\n"
        f"You can also report it in the program, without logging in: press F3, choose "
        f"“I received an email: this was not me” and paste this code:\n\n"
        f"    {code}\n\n"
        f"{effect[1]}"
    )
    return french, english


def linked(
    recipient: str, *, file_name: str, reference: str, when: When, code: str, phone: Phone, link_id: str
) -> Mail:
    """Tell an account or a file's address that the file was linked. `when` is local."""
    file_name = one_line(file_name)
    french, english = _not_me(code, phone, effect=_FREEZES)
    return Mail(
        "linked",
        recipient,
        "Dossier lié / File linked",
        both(
            f"Le dossier « {file_name} » a été lié à un compte utilisateur des services en ligne.\n\n"
            f"Quand : {when.french}\nNuméro de référence : {reference}\n\n{french}",
            f"The file “{file_name}” was linked to a user account of the online services.\n\n"
            f"When: {when.english}\nReference number: {reference}\n\n{english}",
        ),
        link_id,
    )


def unlinked(recipient: str, *, file_name: str, reference: str, when: When, phone: Phone, link_id: str) -> Mail:
    """Tell an account or a file's address that the link was ended."""
    file_name = one_line(file_name)
    return Mail(
        "unlinked",
        recipient,
        "Dossier délié / File unlinked",
        both(
            f"Le dossier « {file_name} » n’est plus lié au compte utilisateur.\n\n"
            f"Quand : {when.french}\nNuméro de référence de la liaison : {reference}\n\n"
            f"Ce n’était pas vous? Appelez le Service à la clientèle : {phone.french}.",
            f"The file “{file_name}” is no longer linked to the user account.\n\n"
            f"When: {when.english}\nReference number of the link: {reference}\n\n"
            f"Was this not you? Call Customer Service: {phone.english}.",
        ),
        link_id,
    )


def held_elsewhere(recipient: str, *, file_name: str, reference: str, when: When, phone: Phone) -> Mail:
    """Tell the person whose proof was right that another account holds the file."""
    file_name = one_line(file_name)
    return Mail(
        "held_elsewhere",
        recipient,
        "Dossier déjà lié à un autre compte / File already linked to another account",
        both(
            f"Vos renseignements pour le dossier « {file_name} » sont exacts, mais ce dossier est déjà lié à un autre "
            f"compte utilisateur. Il n’a pas été lié au vôtre.\n\n"
            f"Appelez le Service à la clientèle : {phone.french}.\n"
            f"Numéro de référence : {reference}\nQuand : {when.french}",
            f"Your information for the file “{file_name}” is right, but this file is already linked to another user "
            f"account. It was not linked to yours.\n\n"
            f"Call Customer Service: {phone.english}.\nReference number: {reference}\nWhen: {when.english}",
        ),
    )


def held_here(recipient: str, *, file_name: str, reference: str, when: When, phone: Phone) -> Mail:
    """Tell the account that holds a file that somebody else proved to be its owner."""
    file_name = one_line(file_name)
    return Mail(
        "held_here",
        recipient,
        "Votre dossier demandé depuis un autre compte / Your file requested from another account",
        both(
            f"Une personne a donné les bons renseignements pour votre dossier « {file_name} », depuis un autre compte. "
            f"Le dossier reste lié à votre compte.\n\nQuand : {when.french}\nNuméro de référence : {reference}\n\n"
            f"Ce n’était pas vous? Appelez le Service à la clientèle : {phone.french}.",
            f"Somebody gave the right information for your file “{file_name}”, from another account. "
            f"The file stays linked to your account.\n\nWhen: {when.english}\nReference number: {reference}\n\n"
            f"Was this not you? Call Customer Service: {phone.english}.",
        ),
    )


def link_code(recipient: str, *, username: str, code: str, hours: int, phone: Phone, file_id: str) -> Mail:
    """Send linking coordinates to the address on the file."""
    return Mail(
        "link_code",
        recipient,
        "Vos coordonnées de liaison / Your linking coordinates",
        both(
            f"Voici les coordonnées pour lier votre dossier à votre compte utilisateur.\n\n"
            f"Identifiant de liaison : {username}\nCode de liaison : {code}\n\n"
            f"Elles servent une seule fois et sont valides pendant {hours} heures. "
            f"Si vous en avez demandé plusieurs, seules les plus récentes sont valides.\n\n"
            f"Vous n’avez rien demandé? Ne donnez ce code à personne "
            f"et appelez le Service à la clientèle : {phone.french}.",
            f"Here are the coordinates to link your file to your user account.\n\n"
            f"Linking username: {username}\nLinking code: {code}\n\n"
            f"They work once, for {hours} hours. If you asked for several, only the newest ones work.\n\n"
            f"You did not ask for them? Give this code to nobody and call Customer Service: {phone.english}.",
        ),
        file_id=file_id,
    )


def account_code(recipient: str, *, code: str, minutes: int) -> Mail:
    """Send the single-use code that confirms a new account."""
    return Mail(
        "account_code",
        recipient,
        "Votre code à usage unique / Your single-use code",
        both(
            f"Pour créer votre compte utilisateur, entrez ce code dans le programme :\n\n    {code}\n\n"
            f"Il sert une seule fois et est valide pendant {minutes} minutes.\n\n"
            f"Vous n’avez rien demandé? Ignorez ce courriel : sans ce code, aucun compte n’est créé.",
            f"To create your user account, enter this code in the program:\n\n    {code}\n\n"
            f"It works once, for {minutes} minutes.\n\n"
            f"You did not ask for it? Ignore this email: without the code, no account is created.",
        ),
    )


def account_exists(recipient: str, *, phone: Phone) -> Mail:
    """Tell the holder of an account that somebody asked for another one with the same address."""
    return Mail(
        "account_exists",
        recipient,
        "Vous avez déjà un compte / You already have an account",
        both(
            f"Une personne a demandé un compte utilisateur avec cette adresse. Vous en avez déjà un : connectez-vous, "
            f"ou choisissez « Mot de passe oublié ».\n\nCe n’était pas vous? Vous n’avez rien à faire. "
            f"Service à la clientèle : {phone.french}.",
            f"Somebody asked for a user account with this address. You already have one: log in, or choose "
            f"“Forgot password”.\n\nWas this not you? There is nothing to do. Customer Service: {phone.english}.",
        ),
    )


def password_code(recipient: str, *, code: str, minutes: int, phone: Phone) -> Mail:
    """Send the single-use code that lets a person choose a new password."""
    return Mail(
        "password_code",
        recipient,
        "Code pour changer votre mot de passe / Code to change your password",
        both(
            f"Pour choisir un nouveau mot de passe, entrez ce code dans le programme :\n\n    {code}\n\n"
            f"Il sert une seule fois et est valide pendant {minutes} minutes.\n\n"
            f"Vous n’avez rien demandé? Ignorez ce courriel : votre mot de passe reste le même. "
            f"Service à la clientèle : {phone.french}.",
            f"To choose a new password, enter this code in the program:\n\n    {code}\n\n"
            f"It works once, for {minutes} minutes.\n\n"
            f"You did not ask for it? Ignore this email: your password stays the same. "
            f"Customer Service: {phone.english}.",
        ),
    )


def password_changed(recipient: str, *, when: When, code: str, phone: Phone) -> Mail:
    """Tell that the password was changed."""
    french, english = _not_me(code, phone, effect=_LOCKS_OUT)
    return Mail(
        "password_changed",
        recipient,
        "Mot de passe changé / Password changed",
        both(
            f"Le mot de passe de votre compte utilisateur a été changé. Quand : {when.french}.\n\n{french}",
            f"The password of your user account was changed. When: {when.english}.\n\n{english}",
        ),
    )


def login_failures(recipient: str, *, when: When, phone: Phone) -> Mail:
    """Tell that somebody tries one password after another. `when` is local."""
    return Mail(
        "login_failures",
        recipient,
        "Plusieurs essais de connexion à votre compte / Several attempts to log in to your account",
        both(
            f"Plusieurs mauvais mots de passe ont été essayés pour votre compte utilisateur. Dernier essai : "
            f"{when.french}. Personne n’est entré : le compte attend un peu avant le prochain essai.\n\n"
            f"C’était vous? Si vous ne pouvez pas attendre, choisissez « Mot de passe oublié » : un code vous sera "
            f"envoyé par courriel et vous pourrez vous connecter tout de suite.\n\n"
            f"Ce n’était pas vous? Vous n’avez rien à faire si votre mot de passe ne sert qu’ici. Sinon, changez-le "
            f"avec « Mot de passe oublié ».\n\nService à la clientèle : {phone.french}.",
            f"Several wrong passwords were tried for your user account. Last attempt: {when.english}. Nobody got in: "
            f"the account waits a little before the next attempt.\n\n"
            f"Was this you? If you cannot wait, choose “Forgot password”: a code will be sent by email and you can log "
            f"in right away.\n\n"
            f"Was this not you? There is nothing to do if you use this password only here. If not, change it with "
            f"“Forgot password”.\n\nCustomer Service: {phone.english}.",
        ),
    )


def new_network(recipient: str, *, when: When, code: str, phone: Phone) -> Mail:
    """Tell that somebody logged in from another place than before. `when` is local."""
    french, english = _not_me(code, phone, effect=_LOCKS_OUT)
    return Mail(
        "new_network",
        recipient,
        "Connexion d’un nouvel endroit / Log-in from a new place",
        both(
            f"Une personne s’est connectée à votre compte utilisateur à partir d’un appareil et d’un réseau que nous "
            f"ne connaissons pas. Quand : {when.french}.\n\nC’était vous? Vous n’avez rien à faire.\n\n{french}",
            f"Somebody logged in to your user account from a device and a network that we do not know. When: "
            f"{when.english}.\n\nWas this you? There is nothing to do.\n\n{english}",
        ),
    )


def frozen(recipient: str, *, file_name: str | None, reference: str, phone: Phone, link_id: str) -> Mail:
    """Tell that a link was frozen after somebody said « this was not me »; None: whom the name is not told."""
    which = ("un dossier lié à votre compte", "a file linked to your account")
    if file_name is not None:
        name = one_line(file_name)
        which = (f"le dossier « {name} »", f"the file “{name}”")
    return Mail(
        "frozen",
        recipient,
        "Liaison suspendue / Link suspended",
        both(
            f"Une personne a signalé « Ce n’était pas moi » pour {which[0]}. Personne ne peut plus "
            f"l’ouvrir en ligne et toutes les connexions au compte ont été coupées.\n\n"
            f"Pour la suite, appelez le Service à la clientèle : {phone.french}.\nNuméro de référence : {reference}",
            f"Somebody reported “This was not me” for {which[1]}. Nobody can open it online any more and "
            f"everyone has been logged out of the account.\n\n"
            f"For what comes next, call Customer Service: {phone.english}.\nReference number: {reference}",
        ),
        link_id,
    )
