"""The network of the trained reader: multilingual-e5-small's encoder with three small heads.

One passage is read with the question before it. The first token gives the passage's relevance,
every token of the text a score for opening and for closing the answer. All are logits to be
compared across the passages read for one question, with 0 for "no answer" (shared normalisation,
Clark and Gardner, ACL 2018).
"""

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from index.encoders.encoder import quiet

if TYPE_CHECKING:
    from transformers import BertModel

FROZEN_LAYERS = 4  # the lowest, and the embeddings, stay as the installed model has them
SHARED_LAYERS = 7  # the lowest, which both readings share; the others each has of its own
_OUTSIDE = -1e4  # the logit of tokens that are not the passage's text


class ReaderNetwork(nn.Module):
    """`forward` gives relevance (n,), opening and closing logits (n, tokens)."""

    def __init__(self, backbone: "BertModel") -> None:
        super().__init__()
        self.backbone = backbone
        width = backbone.config.hidden_size
        self.relevance = nn.Linear(width, 1)
        self.span = nn.Linear(width, 2)
        self.freeze(FROZEN_LAYERS)

    def forward(
        self, ids: Tensor, attention: Tensor, in_text: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of pairs: ids, attention and in_text are (n, tokens)."""
        words = self.backbone.embeddings.word_embeddings(ids)
        return self.read_embeddings(words, attention, in_text)

    def read_embeddings(
        self, words: Tensor, attention: Tensor, in_text: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """As `forward`, from word embeddings (n, tokens, width)."""
        hidden = self.backbone(inputs_embeds=words, attention_mask=attention).last_hidden_state
        relevance = self.relevance(hidden[:, 0]).squeeze(-1)
        spans = self.span(hidden).float().masked_fill(~in_text.unsqueeze(-1), _OUTSIDE)
        return relevance.float(), spans[..., 0], spans[..., 1]

    def freeze(self, layers: int) -> None:
        """Keep the embeddings and the `layers` lowest layers from being trained, and no other."""
        self.requires_grad_(True)
        for module in (self.backbone.embeddings, *self.backbone.encoder.layer[:layers]):
            module.requires_grad_(False)

    def trained(self) -> dict[str, Tensor]:
        """The parameters that training changes, by name."""
        return {name: each for name, each in self.named_parameters() if each.requires_grad}


def untrained(model: Path) -> ReaderNetwork:
    """The network on the backbone in the folder `model`, its heads near zero."""
    from transformers import BertModel

    # No dropout: it halves the speed on a CPU, and training is too short to overfit.
    with quiet():
        backbone = BertModel.from_pretrained(
            str(model), add_pooling_layer=False, local_files_only=True, dtype=torch.float32,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        )  # fmt: skip
    return ReaderNetwork(backbone)
