"""Early stopping: training that ends where the validation loss was least."""

import numpy as np


# --8<-- [start:train_watched]
def train_watched(train_epoch, validate, keep, epochs, patience):
    """Train until the validation loss had no new minimum for `patience` epochs.

    Return the validation losses, and what keep() returned in the best epoch.
    """
    losses, best = [], None
    for _ in range(epochs):
        train_epoch()
        losses.append(validate())
        if losses[-1] <= min(losses):
            best = keep()
        if len(losses) - 1 - np.argmin(losses) >= patience:
            break
    return losses, best


# --8<-- [end:train_watched]
