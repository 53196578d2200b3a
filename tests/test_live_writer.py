"""The demo of a GPT that writes: its numbers against both frameworks, and what a reader does."""

import base64
import json

import numpy as np
import pytest
from browsing import PHONE, stop_clock, until
from demos import ROOT

from tools import live_writer, records

PLACE = "transformer/", "writer"


@pytest.fixture(scope="module")
def golden():
    return json.loads((ROOT / "tests" / "live" / "writer.json").read_text("utf-8"))


def keras_twin(weights):
    """A GPT of Keras with the weights of a file."""
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    from safetensors.numpy import load

    from lessons.gpt_weights import describe_keras
    from lessons.transformer.tensorflow import GPT

    arrays = {name: array.astype(np.float32) for name, array in load(weights).items()}
    said = live_writer.metadata(weights)
    how = {name: int(said[name]) for name in ("heads", "depth", "length")}
    network = GPT(*arrays["embedding.weight"].shape, **how)
    names = list(describe_keras(network))
    assert set(names) == set(arrays)
    for variable, array in zip(network.trainable_variables, laid_out(network, arrays), strict=True):
        variable.assign(array)
    for name, array in describe_keras(network).items():
        np.testing.assert_array_equal(array, arrays[name], err_msg=name)
    return network


def laid_out(network, arrays):
    """The arrays in the order and the layout of a Keras network's variables."""
    from lessons.gpt_weights import DENSE

    parts = {}
    for number, block in enumerate(network.blocks):
        attention, prefix = block.attention, f"blocks.{number}"
        dense = attention.query, attention.key, attention.value, attention.output_
        dense = dict(zip(DENSE, dense, strict=True))
        dense |= dict(zip(("network.0", "network.2"), block.network.layers, strict=True))
        for name, part in dense.items():
            parts[id(part.kernel)] = arrays[f"{prefix}.{name}.weight"].T
            parts[id(part.bias)] = arrays[f"{prefix}.{name}.bias"]
        for norm in ("norm1", "norm2"):
            parts |= norm_parts(getattr(block, norm), f"{prefix}.{norm}", arrays)
    parts |= norm_parts(network.norm, "norm", arrays)
    parts[id(network.embedding.embeddings)] = arrays["embedding.weight"]
    parts[id(network.places.embeddings)] = arrays["places.weight"]
    return [parts[id(variable)] for variable in network.trainable_variables]


def norm_parts(norm, name, arrays):
    return {
        id(norm.gamma): arrays[f"{name}.weight"],
        id(norm.beta): arrays[f"{name}.bias"],
    }


def close(found, expected):
    np.testing.assert_allclose(found, expected["data"], rtol=1e-4, atol=1e-4)


def test_golden_values_are_pytorchs_and_tensorflows(golden):
    (small,) = golden["networks"]
    weights = base64.b64decode(small["file"])
    scores, _ = keras_twin(weights)(np.array([small["numbers"]], np.int32))
    for row, expected in zip(scores[0].numpy(), small["scores"], strict=True):
        close(row, expected)
    recorded = keras_twin(records.model_path(ROOT, "writer").read_bytes())
    for case in golden["recorded"]:
        scores, _ = recorded(np.array([case["numbers"]], np.int32))
        close(scores[0, -1].numpy(), case["scores"][0])


def test_what_it_looks_at_sums_to_one_and_is_used(golden):
    """The weights in the golden file, times the values, are what the network computed."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    import torch

    network = live_writer.network_of(records.model_path(ROOT, "writer").read_bytes())
    case = golden["recorded"][0]
    weights = torch.tensor(case["weights"][0]["data"]).reshape(case["weights"][0]["shape"])
    np.testing.assert_allclose(weights.sum(dim=1), 1, rtol=1e-5)
    numbers, block = case["numbers"], network.blocks[0]
    with torch.no_grad():
        x = (network.embedding.weight[numbers] + network.places.weight[: len(numbers)])[None]
        normed = block.norm1(x)
        values = block.attention.deal(block.attention.value(normed))[0]
        mean = (weights[:, None] @ values)[:, 0].ravel()
        found, _ = block.attention(normed, normed, live_writer.mask(len(numbers)))
    np.testing.assert_allclose(block.attention.output(mean).detach(), found[0, -1], atol=1e-5)


def test_the_file_is_small_and_says_how_to_read_it():
    weights = records.model_path(ROOT, "writer").read_bytes()
    assert len(weights) <= 131_000  # with the rest, less than 150 KB
    assert len(live_writer.characters_of(weights)) == 79


# The reader ----------------------------------------------------------------------------------


def text_of(page):
    return page.evaluate("document.querySelector('live-demo[name=writer]').demo.text()")


@pytest.mark.browser
def test_it_writes_on_from_what_is_typed(demo):
    page = demo(*PLACE)  # with less motion: all at once
    page.get_by_label("Begin a text").fill("HAMLET\nO %é")
    assert text_of(page) == "HAMLET\nO "
    assert (
        "Left out, because the plays have none: % é"
        in page.locator("live-demo .live-answer").inner_text()
    )
    page.get_by_role("button", name="One character").click()
    assert len(text_of(page)) == len("HAMLET\nO ") + 1
    page.get_by_role("button", name="Write", exact=True).click()
    status = page.locator("live-demo .live-status")
    until(page, lambda: "It stopped writing" in status.inner_text())
    assert len(text_of(page)) == len("HAMLET\nO ") + 241
    page.get_by_role("button", name="Begin again").click()
    assert text_of(page) == "HAMLET\nO "


@pytest.mark.browser
def test_the_chances_are_pythons(demo, golden):
    from lessons.transformer.numpy import chances_of

    page = demo(*PLACE)
    case = golden["recorded"][0]
    assert text_of(page) == case["text"]
    for temperature, top_k in ((0.8, 20), (1.6, 79), (0.2, 1)):
        for name, value in (("Temperature", temperature), ("Top-k", top_k)):
            page.get_by_label(name).fill(str(value))
        found = page.evaluate("document.querySelector('live-demo[name=writer]').demo.chances()")
        expected = chances_of(np.array(case["scores"][0]["data"]), temperature, top_k)
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.browser
def test_each_head_looks_elsewhere(demo, golden):
    page = demo(*PLACE)
    expected = golden["recorded"][0]["weights"]
    looked = "document.querySelector('live-demo[name=writer]').demo.looked()"
    for block, weights in enumerate(expected):
        heads = np.reshape(weights["data"], weights["shape"])
        for head, shares in enumerate(heads):
            page.get_by_label("Looks back").select_option(f"{block} {head}")
            np.testing.assert_allclose(page.evaluate(looked), shares, atol=1e-4)


@pytest.mark.browser
def test_it_writes_while_one_watches_and_stops_at_a_click(demo):
    page = demo(*PLACE, reduced_motion="no-preference", clock=True)
    stop_clock(page)
    before = len(text_of(page))
    page.get_by_role("button", name="Write", exact=True).click()
    page.clock.run_for(500)
    length = len(text_of(page))
    assert before + 3 < length < before + 20
    page.get_by_role("button", name="Stop").click()
    page.clock.run_for(500)
    assert len(text_of(page)) == length
    page.get_by_role("button", name="Write", exact=True).wait_for()


@pytest.mark.browser
def test_a_phone_shows_all_of_it_and_nothing_is_read_out_at_first(demo):
    page = demo(*PLACE, viewport=PHONE, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.wait_for_timeout(900)
    assert page.locator("live-demo .live-status").inner_text() == ""
