"""The digit network in PyTorch, with its gradients by autograd."""

# --8<-- [start:imports]
import torch

# --8<-- [end:imports]
from lessons.backpropagation.cost import fastest


# --8<-- [start:derivative]
def tanh_of_sine(x):
    return torch.tanh(torch.sin(x))


def derivative(function):
    """Return the derivative of a function of one number, as such a function."""

    def slope(x):
        value = function(x)
        (gradient,) = torch.autograd.grad(value, x, create_graph=True)
        return gradient

    return slope


# --8<-- [end:derivative]


# --8<-- [start:to_tensors]
def to_parameters(arrays, device):
    """Return a tensor for each array, whose gradient will be asked for."""
    return [torch.tensor(array, device=device, requires_grad=True) for array in arrays]


def to_batches(batches, device):
    """Return the batches of arrays as batches of tensors."""
    return [tuple(torch.tensor(a, device=device) for a in batch) for batch in batches]


# --8<-- [end:to_tensors]


# --8<-- [start:loss]
def mean_loss(parameters, pixels, labels):
    """Return the mean cross-entropy of a batch, as a tensor that can go backwards."""
    hidden = pixels
    for weights, biases in zip(parameters[:-2:2], parameters[1:-2:2]):
        hidden = torch.relu(hidden @ weights + biases)
    scores = hidden @ parameters[-2] + parameters[-1]  # (batch, 10)
    return torch.nn.functional.cross_entropy(scores, labels)


# --8<-- [end:loss]


# --8<-- [start:gradients]
def gradients(parameters, pixels, labels):
    """Return the loss of a batch, and its gradient by each parameter, as arrays."""
    loss = mean_loss(parameters, pixels, labels)
    found = torch.autograd.grad(loss, parameters)
    return loss.item(), [gradient.cpu().numpy() for gradient in found]


# --8<-- [end:gradients]


# --8<-- [start:train]
def train(parameters, batches, learning_rate):
    """Step against the gradient, batch by batch; yield the loss before each step."""
    for pixels, labels in batches:
        loss = mean_loss(parameters, pixels, labels)
        loss.backward()  # adds to parameter.grad
        with torch.no_grad():  # the step itself is not to be recorded
            for parameter in parameters:
                parameter -= learning_rate * parameter.grad
                parameter.grad = None
        yield loss.item()


# --8<-- [end:train]


# --8<-- [start:seconds]
def seconds(parameters, pixels, labels):
    """Return the seconds of a forward pass, and those of a loss with its gradient."""
    return fastest(
        [
            lambda: mean_loss(parameters, pixels, labels).item(),
            lambda: gradients(parameters, pixels, labels),
        ]
    )


# --8<-- [end:seconds]


# --8<-- [start:kept_bytes]
def kept_bytes(parameters, pixels, labels):
    """Return how many bytes of results PyTorch keeps for the backward pass."""
    given = {tensor.data_ptr() for tensor in [*parameters, pixels, labels]}
    kept = {}

    def note(tensor):
        if tensor.data_ptr() not in given and tensor.dim():
            kept[tensor.data_ptr()] = tensor.nbytes
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        loss = mean_loss(parameters, pixels, labels)
    del loss  # it held what was kept until here
    return sum(kept.values())


# --8<-- [end:kept_bytes]
