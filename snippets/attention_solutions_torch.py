"""Solutions to the exercises on attention in PyTorch."""

import torch

from lessons.attention.torch import translate
from lessons.dates import ISO, TEXT, to_numbers, to_texts
from snippets.attention_torch import device, translator

# --8<-- [start:dot]
twins = ["21 listopada 2026", "21. listopada 2026."]
numbers = torch.from_numpy(to_numbers(twins, TEXT)).to(device)
answers, shares = translate(translator, numbers, steps=11)
for text, said, share in zip(twins, to_texts(answers, ISO), shares):
    looked = "".join(text[place] for place in share[5:7, : len(text)].argmax(axis=1))
    print(f"{text} becomes {said}; for the month it looked at {looked!r}")
# --8<-- [end:dot]
