"""What the tests measure in sound: level of a tone, strongest frequency, likeness of two recordings.

Samples are lists of floats, full scale 1.0. Levels are in dBFS of a sine's peak: a full-scale sine is 0 dB.
"""
import cmath
import math
import struct
import wave

RATE = 8000


def tone(frequency, seconds, level=-12.0, rate=RATE):
    """A sine of that frequency and level."""
    amplitude = 10 ** (level / 20)
    return [amplitude * math.sin(2 * math.pi * frequency * i / rate) for i in range(int(seconds * rate))]


def write_wav(path, samples, rate=RATE):
    """16-bit mono."""
    clamped = (max(-32768, min(32767, round(s * 32767))) for s in samples)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", s) for s in clamped))


def from_pcm(data):
    """Raw signed 16-bit little-endian samples."""
    return [s[0] / 32767 for s in struct.iter_unpack("<h", data[: len(data) // 2 * 2])]


def read_wav(path, channel=0):
    """(samples of one channel, rate). The length in the header may be wrong: a program that writes to a pipe cannot know it."""
    with open(path, "rb") as file:
        data = file.read()
    return parse_wav(data, channel)


def parse_wav(data, channel=0):
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError(f"no WAV file: begins with {data[:12]!r}")
    at, form, rate, channels, bits = 12, None, 0, 0, 0
    while at + 8 <= len(data):
        name, size = data[at:at + 4], struct.unpack("<I", data[at + 4:at + 8])[0]
        if name == b"fmt ":
            form, channels, rate, _, _, bits = struct.unpack("<HHIIHH", data[at + 8:at + 24])
        elif name == b"data":
            body = data[at + 8:at + 8 + size]
            break
        at += 8 + size + size % 2
    else:
        raise ValueError("a WAV file without a data chunk")
    if (form, bits) == (1, 16):
        return from_pcm(body)[channel::channels], rate
    raise ValueError(f"format {form} with {bits} bits is not read here")


def level(samples, frequency, rate=RATE):
    """The level of one frequency over all samples, in dB (Goertzel)."""
    if not samples:
        return -120.0
    # A Hann window keeps a strong neighbour out: its side lobes fall by 18 dB an octave.
    n = len(samples)
    turn = 2 * math.pi * frequency / rate
    coefficient, before, last = 2 * math.cos(turn), 0.0, 0.0
    step = 2 * math.pi / n
    for i, sample in enumerate(samples):
        value = sample * (0.5 - 0.5 * math.cos(step * i)) + coefficient * last - before
        before, last = last, value
    power = before * before + last * last - coefficient * before * last
    return 10 * math.log10(max(power, 1e-24) * 16 / (n * n))


def levels(samples, frequency, rate=RATE, seconds=0.25):
    """The level of one frequency in each window of that length."""
    size = int(seconds * rate)
    return [level(samples[i:i + size], frequency, rate) for i in range(0, len(samples) - size + 1, size)]


def sustained(samples, frequency, rate=RATE):
    """The level that half of the windows reach in which anything is heard: silence before and after does not count."""
    size = int(0.25 * rate)
    windows = [samples[i:i + size] for i in range(0, len(samples) - size + 1, size)]
    loud = [w for w in windows if rms(w) > -50]
    found = sorted(level(w, frequency, rate) for w in loud)
    return found[len(found) // 2] if found else -120.0


def rms(samples):
    """The power of all samples in dB; a full-scale sine is -3 dB."""
    if not samples:
        return -120.0
    return 10 * math.log10(max(sum(s * s for s in samples) / len(samples), 1e-12))


def strongest(samples, rate=RATE):
    """The strongest frequency in Hz, to about 1 Hz, over at most the loudest second."""
    size = min(len(samples), rate)
    start = max(range(0, len(samples) - size + 1, max(1, size // 4)), key=lambda i: rms(samples[i:i + size]))
    n = 1
    while n < size:
        n *= 2
    step = 2 * math.pi / size
    part = [s * (0.5 - 0.5 * math.cos(step * i)) for i, s in enumerate(samples[start:start + size])]
    spectrum = fft(part + [0.0] * (n - size))
    peak = max(range(1, n // 2), key=lambda i: abs(spectrum[i]))
    return peak * rate / n


def fft(values, inverse=False):
    """The discrete Fourier transform; the length is a power of two. The inverse is not scaled."""
    n = len(values)
    out = [complex(v) for v in values]
    j = 0
    for i in range(1, n):
        bit = n >> 1
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            out[i], out[j] = out[j], out[i]
    sign = 2j if inverse else -2j
    size = 2
    while size <= n:
        half = size // 2
        factors = [cmath.exp(sign * math.pi * k / size) for k in range(half)]
        for start in range(0, n, size):
            for k in range(half):
                a, b = out[start + k], out[start + k + half] * factors[k]
                out[start + k], out[start + k + half] = a + b, a - b
        size *= 2
    return out


def resample(samples, source, target, offset=0.0, taps=24):
    """Another rate, by a windowed sinc; `offset` shifts by a part of an output sample."""
    cut = min(1.0, target / source) * 0.95
    reach = taps / cut
    out = []
    for i in range(int(len(samples) * target / source)):
        centre = (i + offset) * source / target
        total = 0.0
        for k in range(max(0, math.ceil(centre - reach)), min(len(samples), math.floor(centre + reach) + 1)):
            x = k - centre
            window = 0.5 + 0.5 * math.cos(math.pi * x / reach)
            y = math.pi * x * cut
            total += samples[k] * window * cut * (math.sin(y) / y if abs(y) > 1e-9 else 1.0)
        out.append(total)
    return out


def likeness(reference, recording):
    """(normalised cross-correlation, lag in samples) where the reference fits the recording best; both at one rate.

    1.0 is the same sound at any volume; the lag is how much later the recording has it.
    """
    n = 1
    while n < len(reference) + len(recording):
        n *= 2
    a = fft(list(reference) + [0.0] * (n - len(reference)))
    b = fft(list(recording) + [0.0] * (n - len(recording)))
    product = fft([x.conjugate() * y for x, y in zip(a, b)], inverse=True)
    lag = max(range(n), key=lambda i: product[i].real)
    if lag >= n // 2:
        lag -= n
    pairs = [(reference[i], recording[i + lag]) for i in range(len(reference)) if 0 <= i + lag < len(recording)]
    dot = sum(x * y for x, y in pairs)
    # All of the reference counts, also what the recording lacks: half a sentence is not the sentence.
    energy = math.sqrt(sum(x * x for x in reference) * sum(y * y for _, y in pairs))
    return (dot / energy if energy else 0.0), lag


def trimmed(samples, threshold=-50.0, rate=RATE):
    """Without the silence before and after."""
    size = rate // 50
    loud = [i for i in range(0, len(samples), size) if rms(samples[i:i + size]) > threshold]
    return samples[loud[0]:loud[-1] + size] if loud else []
