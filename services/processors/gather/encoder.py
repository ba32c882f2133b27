"""The sentence model's forward pass: a small transformer, twelve layers, run by ONNX Runtime.

pieces ▸ embedding ▸ twelve times: each piece looks at its text's others, then is thought over
    ▸ the mean of a text's pieces, of length one

Vaswani et al. 2017 with the layout of BERT (Devlin et al. 2019). What is multiplied has eight bits.
A text is read by itself, so what is said of it does not hang on the texts beside it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from services.processors.gather.weights import Floats, Weights

_MOST = 127
"""The largest weight of eight bits."""
_RUNTIMES = "com.microsoft"
_OPERATORS = 17
"""The version of the standard's operators; ONNX Runtime's own have one only."""
_FORMAT = 9
"""Of the graph's file."""
_QUIET = 3
"""It logs errors only."""


class Encoder:
    """Texts as unit vectors."""

    def __init__(self, weights: Weights) -> None:
        """With the weights of this file, of which 22 MB are made."""
        self._weights = weights
        self._places = weights.floats("emb.pos").reshape(-1, weights.width)
        self._places += weights.floats("emb.type")[: weights.width]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = _QUIET
        # No further: in what its last level makes of this graph adding takes a third of the time.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        self._session = onnxruntime.InferenceSession(
            _model(weights), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, pieces: Sequence[int]) -> Floats:
        """The vector of a text of these pieces; at least one."""
        rows = self._weights.embedded(np.array(pieces))
        rows += self._places[: len(pieces)]
        [[vector]] = self._session.run(None, {"rows": rows[None]})
        made: Floats = vector / np.linalg.norm(vector)
        return made


class _Graph:
    """A graph while it is drawn: each method adds what it names and returns what comes of it."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._constants: list[TensorProto] = []
        self._nodes: list[NodeProto] = []

    def layer(self, number: int, value: str) -> str:
        """One of the twelve."""
        name = f"l{number}"
        looked = self.linear(self._looked(value, name), f"{name}.ao")
        value = self.norm(self._add("Add", looked, value), f"{name}.aln")
        wide = self._add("FastGelu", self.linear(value, f"{name}.fi"), domain=_RUNTIMES)
        return self.norm(self._add("Add", self.linear(wide, f"{name}.fo"), value), f"{name}.oln")

    def norm(self, value: str, name: str) -> str:
        """Each row brought to mean 0 and variance 1, then scaled."""
        scale, shift = (self._constant(self._weights.floats(f"{name}.{end}")) for end in "wb")
        epsilon = self._weights.epsilon
        return self._add("LayerNormalization", value, scale, shift, epsilon=epsilon)

    def linear(self, value: str, name: str) -> str:
        """A matrix, and what is added."""
        matrix, scale, zero, shift = self._in_eight_bits([name])
        constants = (matrix, scale, zero, shift)
        return self._add("DynamicQuantizeMatMul", value, *constants, domain=_RUNTIMES)

    def mean(self, value: str) -> str:
        """Of a text's rows."""
        return self._add("ReduceMean", value, axes=[1], keepdims=0)

    def model(self, result: str) -> bytes:
        """The whole, in the form that is exchanged."""
        width = self._weights.width
        graph = helper.make_graph(
            self._nodes,
            "sentence",
            [helper.make_tensor_value_info("rows", TensorProto.FLOAT, [1, "pieces", width])],
            [helper.make_tensor_value_info(result, TensorProto.FLOAT, [1, width])],
            self._constants,
        )
        operators = [helper.make_opsetid("", _OPERATORS), helper.make_opsetid(_RUNTIMES, 1)]
        model = helper.make_model(graph, opset_imports=operators, ir_version=_FORMAT)
        return bytes(model.SerializeToString())

    def _looked(self, value: str, name: str) -> str:
        """What each piece sees: all of its text, weighed by how well each piece answers it."""
        matrix, scale, zero, shift = self._in_eight_bits([f"{name}.{one}" for one in "qkv"])
        read, read_scale, read_zero = self._several("DynamicQuantizeLinear", value, results=3)
        return self._add(
            "QAttention",
            *(read, matrix, shift, read_scale, scale, "", read_zero, zero),
            domain=_RUNTIMES,
            num_heads=self._weights.heads,
        )

    def _in_eight_bits(self, names: Sequence[str]) -> tuple[str, str, str, str]:
        """Matrices side by side: numbers, each column's scale and zero, and what is added to it."""
        matrices, shifts = zip(*map(self._weights.linear, names), strict=True)
        matrix, shift = np.concatenate(matrices, axis=1), np.concatenate(shifts)
        scale = np.abs(matrix).max(axis=0) / np.float32(_MOST)
        numbers, zero = np.rint(matrix / scale).astype(np.int8), np.zeros(len(scale), np.int8)
        add = self._constant
        return add(numbers), add(scale), add(zero), add(shift)

    def _constant(self, numbers: NDArray[np.generic]) -> str:
        name = f"constant{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def _add(self, operator: str, *values: str, **attributes: Any) -> str:
        [result] = self._several(operator, *values, results=1, **attributes)
        return result

    def _several(
        self, operator: str, *values: str, results: int, **attributes: Any
    ) -> Sequence[str]:
        made = [f"node{len(self._nodes)}.{number}" for number in range(results)]
        self._nodes.append(helper.make_node(operator, values, made, **attributes))
        return made


def _model(weights: Weights) -> bytes:
    graph = _Graph(weights)
    value = graph.norm("rows", "emb.ln")
    for number in range(weights.layers):
        value = graph.layer(number, value)
    return graph.model(graph.mean(value))
