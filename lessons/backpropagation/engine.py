"""A small reverse-mode engine: arrays that remember how they were computed."""

# --8<-- [start:broadcasting]
import numpy as np


def array(x):
    """Return the numbers of a tensor, or of what NumPy can read, as float64."""
    return x.data if isinstance(x, Tensor) else np.asarray(x, dtype=np.float64)


def broadcast(operation, a, b):
    """Apply a function of two arrays entry by entry; ValueError names their shapes."""
    try:
        return operation(array(a), array(b))
    except ValueError:
        shapes = f"{operation.__name__}: {array(a).shape} and {array(b).shape}"
        advice = "from the right, two sizes must be equal, or one of them 1"
        raise ValueError(f"{shapes} do not broadcast; {advice}") from None


def unbroadcast(gradient, shape):
    """Sum a gradient over the axes along which an array of this shape was repeated."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    repeated = tuple(i for i, size in enumerate(shape) if size != gradient.shape[i])
    return gradient.sum(axis=repeated, keepdims=True)


# --8<-- [end:broadcasting]


# --8<-- [start:products]
def add(a, b):
    return Tensor(broadcast(np.add, a, b), [(a, lambda g: g), (b, lambda g: g)])


def multiply(a, b):
    x, y = array(a), array(b)
    return Tensor(
        broadcast(np.multiply, a, b), [(a, lambda g: g * y), (b, lambda g: g * x)]
    )


def matmul(a, b):
    """Multiply matrices (rows, inner) and (inner, columns)."""
    x, y = array(a), array(b)
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[0]:
        raise ValueError(f"matmul: {x.shape} and {y.shape} are no (n, k) and (k, m)")
    return Tensor(x @ y, [(a, lambda g: g @ y.T), (b, lambda g: x.T @ g)])


# --8<-- [end:products]


# --8<-- [start:functions]
def power(a, n):
    return Tensor(array(a) ** n, [(a, lambda g: g * n * array(a) ** (n - 1.0))])


def relu(a):
    return Tensor(np.maximum(array(a), 0), [(a, lambda g: g * (array(a) > 0))])


def exp(a):
    y = np.exp(array(a))
    return Tensor(y, [(a, lambda g: g * y)])


def log(a):
    return Tensor(np.log(array(a)), [(a, lambda g: g / array(a))])


def tanh(a):
    y = np.tanh(array(a))
    return Tensor(y, [(a, lambda g: g * (1 - y**2))])


def total(a, axis=None):
    """Sum along an axis, which stays with size 1, or over everything."""
    y = array(a).sum(axis=axis, keepdims=axis is not None)
    return Tensor(y, [(a, lambda g: np.broadcast_to(g, array(a).shape))])


def mean(a, axis=None):
    return total(a, axis) * (1 / np.size(array(a), axis))


# --8<-- [end:functions]


# --8<-- [start:cross_entropy]
def cross_entropy(scores, labels):
    """Return the mean cross-entropy of scores (batch, classes) and labels (batch,)."""
    x, labels = array(scores), np.asarray(labels)
    if x.ndim != 2 or labels.shape != x.shape[:1] or labels.dtype.kind not in "iu":
        found = f"{x.shape} scores and {labels.shape} labels, {labels.dtype}"
        raise ValueError(f"cross_entropy: {found}; give (n, k) and n whole numbers")
    for i in np.flatnonzero((labels < 0) | (labels >= x.shape[1])):
        found = f"label {labels[i]} at index {i}"
        raise ValueError(f"cross_entropy: {found} is not in 0 to {x.shape[1] - 1}")
    x = x - x.max(axis=1, keepdims=True)  # so that exp cannot overflow
    logarithms = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
    right = np.eye(x.shape[1])[labels]  # (batch, classes): a 1 at each label
    surplus = (np.exp(logarithms) - right) / len(x)
    return Tensor(
        -(right * logarithms).sum() / len(x), [(scores, lambda g: g * surplus)]
    )


# --8<-- [end:cross_entropy]


# --8<-- [start:tensor]
class Tensor:
    """Numbers, and for each tensor that they came from a function that passes blame on.

    Such a function turns the gradient of this tensor into one for its parent, in the
    shape of this one. Parents that are plain arrays are constants, and forgotten.
    """

    recording = True
    __array_ufunc__ = None  # array + tensor is then for this class to compute

    def __init__(self, data, parents=()):
        self.data, self.gradient = array(data), None
        parents = parents if Tensor.recording else ()
        self.parents = [pair for pair in parents if isinstance(pair[0], Tensor)]

    __add__ = __radd__ = add
    __mul__ = __rmul__ = multiply
    __matmul__, __pow__ = matmul, power

    def __rmatmul__(self, other):
        return matmul(other, self)

    def __sub__(self, other):
        return self + other * -1.0

    def backward(self):
        """Set the gradient of every tensor that this one number was computed from."""
        if self.data.size != 1:
            raise ValueError(
                f"backward: {self.data.shape} is no single loss; take a mean"
            )
        if not np.isfinite(self.data):
            raise FloatingPointError(f"backward: the loss is {self.data}")
        if not self.parents:
            raise RuntimeError(
                "backward: nothing was recorded on the way to this tensor"
            )
        tensors = ancestors(self)
        for tensor in tensors:
            tensor.gradient = np.zeros_like(tensor.data)
        self.gradient += 1.0
        for tensor in reversed(tensors):
            for parent, pull in tensor.parents:
                parent.gradient += unbroadcast(pull(tensor.gradient), parent.data.shape)


# --8<-- [end:tensor]


# --8<-- [start:ancestors]
def ancestors(tensor):
    """Return a tensor and all that it was computed from, each after its parents."""
    found, seen, stack = [], set(), [(tensor, False)]
    while stack:  # a loop, for Python's recursion ends after a thousand calls
        tensor, ready = stack.pop()
        if ready:
            found.append(tensor)
        elif id(tensor) not in seen:
            seen.add(id(tensor))
            stack.append((tensor, True))
            stack += [(parent, False) for parent, _ in tensor.parents]
    return found


# --8<-- [end:ancestors]
