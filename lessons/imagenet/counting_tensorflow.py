"""Parameters and multiply-adds of a network, stage by stage, in TensorFlow."""

# --8<-- [start:imports]
import math

from keras import layers

# --8<-- [end:imports]
from lessons.tensorflow import count_parameters


# --8<-- [start:count_by_stage]
def count_by_stage(build, size, **how):
    """Return {stage: (parameters, multiply-adds for one picture)}.

    Multiplications are counted in convolutions and dense layers only. Keras knows all
    shapes as soon as the network is built, so nothing is computed.
    """
    counted = {}
    for stage in build(size, **how).layers:
        work = 0
        for layer in stage.layers:
            if isinstance(layer, (layers.Conv2D, layers.Dense)):
                places = math.prod(layer.output.shape[1:-1])
                work += places * math.prod(layer.kernel.shape)
        counted[stage.name] = count_parameters(stage), work
    return counted


# --8<-- [end:count_by_stage]


# --8<-- [start:totals]
def totals(counted):
    """Return the sums over the stages: parameters, and multiply-adds."""
    parameters, work = zip(*counted.values(), strict=True)
    return sum(parameters), sum(work)


# --8<-- [end:totals]
