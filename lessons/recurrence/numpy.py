"""Recurrent cells from scratch, plain, LSTM and GRU, and blame going back in time."""

# --8<-- [start:imports]
import numpy as np

# --8<-- [end:imports]


# --8<-- [start:rnn]
def rnn_step(x, hidden, W, U, b):
    """One step of a plain cell: x (batch, inputs), hidden and result (batch, units)."""
    return (np.tanh(x @ W + hidden @ U + b),)


# --8<-- [end:rnn]


# --8<-- [start:unroll]
def unroll(step, inputs, states, weights):
    """Feed a sequence (time, batch, inputs) to a cell; return its state each time.

    `states` holds what the cell starts from, (batch, units) each; the result is (time,
    batch, units). Raises ValueError for a sequence without steps, or shapes that do not
    fit.
    """
    W, U = weights[:2]
    if len(inputs) == 0:
        raise ValueError(f"inputs {inputs.shape} have no steps; give at least one")
    if inputs.shape[2:] != W.shape[:1] or states[0].shape[1:] != U.shape[:1]:
        shapes = f"inputs {inputs.shape} and a state {states[0].shape}"
        raise ValueError(
            f"{shapes} do not fit weights {W.shape} and {U.shape}; "
            f"the last axes should be {W.shape[0]} and {U.shape[0]}"
        )
    hidden = []
    for x in inputs:
        states = step(x, *states, *weights)
        hidden.append(states[0])
    return np.array(hidden)


# --8<-- [end:unroll]


# --8<-- [start:rnn_backward]
def rnn_backward(inputs, hidden, start, gradient, W, U):
    """Send the gradient of a plain cell's last state, (batch, units), back in time.

    Returns the gradients of the inputs, of W, U and b, and of the state each time.
    """
    before = [start, *hidden[:-1]]
    to_inputs, to_hidden = np.empty(inputs.shape), np.empty(hidden.shape)
    to_W, to_U, to_b = np.zeros_like(W), np.zeros_like(U), np.zeros(len(U))
    for t in reversed(range(len(inputs))):
        to_hidden[t] = gradient
        blame = gradient * (1 - hidden[t] ** 2)  # through tanh
        to_inputs[t] = blame @ W.T
        to_W += inputs[t].T @ blame  # the same weights in every step: their blames add
        to_U += before[t].T @ blame
        to_b += blame.sum(axis=0)
        gradient = blame @ U.T  # one step back in time
    return to_inputs, to_W, to_U, to_b, to_hidden


# --8<-- [end:rnn_backward]


# --8<-- [start:orthogonal]
def orthogonal(units, random):
    """Return a random rotation or reflection (units, units): it keeps every length."""
    return np.linalg.qr(random.normal(size=(units, units)))[0]


# --8<-- [end:orthogonal]


# --8<-- [start:lstm]
def sigmoid(z):
    """Squash to between 0 and 1; written with tanh, which does not overflow."""
    return (1 + np.tanh(z / 2)) / 2


def lstm_step(x, hidden, cell, W, U, b):
    """One step of an LSTM; returns the new hidden state and cell, (batch, units) each.

    W is (inputs, 4 units), U (units, 4 units), b (4 units): for the input gate, the
    forget gate, the candidate and the output gate, in this order.
    """
    i, f, g, o = np.split(x @ W + hidden @ U + b, 4, axis=1)
    cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(cell), cell


# --8<-- [end:lstm]


# --8<-- [start:gru]
def gru_step(x, hidden, W, U, b, c, reset_after=True):
    """One step of a GRU; W and U hold the update gate, the reset gate, the candidate.

    b is added to the input's share and c to the state's. With reset_after=False the
    state is reset before it is weighed, as in the paper.
    """
    units = len(U)
    z, r, n = np.split(x @ W + b, 3, axis=1)
    z_state, r_state, n_state = np.split(hidden @ U + c, 3, axis=1)
    z, r = sigmoid(z + z_state), sigmoid(r + r_state)
    if not reset_after:
        n_state = (r * hidden) @ U[:, 2 * units :] + c[2 * units :]
    else:
        n_state = r * n_state
    return (z * hidden + (1 - z) * np.tanh(n + n_state),)


# --8<-- [end:gru]
