"""Makes digits.jsonl.gz: two weeks of log events of a real classifier whose camera gets worse.

Every prediction is real: the classifier looks at each image as the camera of that moment takes it.
Only the traffic and the camera's degradation are set by hand.
"""

import argparse
import gzip
import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from sklearn.datasets import load_digits
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Event = tuple[int, str]

SEED = 2026
CUT_OFF = 0.95
MINUTE, HOUR = 60_000, 3_600_000
START, DRIFT_BEGINS, DRIFT_FULL, CAMERA_REPLACED, END = (
    int(datetime.fromisoformat(time).timestamp()) * 1000
    for time in (
        "2026-03-02T00:00Z",
        "2026-03-09T00:00Z",
        "2026-03-10T06:00Z",
        "2026-03-12T13:40Z",
        "2026-03-16T00:00Z",
    )
)
FULL_SEVERITY = 0.5
NIGHT_PER_HOUR, PEAK_PER_HOUR = 60, 600
COLD_START_CHANCE = 0.25


class Predictions(NamedTuple):
    """What the classifier answers, image by image: the digit and its probability, as logged."""

    labels: Ints
    probabilities: Floats

    def valid(self) -> NDArray[np.bool_]:
        """Whether each logged probability reaches the cut-off."""
        return self.probabilities >= CUT_OFF


def train(images: Floats, digits: Ints) -> Pipeline:
    """Fits an RBF-kernel logistic regression, so closely that every processor rounds it alike."""
    kernel = Nystroem(gamma=0.11, n_components=600, random_state=SEED)
    classifier = LogisticRegression(C=10_000, solver="newton-cg", max_iter=500, tol=1e-11)
    return make_pipeline(kernel, classifier).fit(images, digits)


def predict(model: Pipeline, images: Floats) -> Predictions:
    """The classifier's most probable digit for each image."""
    all_digits = model.predict_proba(images)
    labels = model.classes_[all_digits.argmax(axis=1)]
    return Predictions(labels, all_digits.max(axis=1).round(3))


def severity(times: Ints) -> Floats:
    """How bad the camera is: 0, then growing evenly while it drifts, 0 again once replaced."""
    grown = np.interp(times, [DRIFT_BEGINS, DRIFT_FULL], [0.0, FULL_SEVERITY])
    return np.where(times < CAMERA_REPLACED, grown, 0.0)


def degrade(images: Floats, severities: Floats, rng: np.random.Generator) -> Floats:
    """The images as a bad camera takes them: blurred, with less contrast, and noisy."""
    sharp, s = images.reshape(-1, 8, 8), severities.reshape(-1, 1, 1)
    blurred: Floats = (1 - s) * sharp + s * gaussian_filter(sharp, sigma=(0, 1, 1))
    noisy = (1 - 0.35 * s) * blurred + 0.12 * s * rng.standard_normal(sharp.shape)
    return noisy.clip(0, 1).reshape(-1, 64)


def arrivals(rng: np.random.Generator) -> Ints:
    """When predictions are asked for: Poisson per minute, a quiet night, the peak at 13:00 UTC."""
    minutes = np.arange(START, END, MINUTE)
    hour_of_day = (minutes - START) / HOUR % 24
    daylight = np.where(hour_of_day < 20, np.sin(np.pi * (hour_of_day - 6) / 14).clip(0), 0)
    counts = rng.poisson((NIGHT_PER_HOUR + (PEAK_PER_HOUR - NIGHT_PER_HOUR) * daylight) / 60)
    return np.sort(np.repeat(minutes, counts) + rng.integers(0, MINUTE, counts.sum()))


