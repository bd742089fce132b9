import pytest

from client.config import ClientConfig
from client.desktop.entering import Entering
from client.network import channel as c
from client.panels import intents
from client.panels.invitation import Step
from client.panels.settings import DEFAULTS
from client.ui.tree import Tree

CODE = "XNRtNg7cyGfyqy0LYIOFMvQ3m9wdzzt3"
LOOK = c.LookAtInvitation("clinic.example", 9000, CODE)
ACCEPT = c.AcceptInvitation(
    "clinic.example", 9000, CODE, "robin", "three quiet ponds", "Robin Field", "Heron"
)


@pytest.fixture
def entering(tmp_path):
    config = ClientConfig(tmp_path, "clinic.example:9000")
    entering = Entering.begin(config, DEFAULTS)
    entering.handle(intents.TakeUpInvitation())
    return entering


def shown(entering):
    tree = Tree()
    tree.show(entering.panels())
    return tree


def fill(entering, **texts):
    for key, text in texts.items():
        entering.handle(intents.TypeInto(key, text))


def looked(entering, role="patient"):
    fill(entering, code=f" {CODE}\n")
    assert entering.handle(intents.LookAtInvitation()) == [LOOK]
    entering.take(c.InvitationShown("Lake", role))


def made(entering):
    looked(entering)
    fill(entering, name=" Robin Field ", alias="Heron")
    assert entering.handle(intents.ChooseNames()) == []
    fill(entering, login="robin", password="three quiet ponds", again="three quiet ponds")
    assert entering.handle(intents.MakeAccount()) == [ACCEPT]


def test_from_the_code_to_being_signed_in(entering):
    made(entering)
    assert entering.handle(intents.MakeAccount()) == []
    entering.take(c.SignedIn("0" * 32, "token", "Lake", is_demo=False))
    assert entering.is_signed_in
    assert entering.taking_up is None


def test_a_patient_is_offered_a_name_that_says_nothing_and_staff_their_part(entering):
    looked(entering)
    offered = shown(entering).find("text field", "Your neutral name").widget.value
    assert len(offered.split()) == 2
    entering.handle(intents.StepBack())
    fill(entering, alias="")
    looked(entering, "doctor")
    assert shown(entering).find("text field", "Your neutral name").widget.value == "Doctor"


def test_a_name_that_was_chosen_is_not_replaced(entering):
    fill(entering, alias="Kite")
    looked(entering)
    assert shown(entering).find("text field", "Your neutral name").widget.value == "Kite"


def test_what_is_no_address_is_said_beside_its_field_and_nothing_is_sent(entering):
    fill(entering, address="not an address", code=CODE)
    assert entering.handle(intents.LookAtInvitation()) == []
    field = shown(entering).find("text field", "Clinic's address").widget
    assert "clinic.example" in field.description
    assert not entering.taking_up.view.form.is_busy


def test_a_stranger_is_asked_about_before_the_code_is_sent(entering):
    fill(entering, code=CODE)
    entering.handle(intents.LookAtInvitation())
    entering.take(c.CertificateShown("ab", ("one", "two"), "unknown"))
    assert shown(entering).find("dialog", "Is this your clinic?")
    assert entering.handle(intents.TrustCertificate("ab")) == [c.Trust("ab")]
    entering.take(c.CertificateShown("cd", ("one", "two"), "changed", ("old", "er")))
    assert not shown(entering).find_all("button", "The words match")
    assert entering.handle(intents.ReplaceCertificate("cd")) == []
    entering.handle(intents.TypeInto("new-words", "one two"))
    assert entering.handle(intents.ReplaceCertificate("cd")) == [c.Trust("cd", is_instead=True)]
    entering.take(c.CertificateShown("ef", ("one", "two"), "refused"))
    assert entering.handle(intents.DistrustCertificate()) == [c.StopSigningIn()]
    address = shown(entering).find("text field", "Clinic's address").widget
    assert "Nothing was sent" in address.description


def test_a_taken_login_can_be_mended_and_sent_again(entering):
    made(entering)
    entering.take(c.Trouble("sign-in", "This login is taken: choose another one.", field="login"))
    assert "taken" in shown(entering).find("text field", "Login").widget.description
    fill(entering, login="robin2")
    [again] = entering.handle(intents.MakeAccount())
    assert again.login == "robin2"


def test_a_code_that_was_used_meanwhile_leads_back_to_it(entering):
    made(entering)
    entering.take(c.Trouble("sign-in", "This invitation was used already.", field="code"))
    assert entering.taking_up.view.step is Step.CODE
    assert "used" in shown(entering).find("text field", "Invitation code").widget.description


def test_a_lost_network_lets_one_try_again(entering):
    made(entering)
    entering.take(c.Trouble("sign-in", "The clinic does not answer. Check your network."))
    assert shown(entering).find_all(name="The clinic does not answer. Check your network.")
    assert entering.handle(intents.MakeAccount()) == [ACCEPT]


def test_an_account_that_is_made_leads_to_signing_in_with_its_login(entering):
    made(entering)
    entering.take(c.Trouble("account", "Your account is made. Sign in."))
    tree = shown(entering)
    assert tree.find_all(name="Your account is made. Sign in.")
    assert tree.find("text field", "Login").widget.value == "robin"
    assert tree.focused.widget.name == "Password"


def test_one_goes_back_to_signing_in_which_shows_none_of_its_problems(entering):
    fill(entering, code=CODE)
    entering.handle(intents.LookAtInvitation())
    entering.take(c.Trouble("sign-in", "The clinic does not answer."))
    assert entering.handle(intents.StepBack()) == [c.StopSigningIn()]
    assert shown(entering).find_all(name="Welcome to Metaclinic")
    assert not shown(entering).find_all(name="The clinic does not answer.")


def test_a_code_from_the_command_line_waits_filled_in(tmp_path):
    config = ClientConfig(tmp_path, "clinic.example:9000", invitation=CODE)
    entering = Entering.begin(config, DEFAULTS)
    assert shown(entering).focused.widget.name == "Invitation code"
    assert entering.handle(intents.LookAtInvitation()) == [LOOK]
