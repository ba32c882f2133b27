"""Which language a text is written in: `detect(text, prior)`."""

from services.processors.detect.decide import detect

__all__ = ["detect"]
