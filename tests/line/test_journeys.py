"""Whole journeys through a pipe, against the real back end with the demonstration's data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

import pytest

from tests.forked import demonstrated

pytestmark = pytest.mark.xdist_group("line-journeys")

LONG: Final = 60.0
PASSWORD: Final = "Chantier-2026!"
_PROMPT: Final = re.compile(r"(?:[:?]|:\u00a0) $")


def environment() -> dict[str, str]:
    return {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a back end with fresh data."""
    home = tmp_path_factory.mktemp("demo")
    with demonstrated(home / "data", home) as address:
        yield address


def written(*answers: str) -> bytes:
    return "".join(f"{answer}\n" for answer in answers).encode()


def run(*arguments: str, answers: bytes) -> tuple[int, str]:
    """Run the program with all its answers at once; return its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "sel_tui", *arguments],
        input=answers,
        capture_output=True,
        check=False,
        env=environment(),
        timeout=LONG,
    )
    assert not done.stderr, done.stderr.decode()
    return done.returncode, done.stdout.decode().replace("\u00a0", " ")


class Talk:
    """A conversation in which each answer depends on what was asked."""

    def __init__(self, address: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sel_tui", "--linear", "--server", address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=environment(),
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.answers: IO[bytes] = self.process.stdin
        self.said = ""
        self.asked = ""
        self.listens()

    def listens(self) -> None:
        """Read on to the next question."""
        assert self.process.stdout is not None
        self.asked = ""
        while not _PROMPT.search(self.asked):
            data = os.read(self.process.stdout.fileno(), 65_536)
            assert data, f"the program ended after {self.said[-300:]!r}"
            self.asked += data.decode()
        self.said += self.asked

    def answer(self, *lines: str) -> None:
        for line in lines:
            self.answers.write(f"{line}\n".encode())
            self.listens()

    def leaves(self) -> int:
        """End the input."""
        self.answers.close()
        assert self.process.stdout is not None
        self.said += self.process.stdout.read().decode()
        return self.process.wait(LONG)

    def close(self) -> None:
        """Let go of the program, whatever became of it."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LONG)
        for end in (self.process.stdin, self.process.stdout):
            assert end is not None
            end.close()


@pytest.fixture
def talk(server: str) -> Iterator[Talk]:
    opened = Talk(server)
    yield opened
    opened.close()


def test_a_whole_journey_in_the_demonstration_from_a_file_of_answers(tmp_path: Path) -> None:
    answers = tmp_path / "answers.txt"
    login = ("nouvelle@exemple.test", PASSWORD)
    method_1 = ("1", "ci1234567", "Ancien-1234!")
    answers.write_bytes(written(*login, *method_1, "Sélectionner", "1", "C’est exact", "q", "Quitter"))
    with answers.open("rb") as opened:
        done = subprocess.run(
            [sys.executable, "-m", "sel_tui", "demo", "--data", str(tmp_path / "data")],
            stdin=opened,
            capture_output=True,
            check=False,
            env=environment(),
            timeout=LONG,
        )
    said = done.stdout.decode().replace("\u00a0", " ")

    assert done.returncode == 0, done.stderr.decode()
    assert said.startswith("SIMULATION. La démonstration démarre…\n")
    assert "L’entrée n’est pas un terminal." in said.splitlines()[1]
    assert said.index("SIMULATION. Étapes 1 et 2 sur 5. Connexion.") < said.index("Adresse courriel (")
    assert said.index("Service offert par :") < said.index("Mot de passe (")
    for moment in ("Étape 4 sur 5. Dossier lié.", "Adresse : 1234, rue Ontario", "ci1234567 : vérifié", "Au revoir."):
        assert moment in said
    assert "Ancien-1234!" not in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("given", "step"),
    [
        (("nouvelle@exemple.test",), "Connexion"),
        (("nouvelle@exemple.test", ""), "Connexion"),
        (("nouvelle@exemple.test", PASSWORD), "Choisir une méthode pour lier votre dossier"),
        (("nouvelle@exemple.test", PASSWORD, "1", "ci1234567"), "Utiliser vos anciens accès"),
        (("camille@exemple.test", PASSWORD), ""),
        (("camille@exemple.test", PASSWORD, "1"), ""),
        (("camille@exemple.test", PASSWORD, "q", "2"), ""),
        (("q",), ""),
    ],
)
def test_answers_that_end_in_the_middle_of_a_step_end_the_program_with_a_code_of_their_own(
    server: str, given: tuple[str, ...], step: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sel_tui", "--linear", "--server", server],
        input=written(*given),
        capture_output=True,
        check=False,
        env=environment(),
        timeout=LONG,
    )
    complaint = f"Les réponses s’arrêtent avant la fin de l’étape « {step} » : elle n’est pas faite.\n" if step else ""

    assert done.returncode == (65 if step else 0)
    assert done.stderr.decode().replace("\u00a0", " ") == complaint
    assert "Il n’y a plus de réponse à lire." in done.stdout.decode()


