"""What has to be asked, what was answered, and what is said about a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coalsim.errors import FieldError, nearest, shown

AT_RANDOM = "chosen at random for each replicate, as the defaults say"
"""What becomes of something that nobody said."""


@dataclass(frozen=True)
class Question:
    """Something a table leaves open.

    Attributes
    ----------
    about : what it is about: a column, a name, a word; the left side of ``--map``
    text : the question, a sentence
    answers : what may be answered, the right side of ``--map``, with what it means
    optional : whether it may stay open, which is then said among the assumptions
    free : whether other answers are looked at too
    """

    about: str
    text: str
    answers: tuple[tuple[str, str], ...]
    optional: bool = False
    free: bool = False

    @property
    def line(self) -> str:
        """The question as one line of an error, with how to answer it."""
        ways = " or ".join(f"--map '{self.about}={answer}' ({meaning})" for answer, meaning in self.answers[:6])
        return f"{self.text} Say {ways}"


@dataclass
class Notes:
    """What was answered beforehand, and what comes of reading.

    Attributes
    ----------
    answers : right sides of ``--map`` by left sides
    used : left sides that answered something
    said : pairs of a kind (ok, assumed) and a sentence
    questions : what is open
    """

    answers: Mapping[str, str]
    used: set[str] = field(default_factory=set)
    said: list[tuple[str, str]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by = {_key(about): (about, answer) for about, answer in self.answers.items()}

    def ok(self, text: str) -> None:
        """Say what was understood."""
        self._say("ok", text)

    def assume(self, text: str) -> None:
        """Say what was assumed."""
        self._say("assumed", text)

    def _say(self, kind: str, text: str) -> None:
        if (kind, text) not in self.said:
            self.said.append((kind, text))

    def answer(self, about: str) -> str | None:
        """Return what was answered about something, if anything was."""
        found = self._by.get(_key(about))
        if found is None:
            return None
        self.used.add(found[0])
        return found[1].strip()

    def ask(self, question: Question) -> str | None:
        """Return the answer to a question; None, and the question is noted, if there is none yet.

        Raises
        ------
        FieldError
            The answer is none of those allowed.
        """
        given = self.answer(question.about)
        if given is None:
            if question not in self.questions:
                self.questions.append(question)
            return None
        if question.free:
            return given
        allowed = [answer for answer, _ in question.answers]
        for answer in allowed:
            if answer.lower() == given.lower():
                return answer
        raise FieldError(f"--map {question.about}={shown(given)[1:-1]}: no answer{nearest(given, allowed)}; allowed: {', '.join(allowed)}")

    @property
    def waiting(self) -> bool:
        """Whether something is open that has to be answered."""
        return any(not question.optional for question in self.questions)

    @property
    def unused(self) -> list[str]:
        """What was answered and not in question."""
        return [about for about in self.answers if about not in self.used]


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
