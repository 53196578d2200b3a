"""A checkpoint: going on after a stop that nobody wanted, as if it had not been."""

# --8<-- [start:imports]
import json
import os
import zipfile

# --8<-- [end:imports]

# isort: split
import numpy as np

from lessons.training.numpy import train


# --8<-- [start:checkpoint]
class CheckpointError(RuntimeError):
    """A file is not a whole checkpoint of this training; it says what to do."""


def save_checkpoint(path, state, random, epoch):
    """Write the bytes of a state, a random generator and an epoch to a file.

    They go to another name first. The renaming is atomic, so a process that dies here
    leaves the old checkpoint or the new one, never half of one.
    """
    progress = {"epoch": epoch, "random": random.bit_generator.state}
    part = path.with_name(f"{path.name}.part")
    with open(part, "wb") as file:
        with zipfile.ZipFile(file, "w") as archive:  # which keeps checksums
            archive.writestr("state", state)
            archive.writestr("progress.json", json.dumps(progress))
        file.flush()
        os.fsync(file.fileno())  # on the disk before the name says so
    part.replace(path)


def load_checkpoint(path, random):
    """Return the state and the epoch of a checkpoint, and set the random generator.

    Raises CheckpointError where the file is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            state = archive.read("state")
            progress = json.loads(archive.read("progress.json"))
        random.bit_generator.state = progress["random"]
        return state, progress["epoch"]
    except Exception as error:  # a damaged file can fail in any layer that reads it
        advice = "delete it to start again, or put back an older one"
        problem = f"{path} is not a whole checkpoint ({error}); {advice}"
        raise CheckpointError(problem) from error


# --8<-- [end:checkpoint]


# --8<-- [start:train_resumably]
def train_resumably(path, step, pack, unpack, data, random, epochs):
    """Train to `epochs` in all, from the checkpoint if there is one; yield mean losses.

    data is (pixels, labels); pack() returns the state as bytes, unpack(bytes) sets it.
    """
    done = 0
    if path.exists():
        state, done = load_checkpoint(path, random)
        unpack(state)
    for epoch in range(done, epochs):
        losses = list(train(step, *data, random, epochs=1))
        save_checkpoint(path, pack(), random, epoch + 1)
        yield float(np.mean(losses))


# --8<-- [end:train_resumably]
