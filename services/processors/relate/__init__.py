"""relate: is an article about two sides, or are both merely in it?

    mentions ▸ scenes (sentences that name both) ▸ features ▸ linear model ▸ Relation with evidence

Every feature has a name, every name a weight in `weights.toml`; the score is the logistic function
of their sum, so that `newswatch explain` can show, feature by feature, what decided.
"""

from services.processors.relate.features import features
from services.processors.relate.relate import Relating, Weighed
from services.processors.relate.scenes import meeting

__all__ = ["Relating", "Weighed", "features", "meeting"]
