"""The training loop in PyTorch: network, one step, the usual loop, state."""

# --8<-- [start:imports]
import io
from itertools import pairwise

import torch
from torch import nn

# --8<-- [end:imports]


# --8<-- [start:dense_network]
def dense_network(sizes):
    """Dense layers with ReLU between them: (batch, sizes[0]) to (batch, sizes[-1])."""
    layers = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


# --8<-- [end:dense_network]


# --8<-- [start:parameters]
def set_parameters(network, parameters):
    """Copy weights (n, m) and biases (m,), layer by layer, into a network."""
    for own, given in zip(network.parameters(), parameters, strict=True):
        own.data.copy_(torch.from_numpy(given.T))  # PyTorch keeps weights as (m, n)


def get_parameters(network):
    """Return copies of the weights (n, m) and biases (m,), layer by layer."""
    return [weight.detach().cpu().numpy().T.copy() for weight in network.parameters()]


# --8<-- [end:parameters]


# --8<-- [start:class_loss]
def class_loss(scores, labels):
    """Return the mean cross-entropy of scores (batch, classes) and labels (batch,)."""
    return nn.functional.cross_entropy(scores, labels)


# --8<-- [end:class_loss]


# --8<-- [start:training_step]
def training_step(network, optimizer, loss_function=class_loss):
    """Return a function that takes one step on a batch and returns its loss."""
    device = next(network.parameters()).device

    def step(pixels, labels):
        pixels = torch.from_numpy(pixels).to(device)  # (batch, 784)
        labels = torch.from_numpy(labels).to(device)  # (batch,)
        loss = loss_function(network(pixels), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


# --8<-- [end:training_step]


# --8<-- [start:gradient_descent]
def gradient_descent(network, learning_rate, weight_decay=0.0):
    """Return the optimizer that subtracts learning rate times gradient."""
    parameters = network.parameters()
    return torch.optim.SGD(parameters, learning_rate, weight_decay=weight_decay)


# --8<-- [end:gradient_descent]


# --8<-- [start:fit]
def fit(network, optimizer, pixels, labels, random, epochs, batch_size=50):
    """Train as most PyTorch programs do, with a DataLoader; yield the losses."""
    device = next(network.parameters()).device
    data = torch.from_numpy(pixels), torch.from_numpy(labels)
    data = torch.utils.data.TensorDataset(*data)
    for _ in range(epochs):
        order = random.permutation(len(data)).tolist()
        for some, names in torch.utils.data.DataLoader(data, batch_size, sampler=order):
            loss = class_loss(network(some.to(device)), names.to(device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()


# --8<-- [end:fit]


# --8<-- [start:compute_scores]
@torch.no_grad()
def compute_scores(network, pixels):
    """Return the scores (batch, classes) of an array of pixels, as an array."""
    device = next(network.parameters()).device
    return network(torch.from_numpy(pixels).to(device)).cpu().numpy()


# --8<-- [end:compute_scores]


# --8<-- [start:squared_losses]
def squared_loss(scores, labels):
    """Return the mean squared error of scores (batch, classes) against one-hot."""
    wanted = nn.functional.one_hot(labels, scores.shape[1]).to(scores.dtype)
    return nn.functional.mse_loss(scores, wanted)


def softmax_squared_loss(scores, labels):
    """Return the mean squared error of the softmax's probabilities."""
    return squared_loss(scores.softmax(dim=1), labels)


# --8<-- [end:squared_losses]


# --8<-- [start:state]
def pack_state(network, optimizer):
    """Return the weights, and what the optimizer remembers, as bytes."""
    content = io.BytesIO()
    state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(state, content)
    return content.getvalue()


def unpack_state(network, optimizer, content):
    """Put back what pack_state returned; ValueError where it is another network's."""
    state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    found = [tuple(weight.shape) for weight in state["network"].values()]
    wanted = [tuple(weight.shape) for weight in network.state_dict().values()]
    if found != wanted:
        raise ValueError(f"the state has weights {found}, the network {wanted}")
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])


# --8<-- [end:state]
