"""A certificate's fingerprint as words that two people can compare over the telephone.

Eight words of a list of 256 are the first 64 bits of the SHA-256 of the certificate: a stranger
would have to make about 2^64 certificates before one of them gave the same words.
"""

from typing import Final

FINGERPRINT_BYTES: Final = 32
WORD_COUNT: Final = 8

WORDS: Final = tuple(
    """
    acorn actor album almond amber anchor angle ankle apple apron arch arrow artist aspen atlas
    autumn badge bagel baker balcony bamboo banana banjo barrel basil basket beacon bell
    bench berry bicycle birch biscuit blanket blossom border bottle bowl branch bread breeze brick
    bridge bronze brook brush bucket butter cabin cactus camel candle canoe canvas
    captain caramel carpet carrot castle cedar cellar chain chalk cherry chess chimney
    cinnamon circle clover cloud coach cobalt coffee comet compass copper coral corner cotton
    cradle crane crayon cricket crystal cupboard curtain cushion daisy dancer denim desert diamond
    dolphin donkey door dragon drawer drum eagle easel echo elbow elephant ember engine envelope
    falcon feather fennel fern fiddle finger flag flame flute forest fountain fox garden garlic
    gate giant ginger glacier globe goose granite grape guitar hammer harbor hazel hedge helmet
    heron honey horizon hotel house icicle indigo island ivory jacket jasmine jelly jigsaw jungle
    kettle kitchen kite ladder lagoon lamp lantern lark lemon library lily linen lion lizard
    lobster magnet mango maple marble market meadow melon mirror mitten monkey moon moss mountain
    muffin museum napkin needle nest nickel ocean olive onion opera orange orbit orchard otter
    oven oyster paddle palace panda paper parrot peach pebble pelican pencil pepper piano pigeon
    pillow pirate planet plum pocket pony poppy potato prairie pumpkin puzzle quartz rabbit radio
    rainbow raven ribbon river robin rocket saddle saffron salad salmon sandal satin school
    shadow silver sparrow spoon spruce statue sugar sunset table tango teapot thunder tiger tomato
    tower tractor trumpet tulip tunnel turtle umbrella valley velvet village violin
    """.split()  # noqa: SIM905  a list of 256 quoted words is harder to read
)


def fingerprint_words(fingerprint: bytes) -> tuple[str, ...]:
    """Returns the eight words of a certificate's SHA-256 fingerprint.

    Args:
      fingerprint: 32 bytes.

    Raises:
      ValueError: if it is of another length.
    """
    if len(fingerprint) != FINGERPRINT_BYTES:
        raise ValueError(f"a fingerprint has {FINGERPRINT_BYTES} bytes, got {len(fingerprint)}")
    return tuple(WORDS[byte] for byte in fingerprint[:WORD_COUNT])
