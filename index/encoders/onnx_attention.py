"""Attention as the one operator ONNX Runtime has for it, in networks exported from PyTorch.

Traced as PyTorch computes it, attention becomes a dozen operators, each of which goes over every
pair of tokens: masks written out, not-a-numbers looked for. These took a third of the time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface

if TYPE_CHECKING:
    from torch._C import Value
    from torch.onnx._internal.torchscript_exporter.jit_utils import GraphContext
    from transformers import PreTrainedModel

_NAME = "onnx_runtime"


class _MultiHeadAttention(torch.autograd.Function):
    """com.microsoft::MultiHeadAttention of query, key and value (n, tokens, width) with the keys
    that are to be read (n, tokens); only for export, it computes nothing here."""

    @staticmethod
    def forward(_: object, query: Tensor, *__: object) -> Tensor:
        return torch.empty_like(query)

    @staticmethod
    def symbolic(graph: "GraphContext", *given: "Value") -> "Value":
        *tensors, read, heads = given  # the last one comes as the number it is
        no_bias = graph.op("prim::Constant")
        no_bias.setType(torch._C.OptionalType.ofTensor())
        found: Value = graph.op(
            "com.microsoft::MultiHeadAttention", *tensors, no_bias, read, num_heads_i=heads
        )
        return found.setType(tensors[0].type())


def _attend(module: nn.Module, *tensors: Tensor, **_: object) -> tuple[Tensor, None]:
    """As transformers calls an attention: query, key and value, (n, heads, tokens, width of a head)
    each, and which keys are to be read (n, tokens)."""
    *split, read = tensors
    joined = (each.transpose(1, 2).flatten(2) for each in split)
    given = *joined, read.to(torch.int32), module.num_attention_heads
    return _MultiHeadAttention.apply(*given), None  # type: ignore[no-untyped-call]


def _as_given(*_: object, attention_mask: Tensor, **__: object) -> Tensor:
    return attention_mask


AttentionInterface.register(_NAME, _attend)
AttentionMaskInterface.register(_NAME, _as_given)


@contextmanager
def fused_attention(backbone: "PreTrainedModel") -> Iterator[None]:
    """Within it the backbone can be exported, and not run: its attention is ONNX Runtime's."""
    before = backbone.config._attn_implementation
    backbone.set_attn_implementation(_NAME)
    try:
        yield
    finally:
        backbone.set_attn_implementation(before)
