"""Doubts about the weights that demos run: the same network, whichever framework wrote them."""

import json
from importlib import import_module

import numpy as np
import pytest
from safetensors.numpy import load

from lessons.weights import describe_keras, describe_pytorch, pack

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
in_torch = import_module("lessons.convolutions.torch")
in_tensorflow = import_module("lessons.convolutions.tensorflow")


def random_images(count):
    return np.random.default_rng(0).random((count, 28, 28), dtype=np.float32)


def metadata(file):
    size = int.from_bytes(file[:8], "little")
    return json.loads(file[8 : 8 + size])["__metadata__"]


def test_keras_weights_run_in_pytorch_and_give_the_same_scores():
    keras_network = in_tensorflow.digit_network()
    layers, arrays = describe_keras(keras_network)
    network = in_torch.digit_network()
    network.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})
    images = random_images(8)
    ours = network(in_torch.to_tensor(images, "cpu")).detach().numpy()
    theirs = keras_network(in_tensorflow.to_tensor(images, "CPU:0")).numpy()
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    assert layers == describe_pytorch(network)[0]


def test_the_file_holds_the_network():
    network = in_torch.digit_network()
    images = in_torch.to_tensor(random_images(50), "cpu")
    file = pack(network, images)
    layers = json.loads(metadata(file)["layers"])
    assert [layer["kind"] for layer in layers] == [
        *("conv2d", "max_pool2d", "relu", "conv2d", "max_pool2d", "relu", "flatten", "linear")
    ]
    assert (layers[0]["padding"], layers[3]["padding"]) == (2, 0)
    arrays = load(file)
    assert all(array.dtype == np.float16 for array in arrays.values())
    again = in_torch.digit_network()
    again.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})
    assert torch.equal(again(images).argmax(1), network(images).argmax(1))


def test_weights_stay_float32_where_rounding_changes_an_answer():
    network = torch.nn.Sequential(torch.nn.Linear(1, 2, bias=False))
    network[0].weight.data = torch.tensor([[1.0], [1.0001]])  # equal in float16
    assert load(pack(network, torch.ones(1, 1)))["0.weight"].dtype == np.float32
    assert load(pack(network, -torch.ones(1, 1)))["0.weight"].dtype == np.float16


def test_a_layer_that_no_demo_runs_is_named():
    with pytest.raises(TypeError, match="no demo can run the layer Softplus; use Conv2d"):
        describe_pytorch(torch.nn.Sequential(torch.nn.Softplus()))
