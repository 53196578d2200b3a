"""Parameters and multiply-adds of a network, stage by stage, in PyTorch."""

# --8<-- [start:imports]
import torch
from torch import nn

# --8<-- [end:imports]
from lessons.torch import count_parameters


# --8<-- [start:count_by_stage]
def count_by_stage(build, size, **how):
    """Return {stage: (parameters, multiply-adds for one picture)}.

    Multiplications are counted in convolutions and dense layers only. The device
    "meta" keeps shapes and no numbers, so nothing is allocated and nothing computed.
    """
    counted, work = {}, []

    def count(layer, inputs, output):
        work.append(output.numel() * layer.weight[0].numel())

    with torch.device("meta"):
        network, x = build(size, **how).eval(), torch.zeros(1, 3, size, size)
        for layer in network.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                layer.register_forward_hook(count)
        for name, stage in network.named_children():
            work.clear()
            x = stage(x)
            counted[name] = count_parameters(stage), sum(work)
    return counted


# --8<-- [end:count_by_stage]


# --8<-- [start:totals]
def totals(counted):
    """Return the sums over the stages: parameters, and multiply-adds."""
    parameters, work = zip(*counted.values(), strict=True)
    return sum(parameters), sum(work)


# --8<-- [end:totals]
