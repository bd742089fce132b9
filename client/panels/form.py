"""A form: what is typed into its fields, what is wrong with it, and how it is painted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from client.panels import intents
from client.ui.vocabulary import Fill, Live, Tone
from client.ui.widgets import Group, Intent, Text, TextField, Toggle


@dataclass(frozen=True, slots=True)
class Form:
    """What one person types, by the keys of the fields; problems are sentences.

    Attributes:
      problem: what is wrong with no field of its own.
      is_shown: whether the letters of passwords are shown.
      is_busy: whether it was sent, and no answer has come.
      sent_back_to: key of the field that the focus goes to, since something is wrong with it.
    """

    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    is_shown: bool = False
    is_busy: bool = False
    sent_back_to: str = ""

    def text(self, key: str) -> str:
        """Returns what is typed into a field."""
        return self.texts.get(key, "")

    def drafted(self, intent: Intent) -> "Form":
        """Returns the form after what was typed; what is typed anew is wrong no longer."""
        match intent:
            case intents.TypeInto(key, text):
                right = {other: why for other, why in self.problems.items() if other != key}
                return replace(self, texts={**self.texts, key: text}, problems=right)
            case intents.ShowPassword(is_shown):
                return replace(self, is_shown=is_shown)
            case _:
                return self

    def judged(self, problems: Mapping[str, str]) -> "Form":
        """Returns the form sent, or, where something is wrong, the focus sent back to it."""
        wrong = {key: why for key, why in problems.items() if why}
        return replace(
            self,
            problems=wrong,
            problem="",
            is_busy=not wrong,
            sent_back_to=next(iter(wrong), ""),
        )

    def refused(self, sentence: str, key: str = "") -> "Form":
        """Returns the form with the clinic's no, beside the field that it is about."""
        problems = {key: sentence} if key else {}
        return replace(
            self,
            problems=problems,
            problem="" if key else sentence,
            is_busy=False,
            sent_back_to=key,
        )

    def without(self, *keys: str) -> "Form":
        """Returns the form with these fields emptied."""
        rest = {key: text for key, text in self.texts.items() if key not in keys}
        return replace(self, texts=rest)


def text_field(  # noqa: PLR0913 -- each is a word beside the field
    form: Form,
    key: str,
    name: str,
    submitted: Intent,
    *,
    note: str = "",
    placeholder: str = "",
    longest: int = 200,
    is_secret: bool = False,
) -> TextField:
    """Returns one field of a form; the note says what belongs there, until something is wrong."""
    problem = form.problems.get(key, "")
    return TextField(
        name,
        key=key,
        value=form.text(key),
        changed=_Into(key),
        submitted=submitted,
        is_busy=form.is_busy,
        is_secret=is_secret and not form.is_shown,
        is_invalid=bool(problem),
        description=problem or note,
        placeholder=placeholder,
        longest=longest,
    )


@dataclass(frozen=True, slots=True)
class _Into:
    """Makes the intents of one field; two of one field are equal, so that nothing is built anew."""

    key: str

    def __call__(self, text: str) -> Intent:
        return intents.TypeInto(self.key, text)


def show_passwords(form: Form) -> Toggle:
    """Returns the switch that shows the letters of passwords."""
    return Toggle("Show passwords", changed=intents.ShowPassword, is_checked=form.is_shown)


def problem(sentence: str) -> tuple[Group, ...]:
    """Returns what is wrong with the whole form, if anything is."""
    if not sentence:
        return ()
    text = Text(sentence, tone=Tone.DANGER, icon="warning", live=Live.ASSERTIVE)
    return (Group("Problem", children=(text,), fill=Fill.DANGER, padding_dp=14),)


def same_twice(form: Form, first: str, second: str) -> str:
    """Returns what is wrong with a password that was typed twice; empty if nothing is."""
    if not form.text(second):
        return "Type the same password again."
    return "" if form.text(first) == form.text(second) else "The two differ. Type it again."
