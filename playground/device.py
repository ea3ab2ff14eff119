"""Which device trains: CUDA when there is one, then the CPU, unless the user says otherwise."""

import os

import torch

VARIABLE = "GAN_PLAYGROUND_DEVICE"


def choose_device(wanted: str | None = None) -> torch.device:
    """The device named by `wanted`, else by the environment variable GAN_PLAYGROUND_DEVICE, else the best there is."""
    name = wanted or os.environ.get(VARIABLE) or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ValueError(f"device must be cpu, cuda or cuda:N, got {name!r}") from None
    if device.type not in ("cpu", "cuda"):
        raise ValueError(f"device must be cpu, cuda or cuda:N, got {name!r}")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ValueError(f"device {name} is not on this machine: it has {torch.cuda.device_count()} CUDA devices")
    return device


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def describe(device: torch.device) -> str:
    """The device as a person would name it."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
