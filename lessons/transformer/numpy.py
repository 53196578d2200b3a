"""A transformer from scratch: positions, layer norm, an encoder layer, a choice."""

# --8<-- [start:imports]
import numpy as np

# --8<-- [end:imports]


# --8<-- [start:attend]
def softmax(scores):
    """Return positive numbers whose sum along the last axis is 1."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def attend(queries, keys, values, causal=False):
    """Return, for each query, a mean of the values: (..., time, features).

    Queries are (..., time, features), keys and values (..., past, features). With
    causal=True the last query stands beside the last key, and none sees what follows
    it. Raises ValueError if the shapes do not fit.
    """
    if queries.shape[-1] != keys.shape[-1] or keys.shape[-2] != values.shape[-2]:
        shapes = f"queries {queries.shape}, keys {keys.shape}, values {values.shape}"
        raise ValueError(f"{shapes}: each key needs one value, and a query's features")
    scores = queries @ keys.swapaxes(-1, -2) / np.sqrt(queries.shape[-1])
    if causal:
        time, past = scores.shape[-2:]
        scores = np.where(np.tri(time, past, past - time, dtype=bool), scores, -np.inf)
    return softmax(scores) @ values


# --8<-- [end:attend]


# --8<-- [start:positions]
def positional_encoding(length, features):
    """Return waves (length, features): even columns are sines, odd ones cosines.

    The wavelengths grow from 2 pi to nearly 10,000 times 2 pi (Vaswani and others,
    2017, section 3.5). Raises ValueError where a sine would lack its cosine.
    """
    if features % 2:
        raise ValueError(f"waves come in pairs; {features} features are an odd number")
    rates = 10_000.0 ** (-np.arange(0, features, 2) / features)  # (features / 2,)
    angles = np.arange(length)[:, np.newaxis] * rates  # (length, features / 2)
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(length, features)


# --8<-- [end:positions]


# --8<-- [start:layer_norm]
def layer_norm(x, scale, shift, epsilon=1e-5):
    """Give each place of (..., features) mean 0, variance 1; then scale and shift."""
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    return scale * centred / np.sqrt(variance + epsilon) + shift


# --8<-- [end:layer_norm]


# --8<-- [start:encoder_layer]
def dense(x, weights, name):
    """Multiply (..., inputs) by weights (inputs, outputs) of that name, and shift."""
    return x @ weights[f"{name} kernel"] + weights[f"{name} bias"]


def multi_head(x, weights, heads, causal=False):
    """Let each place of x (batch, time, features) look at the others, in several ways.

    Raises ValueError if the features cannot be dealt out to the heads.
    """
    batch, time, features = x.shape
    if features % heads:
        raise ValueError(f"{features} features cannot be dealt out to {heads} heads")
    parts = (dense(x, weights, name) for name in ("query", "key", "value"))
    dealt = (part.reshape(batch, time, heads, -1).swapaxes(1, 2) for part in parts)
    seen = attend(*dealt, causal)  # (batch, heads, time, features / heads)
    return dense(seen.swapaxes(1, 2).reshape(x.shape), weights, "output")


def encoder_layer(x, weights, heads, norm_first=True, causal=False):
    """Add to the stream x (batch, time, features) what its places say, and a network.

    With norm_first=False each sum is normalised, as in 2017; else each branch's input.
    """

    def norm(x, number):
        return layer_norm(x, weights[f"{number} scale"], weights[f"{number} shift"])

    def network(x):
        return dense(np.maximum(dense(x, weights, "first"), 0), weights, "second")

    if norm_first:
        x = x + multi_head(norm(x, "norm 1"), weights, heads, causal)
        return x + network(norm(x, "norm 2"))
    x = norm(x + multi_head(x, weights, heads, causal), "norm 1")
    return norm(x + network(x), "norm 2")


# --8<-- [end:encoder_layer]


# --8<-- [start:choose]
def chances_of(scores, temperature=1.0, top_k=None):
    """Return the chance of each character, for its scores (characters,).

    Scores are divided by the temperature; all but the `top_k` highest are left out.
    Raises ValueError for a temperature or a top_k of 0 or less.
    """
    if temperature <= 0 or (top_k is not None and top_k < 1):
        fault = f"temperature is {temperature}, top_k is {top_k}"
        raise ValueError(f"{fault}; both must be above 0 (top_k=1 takes the likeliest)")
    scores = np.asarray(scores, dtype=np.float64) / temperature
    if top_k is not None and top_k < len(scores):
        scores = np.where(scores >= np.sort(scores)[-top_k], scores, -np.inf)
    return softmax(scores)


# --8<-- [end:choose]


# --8<-- [start:parts]
def attend_in_parts(queries, keys, values, size=64):
    """Return attend(queries, keys, values), with the scores of `size` queries at once.

    The largest array is then (..., size, past), however long the text is.
    """
    starts = range(0, queries.shape[-2], size)
    parts = [queries[..., start : start + size, :] for start in starts]
    return np.concatenate([attend(part, keys, values) for part in parts], axis=-2)


# --8<-- [end:parts]
