"""Sentences as sparse vectors of the traits that the training sentences had, weighed by how rare each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convo.nlp.intent_words import Traits, word_hash

if TYPE_CHECKING:
    from numpy import float32, int64, uint32
    from numpy.typing import NDArray

    Vector = tuple[NDArray[int64], NDArray[float32]]

_MANY = 3_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The traits of the training sentences: `hashes` sorted (n,) and `rarity` (n,), inverse document frequencies."""

    hashes: "NDArray[uint32]"
    rarity: "NDArray[float32]"
    traits: Traits

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Vocabulary":
        """The traits of these texts; of more than 3,000 texts only those that two have."""
        import numpy as np

        traits = Traits()
        each = [np.unique(np.array([*named, *runs], dtype=np.uint32)) for named, runs in map(traits, texts)]
        hashes, counts = np.unique(np.concatenate(each), return_counts=True)
        kept = counts >= (2 if len(texts) > _MANY else 1)
        rarity = np.log((1 + len(texts)) / (1 + counts[kept])) + 1
        return cls(hashes[kept], rarity.astype(np.float32), traits)

    def vector(self, text: str) -> "Vector":
        """Where the text's traits stand in the vocabulary and how much each weighs; the weights' squares sum to 1.

        Words and letters weigh half each, whatever their number.
        """
        import numpy as np

        places, weights = [], []
        for hashes in self.traits(text):
            found, counts = np.unique(np.array(hashes, dtype=np.uint32), return_counts=True)
            at = np.searchsorted(self.hashes, found)
            at[at == len(self.hashes)] = 0
            known = self.hashes[at] == found if len(self.hashes) else np.zeros(len(at), dtype=bool)
            at = at[known]
            weight = (1 + np.log(counts[known])) * self.rarity[at]
            length = float(np.sqrt(weight @ weight))
            places.append(at)
            weights.append(weight / length if length else weight)
        weight = np.concatenate(weights)
        length = float(np.sqrt(weight @ weight))
        return np.concatenate(places), (weight / length if length else weight).astype(np.float32)

    def known_share(self, text: str) -> tuple[float, int]:
        """The share of the text's words that the training sentences had, by rarity, 0 to 1; and how many words."""
        import numpy as np

        words = set(self.traits.words(text))
        if not words or not len(self.hashes):
            return 0.0, len(words)
        found = np.array([word_hash(word) for word in words], dtype=np.uint32)
        at = np.minimum(np.searchsorted(self.hashes, found), len(self.hashes) - 1)
        known = self.hashes[at] == found
        seen = float(self.rarity[at][known].sum())
        unseen = float((~known).sum() * self.rarity.max())
        return seen / (seen + unseen), len(words)
