"""The game from scratch: its value, its optimum, and a toy that can be drawn."""

# --8<-- [start:imports]
import numpy as np

# --8<-- [end:imports]


# --8<-- [start:density]
def normal_density(x, mean, deviation):
    """Return the density of a normal distribution at each of the points x."""
    return np.exp(-(((x - mean) / deviation) ** 2) / 2) / (
        deviation * np.sqrt(2 * np.pi)
    )


# --8<-- [end:density]


# --8<-- [start:best_discriminator]
def best_discriminator(real, fake):
    """Return D*(x) from both densities at x; where neither puts anything, it is 1/2."""
    total = real + fake
    return np.divide(real, total, out=np.full_like(total, 0.5), where=total > 0)


# --8<-- [end:best_discriminator]


# --8<-- [start:value]
def value(real, fake, answers, step):
    """Return V(D, G): the densities and the answers D(x) stand on a grid of this step.

    Raises ValueError where an answer is no probability.
    """
    if not ((answers >= 0) & (answers <= 1)).all():
        place = int(np.argmax(~((answers >= 0) & (answers <= 1))))
        raise ValueError(
            f"answer {place} is {answers[place]}; a discriminator answers with "
            "probabilities, so pass its scores through a sigmoid first"
        )
    safe = np.clip(answers, 1e-300, 1), np.clip(1 - answers, 1e-300, 1)  # 0 log 0 = 0
    return step * np.sum(real * np.log(safe[0]) + fake * np.log(safe[1]))


# --8<-- [end:value]


# --8<-- [start:toy_score]
def toy_score(weights, x):
    """Return the toy discriminator's score of each point: a + b x + c x^2."""
    return weights[0] + weights[1] * x + weights[2] * x**2


def sigmoid(scores):
    return 1 / (1 + np.exp(-scores))


# --8<-- [end:toy_score]


# --8<-- [start:toy_gradients]
def discriminator_gradient(weights, real, fake):
    """Return the gradient (3,) of -mean log D(real) - mean log(1 - D(fake))."""
    wrong_real = sigmoid(toy_score(weights, real)) - 1  # the slope of -log D
    wrong_fake = sigmoid(toy_score(weights, fake))  # the slope of -log(1 - D)
    return sum(
        np.stack([wrong, wrong * x, wrong * x**2], axis=1).mean(axis=0)
        for wrong, x in ((wrong_real, real), (wrong_fake, fake))
    )


def generator_gradient(weights, mean, deviation, noise):
    """Return the gradient (2,) of -mean log D(mean + deviation * noise)."""
    fake = mean + deviation * noise
    blame = sigmoid(toy_score(weights, fake)) - 1
    slope = blame * (weights[1] + 2 * weights[2] * fake)  # with respect to each fake
    return np.array([slope.mean(), (slope * noise).mean()])


# --8<-- [end:toy_gradients]


# --8<-- [start:play_toy]
def play_toy(rounds, seed, rate=0.1, batch=256, damping=0.0):
    """Play the toy; return the generator's mean and deviation by round, (rounds, 2).

    The data are normal with mean 1 and deviation 0.5; the generator starts with mean
    -1 and deviation 1. Damping pulls the discriminator's weights towards 0.
    """
    random = np.random.default_rng(seed)
    weights, generator, history = np.zeros(3), np.array([-1.0, 1.0]), []
    for _ in range(rounds):
        real = 1 + 0.5 * random.standard_normal(batch)
        noise = random.standard_normal(batch)
        fake = generator[0] + generator[1] * noise
        slope = discriminator_gradient(weights, real, fake) + damping * weights
        weights = weights - rate * slope
        generator = generator - rate * generator_gradient(weights, *generator, noise)
        history.append(generator)
    return np.array(history)


# --8<-- [end:play_toy]
