"""From AlexNet to EfficientNet: architectures, and why depth needs a shortcut."""
