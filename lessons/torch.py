"""What every lesson needs from PyTorch: a device, a seed, a count of parameters."""

# --8<-- [start:imports]
import torch

# --8<-- [end:imports]


# --8<-- [start:device]
def choose_device():
    """Return the fastest device that PyTorch sees: a GPU of any maker, or the CPU."""
    return torch.accelerator.current_accelerator(check_available=True) or torch.device(
        "cpu"
    )


# --8<-- [end:device]


# --8<-- [start:seed]
def set_seed(seed):
    """Make initial weights, shuffling and dropout the same in every run."""
    torch.manual_seed(seed)


# --8<-- [end:seed]


# --8<-- [start:count]
def count_parameters(network):
    """Return how many numbers training may change."""
    return sum(
        weight.numel() for weight in network.parameters() if weight.requires_grad
    )


# --8<-- [end:count]
