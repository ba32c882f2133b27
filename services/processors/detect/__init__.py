"""Which language a text is written in: `detect(text, prior)`.

text ─▶ pieces between white space, remembered (memory) ─▶ words (fold)
     ─▶ letters by script and n-gram scores of each word (grams, model), as lanes to add (lanes)
     ─▶ the script most letters are of ─▶ the sum of its words' scores, calibrated (model)
     ─▶ a feed's own label as prior ─▶ Language (decide)
"""

from services.processors.detect.decide import detect, detect_all

__all__ = ["detect", "detect_all"]
