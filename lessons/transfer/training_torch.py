"""New heads, fine-tuning and training from scratch in PyTorch."""

# --8<-- [start:imports]
import copy
import math

import torch
from torch import nn

# --8<-- [end:imports]
from lessons.transfer.numpy import learning_rates


# --8<-- [start:accuracy]
@torch.no_grad()
def accuracy(network, images, labels, batch_size=128):
    """Return the share of a tensor's images that the network names rightly."""
    network.eval()
    answers = [network(batch).argmax(dim=1) for batch in images.split(batch_size)]
    return (torch.cat(answers) == labels).double().mean().item()


# --8<-- [end:accuracy]


# --8<-- [start:train]
def train(
    network, images, labels, steps, learning_rate, batch_size=20, batch_statistics=True
):
    """Train a network with Adam, its rate rising and falling; return the losses.

    With batch_statistics=False, batch normalisation keeps the means that it has.
    Raises FloatingPointError where the loss is no longer a number.
    """
    network.train(batch_statistics)
    optimizer, losses = torch.optim.Adam(network.parameters()), []
    order = [
        torch.randperm(len(images))
        for _ in range(-(-steps * batch_size // len(images)))
    ]
    order = torch.cat(order)[: steps * batch_size].to(images.device)
    batches = zip(order.split(batch_size), learning_rates(learning_rate, steps))
    for step, (batch, rate) in enumerate(batches):
        optimizer.param_groups[0]["lr"] = rate
        loss = nn.functional.cross_entropy(network(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            raise FloatingPointError(
                f"the loss of step {step} is {losses[-1]}; try a smaller learning rate"
            )
    return losses


# --8<-- [end:train]


# --8<-- [start:small_network]
class Mean(nn.Module):
    """The mean of each map: (batch, channels, height, width) to (batch, channels)."""

    def forward(self, maps):
        return maps.mean(dim=(2, 3))


def small_network(classes):
    """Four convolutions: (batch, 3, height, width) to (batch, classes)."""
    parts, inputs = [], 3
    for outputs, stride in ((16, 2), (32, 1), (64, 1), (64, 1)):
        parts += [nn.MaxPool2d(2)] if parts else []
        parts += [nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)]
        parts += [nn.BatchNorm2d(outputs, eps=1e-5), nn.ReLU()]
        inputs = outputs
    network = nn.Sequential(*parts, Mean(), nn.Linear(64, classes))
    return network.to(memory_format=torch.channels_last)


# --8<-- [end:small_network]


# --8<-- [start:new_head]
def new_head(weights, biases, device):
    """Return a dense layer of arrays (channels, classes) and (classes,)."""
    head = nn.Linear(*weights.shape, device=device)
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(weights.T))
        head.bias.copy_(torch.from_numpy(biases))
    return head


# --8<-- [end:new_head]


# --8<-- [start:tunable]
def tunable(network, head, start, stop):
    """Return a copy of parts start to stop of the body with a head, to be trained."""
    return nn.Sequential(
        *copy.deepcopy(network.body[start:stop]), Mean(), copy.deepcopy(head)
    )


# --8<-- [end:tunable]
