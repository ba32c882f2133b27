"""Scripts: which one a letter is of, and which of them name their language by themselves."""

from bisect import bisect_right

OTHER = "other"

# First and last code point of the blocks that news is written in, in order (Unicode, Blocks.txt).
_BLOCKS = (
    (0x0041, 0x02AF, "latin"), (0x0370, 0x03FF, "greek"), (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "armenian"), (0x0590, 0x05FF, "hebrew"), (0x0600, 0x06FF, "arabic"),
    (0x0750, 0x077F, "arabic"), (0x0780, 0x07BF, "thaana"), (0x0870, 0x08FF, "arabic"),
    (0x0900, 0x097F, "devanagari"), (0x0980, 0x09FF, "bengali"), (0x0A00, 0x0A7F, "gurmukhi"),
    (0x0A80, 0x0AFF, "gujarati"), (0x0B00, 0x0B7F, "odia"), (0x0B80, 0x0BFF, "tamil"),
    (0x0C00, 0x0C7F, "telugu"), (0x0C80, 0x0CFF, "kannada"), (0x0D00, 0x0D7F, "malayalam"),
    (0x0D80, 0x0DFF, "sinhala"), (0x0E00, 0x0E7F, "thai"), (0x0E80, 0x0EFF, "lao"),
    (0x0F00, 0x0FFF, "tibetan"), (0x1000, 0x109F, "myanmar"), (0x10A0, 0x10FF, "georgian"),
    (0x1100, 0x11FF, "hangul"), (0x1200, 0x139F, "ethiopic"), (0x1780, 0x17FF, "khmer"),
    (0x1C80, 0x1C8F, "cyrillic"), (0x1C90, 0x1CBF, "georgian"), (0x1E00, 0x1EFF, "latin"),
    (0x1F00, 0x1FFF, "greek"), (0x2C60, 0x2C7F, "latin"), (0x3041, 0x30FF, "kana"),
    (0x3130, 0x318F, "hangul"), (0x31F0, 0x31FF, "kana"), (0x3400, 0x9FFF, "han"),
    (0xA640, 0xA69F, "cyrillic"), (0xA720, 0xA7FF, "latin"), (0xAB30, 0xAB6F, "latin"),
    (0xAC00, 0xD7AF, "hangul"), (0xF900, 0xFAFF, "han"), (0x20000, 0x323AF, "han"),
)  # fmt: skip
SCRIPTS = tuple(dict.fromkeys(script for _, _, script in _BLOCKS))
_FIRSTS = [first for first, _, _ in _BLOCKS]

# The language of a script that news is written in for one language only, or for one in the main.
ALONE = {
    "greek": "el", "armenian": "hy", "hebrew": "he", "thaana": "dv", "bengali": "bn",
    "gurmukhi": "pa", "gujarati": "gu", "odia": "or", "tamil": "ta", "telugu": "te",
    "kannada": "kn", "malayalam": "ml", "sinhala": "si", "thai": "th", "lao": "lo",
    "tibetan": "bo", "myanmar": "my", "georgian": "ka", "hangul": "ko", "ethiopic": "am",
    "khmer": "km", "kana": "ja", "han": "zh",
}  # fmt: skip


def script_of(word: str) -> str:
    """The script of a word's first letter; of a Chinese or Japanese run, kana if it has any."""
    script = _script(word[0])
    return (
        "kana" if script == "han" and any(_script(letter) == "kana" for letter in word) else script
    )


def _script(letter: str) -> str:
    block = bisect_right(_FIRSTS, ord(letter)) - 1
    if block < 0 or ord(letter) > _BLOCKS[block][1]:
        return OTHER
    return _BLOCKS[block][2]
