"""A call: who calls, whereto, and the way there. It comes by itself, and spares who is typing."""

from dataclasses import dataclass, field

from client.panels import intents
from client.ui.vocabulary import Anchor, Emphasis, Opening, TextStyle, Tone
from client.ui.widgets import Button, Dialog, Heading, Text, Widget, row


@dataclass(frozen=True, slots=True)
class CallView:
    """A call as it stands.

    Attributes:
      number: tells each call from the one before; a new one opens and is announced anew.
      doctor: who calls, as a name or a part.
      destination: of the door that leads there.
      is_writing: whether one is writing, so that the keys belong to the text.
    """

    number: int
    doctor: str = field(repr=False)
    room_name: str
    destination: str
    is_writing: bool = False


def panel(view: CallView) -> Dialog:
    """Returns the call; walking goes on beside it."""
    sentence = f"{view.doctor} calls you to {view.room_name}. Its door is open for you."
    return Dialog(
        "It is your turn",
        key=f"call-{view.number}",
        description=sentence,
        # Beside the chat, not over it.
        anchor=Anchor.TOP_RIGHT if view.is_writing else Anchor.CENTER,
        width_dp=520,
        is_modal=False,
        opening=Opening.SPARES_TYPING,
        dismissed=intents.PutOffCall(),
        first_focus="go",
        children=(
            Heading("It is your turn", style=TextStyle.TITLE, icon="door"),
            Text(sentence, style=TextStyle.LABEL),
            row(
                Button(
                    f"Go to {view.room_name}",
                    key="go",
                    icon="walk",
                    intent=intents.GoTo(view.destination),
                    emphasis=Emphasis.PRIMARY,
                    grow=1,
                ),
                Button("Not now", key="not-now", shortcut="Esc", intent=intents.PutOffCall()),
            ),
            *_how(view),
        ),
    )


def _how(view: CallView) -> tuple[Widget, ...]:
    if not view.is_writing:
        return ()
    return (Text("You can finish writing: F6 comes here.", style=TextStyle.SMALL, tone=Tone.MUTED),)
