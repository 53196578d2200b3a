"""Batch normalisation and dropout from scratch."""

import numpy as np


# --8<-- [start:batch_norm]
class BatchNorm:
    """Standardise each feature over the batch, then scale and shift it.

    `keep` is the share of the old running mean and variance that stays at each step;
    `unbiased` says whether the running variance divides by batch - 1.
    """

    def __init__(self, features, keep=0.9, epsilon=1e-5, unbiased=True):
        self.scale, self.shift = np.ones(features), np.zeros(features)
        self.mean, self.variance = np.zeros(features), np.ones(features)
        self.keep, self.epsilon, self.unbiased = keep, epsilon, unbiased

    def __call__(self, sums, training):
        """Return (batch, features); ValueError in training for a batch of one."""
        if training and len(sums) < 2:
            raise ValueError(
                f"a batch {sums.shape} has no variance; train on 2 or more"
            )
        mean, variance = self.mean, self.variance
        if training:
            mean, variance = sums.mean(axis=0), sums.var(axis=0)
            running = sums.var(axis=0, ddof=1) if self.unbiased else variance
            self.mean = self.keep * self.mean + (1 - self.keep) * mean
            self.variance = self.keep * self.variance + (1 - self.keep) * running
        standard = (sums - mean) / np.sqrt(variance + self.epsilon)
        return self.scale * standard + self.shift


# --8<-- [end:batch_norm]


# --8<-- [start:dropout]
def dropout(random, signal, drop):
    """Set each number to 0 with probability `drop`; enlarge the others to make up."""
    if not 0 <= drop < 1:
        raise ValueError(f"drop is {drop}; give a probability from 0 to below 1")
    return signal * (random.random(signal.shape) >= drop) / (1 - drop)


# --8<-- [end:dropout]
