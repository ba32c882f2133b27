"""Who is named in an article: the gazetteer's entities, wherever a language hides them."""

from services.processors.find.finder import Finder

__all__ = ["Finder"]