def replay(model: Pipeline, images: Floats, times: Ints, rng: np.random.Generator) -> Predictions:
    """At each time, the classifier's answer to a random image as the camera takes it then."""
    parts: list[Predictions] = []
    for batch in np.array_split(times, 28):
        seen = images[rng.integers(0, len(images), len(batch))]
        parts.append(predict(model, degrade(seen, severity(batch), rng)))
    return Predictions(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def cold_start(time: int, rng: np.random.Generator) -> Iterator[Event]:
    """Lambda's own lines around a prediction made by a newly started execution environment."""
    request = uuid.UUID(bytes=rng.bytes(16), version=4)
    start_up, duration = rng.uniform(1_500, 2_400), rng.uniform(20, 60)
    began, ended = time + 2 - int(duration), time + 2
    runtime = f"python:3.13.v50\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:{'0' * 64}"
    yield began - int(start_up), f"INIT_START Runtime Version: {runtime}\n"
    yield began, f"START RequestId: {request} Version: $LATEST\n"
    yield ended, f"END RequestId: {request}\n"
    report = (
        f"REPORT RequestId: {request}\tDuration: {duration:.2f} ms\t"
        f"Billed Duration: {int(duration + start_up) + 1} ms\tMemory Size: 512 MB\t"
        f"Max Memory Used: {rng.integers(190, 215)} MB\tInit Duration: {start_up:.2f} ms\t\n"
    )
    yield ended, report


def log_events(times: Ints, found: Predictions, rng: np.random.Generator) -> list[Event]:
    """All log events in order of time: a line per prediction, and some cold starts' lines."""
    events: list[Event] = []
    for time, label, probability, valid in zip(times, *found, found.valid(), strict=True):
        fields = {"prediction_valid": bool(valid), "label": int(label)}
        events.append((int(time), json.dumps(fields | {"probability": float(probability)})))
    first_of_hour = times[np.unique(times // HOUR, return_index=True)[1]]
    for time in first_of_hour[rng.random(len(first_of_hour)) < COLD_START_CHANCE]:
        events.extend(cold_start(int(time), rng))
    return sorted((e for e in events if START <= e[0] < END), key=lambda event: event[0])


def write(events: list[Event], out: Path) -> str:
    """Writes one JSON line per event, packed; returns the SHA-256 of the unpacked lines."""
    lines = (json.dumps({"timestamp": time, "message": text}) + "\n" for time, text in events)
    unpacked = "".join(lines).encode()
    with out.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(unpacked)
    return hashlib.sha256(unpacked).hexdigest()


def alarm_changes(valid: Ints, total: Ints, threshold: float) -> list[str]:
    """When an alarm changes state that fires if 3 of 5 hours are at or below the threshold."""
    breaching = (total > 0) & (100 * valid <= threshold * total)
    in_alarm = np.convolve(breaching, np.ones(5, dtype=int))[: len(breaching)] >= 3
    changes = np.flatnonzero(np.diff(in_alarm, prepend=False))
    ends = [datetime.fromtimestamp((START + (hour + 1) * HOUR) / 1000, UTC) for hour in changes]
    states = ("ALARM" if in_alarm[hour] else "OK" for hour in changes)
    return [f"{state} {end:%m-%d %H:%M}" for state, end in zip(states, ends, strict=True)]


def print_summary(times: Ints, found: Predictions) -> None:
    """Prints each day's and each hour's rate, and what an alarm would have done."""
    hours, length = (times - START) // HOUR, (END - START) // HOUR
    valid = np.bincount(hours[found.valid()], minlength=length)
    total = np.bincount(hours, minlength=length)
    starts = range(START // 1000, END // 1000, 24 * 3600)
    names = [f"{datetime.fromtimestamp(start, UTC):%a %d %b}" for start in starts]
    days = list(zip(names, valid.reshape(-1, 24), total.reshape(-1, 24), strict=True))
    print("\nday         predictions  valid  rate  lowest hour  fewest in an hour")
    for name, v, t in days:
        daily = f"{t.sum():11d}  {v.sum():5d}  {100 * v.sum() / t.sum():4.1f}"
        print(f"{name}  {daily}  {(100 * v / t).min():11.1f}  {t.min():17d}")
    print("\nrate by hour" + "".join(f"{hour:4d}" for hour in range(24)))
    for name, v, t in days:
        print(f"{name}  " + "".join(f"{rate:4.0f}" for rate in 100 * v / t))
    print("\nalarm on 3 of 5 hours at or below the threshold")
    for threshold in (80, 85, 88, 89, 90, 91, 92, 93):
        print(f"{threshold}: {', '.join(alarm_changes(valid, total, threshold))}")


def main() -> None:
    """Trains the classifier, replays two weeks of traffic, writes the sample and its summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("digits.jsonl.gz"))
    out: Path = parser.parse_args().out
    images, digits = load_digits(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(
        images / 16, digits, test_size=0.4, random_state=SEED, stratify=digits
    )
    rng = np.random.default_rng(SEED)
    with threadpool_limits(1):
        model = train(train_x, train_y)
        test = predict(model, test_x)
        times = arrivals(rng)
        found = replay(model, test_x, times, rng)
    events = log_events(times, found, rng)
    digest = write(events, out)
    accuracy, rate = 100 * (test.labels == test_y).mean(), 100 * test.valid().mean()
    print(f"{len(test_y)} test images: accuracy {accuracy:.1f} %, rate {rate:.1f} %")
    print(f"{len(events)} log events, {len(times)} predictions; {out.stat().st_size} bytes packed")
    print(f"SHA-256 of the unpacked lines: {digest}")
    print_summary(times, found)


if __name__ == "__main__":
    main()
