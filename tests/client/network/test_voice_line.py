"""A person's voice on a machine whose sound card is not used."""

from client.network import channel as c
from client.network.voice_line import VoiceLine


async def test_without_a_sound_card_there_is_no_microphone_and_no_meter():
    told = []
    line = VoiceLine(told.append, has_sound_card=False)
    line.tell_level()
    await line.start_devices("")
    line.tell_level()
    assert told == [
        c.MicrophonesFound(()),
        c.Trouble("microphone", "No microphone: the sound card is not used."),
    ]
    await line.close()


async def test_looking_again_says_again_what_there_is():
    told = []
    line = VoiceLine(told.append, has_sound_card=False)
    await line.start_devices("")
    told.clear()
    await line.start_devices("")
    assert c.MicrophonesFound(()) in told
    await line.close()
