"""The picture of where a translator looked."""

# --8<-- [start:imports]
import matplotlib.pyplot as plt

# --8<-- [end:imports]


# --8<-- [start:draw_map]
def draw_map(text, answer, shares):
    """Draw shares (steps, places): a row a character written, a column one read."""
    size = 1.2 + 0.24 * len(text), 0.6 + 0.26 * len(answer)
    figure, axis = plt.subplots(figsize=size, layout="constrained")
    axis.imshow(shares[: len(answer), : len(text)], "Purples", vmin=0, vmax=1)
    axis.set_xticks(range(len(text)), text)
    axis.set_yticks(range(len(answer)), answer)
    axis.xaxis.tick_top()
    axis.tick_params(length=0)
    axis.spines[:].set(color="0.75", linewidth=0.5)
    return figure


# --8<-- [end:draw_map]
