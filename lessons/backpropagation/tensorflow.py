"""The digit network in TensorFlow, with its gradients by GradientTape."""

# --8<-- [start:imports]
import tensorflow as tf

# --8<-- [end:imports]
from lessons.backpropagation.cost import fastest


# --8<-- [start:derivative]
def tanh_of_sine(x):
    return tf.tanh(tf.sin(x))


def derivative(function):
    """Return the derivative of a function of one number, as such a function."""

    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)  # which a tape does by itself for variables only
            value = function(x)
        return tape.gradient(value, x)

    return slope


# --8<-- [end:derivative]


# --8<-- [start:to_tensors]
def to_parameters(arrays, device):
    """Return a variable for each array; a tape watches variables by itself."""
    with tf.device(device):
        return [tf.Variable(array) for array in arrays]


def to_batches(batches, device):
    """Return the batches of arrays as batches of tensors."""
    with tf.device(device):
        return [tuple(tf.constant(array) for array in batch) for batch in batches]


# --8<-- [end:to_tensors]


# --8<-- [start:loss]
def mean_loss(parameters, pixels, labels):
    """Return the mean cross-entropy of a batch."""
    hidden = pixels
    for weights, biases in zip(parameters[:-2:2], parameters[1:-2:2]):
        hidden = tf.nn.relu(hidden @ weights + biases)
    scores = hidden @ parameters[-2] + parameters[-1]  # (batch, 10)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores)
    return tf.reduce_mean(losses)


# --8<-- [end:loss]


# --8<-- [start:gradients]
def gradients(parameters, pixels, labels):
    """Return the loss of a batch, and its gradient by each parameter, as arrays."""
    with tf.GradientTape() as tape:
        loss = mean_loss(parameters, pixels, labels)
    found = tape.gradient(loss, parameters)
    return loss.numpy().item(), [gradient.numpy() for gradient in found]


# --8<-- [end:gradients]


# --8<-- [start:train]
def train(parameters, batches, learning_rate):
    """Step against the gradient, batch by batch; yield the loss before each step."""
    for pixels, labels in batches:
        with tf.GradientTape() as tape:  # records what is computed within
            loss = mean_loss(parameters, pixels, labels)
        found = tape.gradient(loss, parameters)
        for parameter, gradient in zip(parameters, found):
            parameter.assign_sub(learning_rate * gradient)
        yield loss.numpy().item()


# --8<-- [end:train]


# --8<-- [start:seconds]
def seconds(parameters, pixels, labels):
    """Return the seconds of a forward pass, and those of a loss with its gradient."""
    return fastest(
        [
            lambda: mean_loss(parameters, pixels, labels).numpy(),
            lambda: gradients(parameters, pixels, labels),
        ]
    )


# --8<-- [end:seconds]


# --8<-- [start:kept_bytes]
def kept_bytes(parameters, pixels, labels):
    """Return how many bytes of results TensorFlow's backward pass reads again."""
    forwards = set()

    def trace(inputs, pixels, labels):
        loss = mean_loss(inputs, pixels, labels)
        forwards.update(op.name for op in loss.graph.get_operations())
        return tf.gradients(loss, inputs)

    inputs = [tf.convert_to_tensor(parameter) for parameter in parameters]
    graph = tf.function(trace).get_concrete_function(inputs, pixels, labels).graph
    backwards = [op for op in graph.get_operations() if op.name not in forwards]
    read = {tensor.ref() for op in backwards for tensor in op.inputs}
    kept = [ref.deref() for ref in read if ref.deref().op.name in forwards]
    made = [
        t for t in kept if t.op.type not in ("Placeholder", "Const") and t.shape.rank
    ]
    return sum(t.shape.num_elements() * t.dtype.size for t in made)


# --8<-- [end:kept_bytes]
