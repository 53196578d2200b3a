"""An encoder layer of Keras's own parts, and its weights for the one from scratch."""

# --8<-- [start:imports]
import keras
from keras import layers

# --8<-- [end:imports]


# --8<-- [start:library_layer]
def library_layer(features=64, heads=4, hidden=256, norm_first=True):
    """Return an encoder layer of Keras's parts, with norms that are not the identity.

    Keras has no layer of that name; its MultiHeadAttention and LayerNormalization do
    the work. An epsilon of 1e-5 is PyTorch's; Keras's own is 1e-3.
    """
    x = inputs = keras.Input((None, features))
    norm1, norm2 = (
        layers.LayerNormalization(
            epsilon=1e-5,
            gamma_initializer=keras.initializers.RandomNormal(1.0, 0.1),
            beta_initializer="random_normal",
            name=f"norm{number}",
        )
        for number in (1, 2)
    )
    attention = layers.MultiHeadAttention(
        heads, features // heads, bias_initializer="random_normal", name="attention"
    )
    first = layers.Dense(hidden, "relu", bias_initializer="random_normal", name="first")
    second = layers.Dense(features, bias_initializer="random_normal", name="second")
    if norm_first:
        normed = norm1(x)
        x = layers.add([x, attention(normed, normed)])
        x = layers.add([x, second(first(norm2(x)))])
    else:
        x = norm1(layers.add([x, attention(x, x)]))
        x = norm2(layers.add([x, second(first(x))]))
    return keras.Model(inputs, x)


# --8<-- [end:library_layer]


# --8<-- [start:layer_weights]
def layer_weights(layer):
    """Return the arrays of an encoder layer by the names of encoder_layer()."""
    parts = {part.name: part.get_weights() for part in layer.layers if part.weights}
    attention = parts["attention"]  # query, key, value, output: kernel and bias
    features = attention[0].shape[0]
    weights = {}
    for place, name in enumerate(("query", "key", "value", "output")):
        kernel, bias = attention[2 * place : 2 * place + 2]
        weights[f"{name} kernel"] = kernel.reshape(features, features)
        weights[f"{name} bias"] = bias.ravel()
    for name in ("first", "second"):
        weights[f"{name} kernel"], weights[f"{name} bias"] = parts[name]
    for name, part in (("norm 1", "norm1"), ("norm 2", "norm2")):
        weights[f"{name} scale"], weights[f"{name} shift"] = parts[part]
    return weights


# --8<-- [end:layer_weights]


# --8<-- [start:run_layer]
def run_layer(layer, x):
    """Return what the layer makes of an array (batch, time, features)."""
    return layer(x).numpy()


# --8<-- [end:run_layer]
