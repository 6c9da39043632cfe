"""The measuring instruments measure."""
import io
import math
import random
import tempfile
import unittest
import wave

import audio


def mu_law(sample):
    """Through G.711 and back, as the phones do it: the noise that every measurement has to live with."""
    bias, clip = 0x84, 32635
    value = max(-32768, min(32767, round(sample * 32767)))
    sign, magnitude = (-1 if value < 0 else 1), min(abs(value), clip) + bias
    exponent = magnitude.bit_length() - 8
    step = (magnitude >> (exponent + 3)) & 0x0F
    return sign * (((((step << 3) + bias) << exponent)) - bias) / 32767


class Level(unittest.TestCase):
    def test_level_of_a_tone_is_what_was_played(self):
        for frequency, level in [(440, -12), (1000, -3), (1750.5, -30), (3100, -20)]:
            with self.subTest(frequency=frequency):
                samples = [mu_law(s) for s in audio.tone(frequency, 1.0, level)]
                self.assertAlmostEqual(audio.level(samples, frequency), level, delta=0.3)

    def test_other_tones_do_not_leak_into_it(self):
        samples = [a + b for a, b in zip(audio.tone(440, 1, -12), audio.tone(1100, 1, -12))]
        samples = [mu_law(s) for s in samples]
        self.assertLess(audio.level(samples, 700), -60)
        self.assertAlmostEqual(audio.level(samples, 440), -12, delta=0.5)

    def test_sustained_level_leaves_silence_out(self):
        samples = [0.0] * 12000 + audio.tone(700, 2, -12) + [0.0] * 6000
        self.assertAlmostEqual(audio.sustained(samples, 700), -12, delta=0.5)
        self.assertLess(audio.sustained(samples, 440), -60)
        self.assertEqual(audio.sustained([0.0] * 8000, 440), -120)

    def test_strongest_frequency(self):
        noise = random.Random(1)
        for frequency in (425, 697, 1633):
            samples = [0.0] * 4000 + [s + noise.uniform(-0.02, 0.02) for s in audio.tone(frequency, 1, -12)]
            self.assertAlmostEqual(audio.strongest(samples), frequency, delta=1.5)


class Likeness(unittest.TestCase):
    @staticmethod
    def voice(seconds, seed):
        """Noise with a pitch and pauses: nothing in it repeats."""
        source, last, out = random.Random(seed), 0.0, []
        for i in range(int(seconds * 8000)):
            last = 0.9 * last + source.uniform(-0.1, 0.1)
            out.append(last if (i // 1600) % 3 else 0.0)
        return out

    def test_same_sound_later_and_softer_is_found(self):
        voice = self.voice(1.5, 1)
        recording = [0.0] * 1234 + [0.4 * mu_law(s) for s in voice] + [0.0] * 700
        likeness, lag = audio.likeness(voice, recording)
        self.assertGreater(likeness, 0.99)
        self.assertEqual(lag, 1234)

    def test_another_sound_is_not_taken_for_it(self):
        self.assertLess(audio.likeness(self.voice(1.5, 1), self.voice(2, 2))[0], 0.3)

    def test_half_of_it_is_not_enough(self):
        voice = self.voice(1.5, 1)
        self.assertLess(audio.likeness(voice, voice[:6000])[0], 0.9)

    def test_one_lost_frame_costs_little_and_a_cut_costs_much(self):
        voice = self.voice(1.5, 3)
        lost = voice[:6000] + [0.0] * 160 + voice[6160:]
        self.assertGreater(audio.likeness(voice, lost)[0], 0.95)
        cut = voice[:6000] + voice[6080:]
        self.assertLess(audio.likeness(voice, cut)[0], 0.9)

    def test_resampling_keeps_the_tone(self):
        samples = audio.resample(audio.tone(500, 0.5, -12, 22050), 22050, 8000)
        self.assertEqual(len(samples), 4000)
        self.assertAlmostEqual(audio.level(samples[400:-400], 500), -12, delta=0.3)
        shifted = audio.resample(audio.tone(500, 0.5, -12, 22050), 22050, 8000, offset=0.5)
        expected = 10 ** (-12 / 20) * math.sin(2 * math.pi * 500 * 2000.5 / 8000)
        self.assertAlmostEqual(shifted[2000], expected, delta=0.005)


class WAV(unittest.TestCase):
    def test_what_is_written_is_read(self):
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            audio.write_wav(file.name, audio.tone(440, 0.1))
            samples, rate = audio.read_wav(file.name)
        self.assertEqual((len(samples), rate), (800, 8000))
        self.assertAlmostEqual(samples[5], audio.tone(440, 0.1)[5], delta=1e-4)

    def test_wrong_length_in_the_header_is_no_matter(self):
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setparams((1, 2, 22050, 0, "NONE", ""))
            file.writeframes(b"\x01\x00" * 100)
        data = bytearray(out.getvalue())
        data[40:44] = b"\xff\xff\xff\x7f"
        samples, rate = audio.parse_wav(bytes(data))
        self.assertEqual((len(samples), rate), (100, 22050))

    def test_what_is_no_wav_is_said(self):
        with self.assertRaises(ValueError):
            audio.parse_wav(b"not a wav file at all")


if __name__ == "__main__":
    unittest.main()
