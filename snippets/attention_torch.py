"""The lesson on attention in PyTorch, from top to bottom."""

import numpy as np
import torch
from torch import nn

from lessons.attention.numpy import attend, multi_head
from lessons.attention.plots import draw_map, plt
from lessons.attention.reading import aligned, exact_by_length
from lessons.attention.torch import Translator, train, translate
from lessons.dates import ISO, TEXT, to_numbers, to_texts
from lessons.torch import choose_device, count_parameters, set_seed
from snippets.attention_numpy import answers, pairs, texts

# --8<-- [start:tensors]
device = choose_device()
read, written = zip(*pairs)
inputs = torch.from_numpy(to_numbers(read, TEXT)).to(device)  # (12000, longest)
targets = torch.from_numpy(to_numbers(written, ISO)).to(device)  # (12000, 10)
tests = torch.from_numpy(to_numbers(texts, TEXT)).to(device)  # (1000, longest)
print(tuple(targets.shape))
# --8<-- [end:tensors]

# --8<-- [start:without]
set_seed(0)
plain = Translator(len(TEXT), len(ISO), attention=False).to(device)
losses = list(train(plain, inputs, targets, epochs=2))
numbers, _ = translate(plain, tests, steps=11)
right = [said == wanted for said, wanted in zip(to_texts(numbers, ISO), answers)]
print(f"{count_parameters(plain):,} parameters, loss {losses[-1]:.2f}")
print(f"exactly right: {np.mean(right):.0%}")
# --8<-- [end:without]

# --8<-- [start:ours]
random = np.random.default_rng(0)
queries, keys, values = random.normal(size=(3, 2, 5, 8))  # (batch, places, features)
found, _ = attend(queries, keys, values)
arrays = [torch.from_numpy(array) for array in (queries, keys, values)]
theirs = nn.functional.scaled_dot_product_attention(*arrays).numpy()
print(found.shape, np.allclose(found, theirs, atol=1e-5))
# --8<-- [end:ours]

# --8<-- [start:with]
set_seed(0)
translator = Translator(len(TEXT), len(ISO), attention=True).to(device)
losses = list(train(translator, inputs, targets, epochs=2))
numbers, shares = translate(translator, tests, steps=11)
said = to_texts(numbers, ISO)
right = [one == wanted for one, wanted in zip(said, answers)]
print(f"{count_parameters(translator):,} parameters, loss {losses[-1]:.2f}")
print(f"exactly right: {np.mean(right):.0%}")
# --8<-- [end:with]

# --8<-- [start:lengths]
for name, share in zip(("short", "middling", "long"), exact_by_length(texts, right)):
    print(f"{name}: {share:.0%}")
# --8<-- [end:lengths]

# --8<-- [start:map]
place = max(range(len(texts)), key=lambda n: (right[n], len(texts[n])))
print(texts[place], "becomes", said[place])
draw_map(texts[place], said[place], shares[place])
plt.show()
# --8<-- [end:map]

# --8<-- [start:aligned]
for part, share in aligned(texts, shares).items():
    print(f"{part}: {share:.0%} of the looks")
# --8<-- [end:aligned]

# --8<-- [start:heads]
layer = nn.MultiheadAttention(8, num_heads=2, batch_first=True).double()
nn.init.normal_(layer.in_proj_bias)  # or it would be 0, and prove little
matrices, biases = layer.in_proj_weight.chunk(3), layer.in_proj_bias.chunk(3)
weights = [
    (matrix.T.detach().numpy(), bias.detach().numpy())
    for matrix, bias in (
        *zip(matrices, biases),
        (layer.out_proj.weight, layer.out_proj.bias),
    )
]
ours, shares = multi_head(queries, keys, values, weights, heads=2)
theirs, theirs_shares = layer(*arrays, average_attn_weights=False)
print(ours.shape, np.allclose(ours, theirs.detach().numpy(), atol=1e-5))
print(shares.shape, np.allclose(shares, theirs_shares.detach().numpy(), atol=1e-5))
print(count_parameters(layer), "parameters")
# --8<-- [end:heads]