def test_a_script_ends_at_the_first_answer_that_is_refused_and_writes_none_that_follows(server: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sel_tui", "--linear", "--server", server],
        input=written("pas une adresse", PASSWORD, "1"),
        capture_output=True,
        check=False,
        env=environment(),
        timeout=LONG,
    )

    assert done.returncode == 65
    assert PASSWORD not in done.stdout.decode()
    assert "celles qui suivent ne sont pas lues." in done.stdout.decode()


def test_whoever_answers_through_a_pipe_after_reading_may_correct_what_was_refused(talk: Talk) -> None:
    talk.answer("pas une adresse")
    assert talk.asked.splitlines()[-1].startswith("Erreur. Adresse courriel")
    talk.answer("nouvelle@exemple.test", PASSWORD)

    assert "Choisir une méthode" in talk.asked


def test_somebody_who_comes_back_goes_straight_to_the_profiles_in_english(server: str) -> None:
    answers = written("camille@exemple.test", PASSWORD, "q", "3")
    code, said = run("--linear", "--server", server, "--language", "en", answers=answers)

    assert code == 0
    assert "Camille Bouchard · ci0000021: " in said
    assert "Choice from 1 to" in said


def test_questions_are_answered_in_whatever_order_they_come(talk: Talk) -> None:
    facts = {"année": "1964", "postal": "h1m3n7", "présid": "LEVESQUE", "membres": "1 200"}
    talk.answer("association@exemple.test", PASSWORD, "2", "as exemple")
    for number in range(1, 5):
        assert f"Question {number} sur 4." in talk.asked
        fact = next(answer for word, answer in facts.items() if word in talk.asked.splitlines()[-1].lower())
        talk.answer(fact)
    assert "Vérifier vos réponses." in talk.asked
    talk.answer("Envoyer")

    assert "Dossier lié." in talk.asked
    assert talk.leaves() == 0
    assert "Il n’y a plus de réponse à lire." in talk.said


def test_linking_coordinates_are_read_in_the_demonstrations_mailbox_and_used(talk: Talk) -> None:
    talk.answer("rejean@exemple.test", PASSWORD, "3", "f9")
    while "7K3M9-QTDHX" not in talk.said:  # other mails may be newer
        assert "Pour la suite : f9" in talk.asked.replace("\u00a0", " ")
        talk.answer("f9")
    talk.answer("l 482913", "7k3m9 qtdhx")

    assert "Dossier lié." in talk.asked
    talk.answer("=")
    assert ", trait d’union, " in talk.asked
    assert talk.leaves() == 0


def test_a_wrong_secret_costs_a_try_is_said_and_leaves_the_other_methods_open(talk: Talk) -> None:
    talk.answer("nouvelle@exemple.test", PASSWORD, "1", "er123456", "pas-le-bon")
    assert "Erreur : nous n’avons pas pu lier de dossier" in talk.asked.replace("\u00a0", " ")
    assert "Numéro de référence" in talk.asked
    assert talk.asked.splitlines()[-1].startswith("Erreur. Ancien mot de passe")
    assert "Il vous reste 4 essais." in talk.asked
    talk.answer("f6")
    assert "Répondre à des questions d’authentification." in talk.asked
    talk.answer("f5", "", "Toiture-99!")

    assert "Dossier lié." in talk.asked
    assert talk.leaves() == 0


def test_one_of_forty_employers_is_found_by_part_of_its_number(talk: Talk) -> None:
    talk.answer("comptable@exemple.test", PASSWORD, "")
    assert "Lignes 1 à 10 sur 40." in talk.asked.replace("\u00a0", " ")
    talk.answer("000317")
    assert "1 profil sur 40" in talk.asked
    talk.answer("")

    assert "er000317" in talk.asked
    assert talk.leaves() == 0


def test_the_whole_of_it_never_loads_textual(server: str) -> None:
    program = (
        "import sys; from sel_tui.cli import main; "
        f"code = main(['--linear', '--server', {server!r}]); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules})); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=written("camille@exemple.test", PASSWORD, "q", "3"),
        capture_output=True,
        check=True,
        env=environment(),
        timeout=LONG,
    )
    modules = set(done.stdout.decode().splitlines()[-1].split())

    assert "httpx" in modules
    assert not modules & {"textual", "sel_backend"}


@pytest.mark.parametrize(("language", "said"), [("fr", "Rien n’y a été changé"), ("en", "Nothing in it was changed")])
def test_a_folder_that_is_no_demonstrations_is_said_and_left_alone(tmp_path: Path, language: str, said: str) -> None:
    (tmp_path / "letter.txt").write_text("keep me")
    for fresh in ((), ("--fresh",)):
        command = [sys.executable, "-m", "sel_tui", "demo", "--linear", "--language", language, "--data", str(tmp_path)]
        done = subprocess.run(
            [*command, *fresh],
            input="x\n",
            capture_output=True,
            text=True,
            env=environment(),
            timeout=LONG,
            check=False,
        )
        assert (done.returncode, said in done.stdout + done.stderr) == (69, True), done
        assert str(tmp_path) in (done.stdout + done.stderr).replace("\n", "")
        assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
