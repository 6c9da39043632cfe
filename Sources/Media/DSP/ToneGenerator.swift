internal import Glibc

/// A call-progress tone: one or more frequencies and when they sound (ITU-T E.180).
package struct Tone: Hashable, Sendable {
    /// Hertz, each below 4000; they sound together.
    package var frequencies: [Double]
    /// Of each frequency, in dBov: 0 is a full-scale square wave.
    package var level: Int
    /// Sound and silence in turn, over and over; empty for a tone without end.
    package var cadence: [Duration]

    package init(_ frequencies: [Double], level: Int = -16, cadence: [Duration] = []) {
        (self.frequencies, self.level, self.cadence) = (frequencies, level, cadence)
    }

    /// The European tones (ETSI TR 101 041-2).
    package static let dialEurope = Tone([425])
    package static let ringbackEurope = Tone([425], cadence: [.seconds(1), .seconds(4)])
    package static let busyEurope = Tone([425], cadence: [.milliseconds(500), .milliseconds(500)])

    /// The North American tones (ITU-T E.180 supplement 2).
    package static let dialAmerica = Tone([350, 440])
    package static let ringbackAmerica = Tone([440, 480], cadence: [.seconds(2), .seconds(4)])
    package static let busyAmerica = Tone([480, 620], cadence: [.milliseconds(500), .milliseconds(500)])

    /// The two frequencies of a digit (ITU-T Q.23).
    package static func dtmf(_ digit: DTMFDigit) -> Tone {
        let rows = [697.0, 770, 852, 941]
        let columns = [1209.0, 1336, 1477, 1633]
        let (row, column) =
            switch digit.event {
            case 0: (3, 1)
            case 10: (3, 0)
            case 11: (3, 2)
            case 12...15: (Int(digit.event) - 12, 3)
            default: ((Int(digit.event) - 1) / 3, (Int(digit.event) - 1) % 3)
            }
        return Tone([rows[row], columns[column]])
    }
}

/// Plays a tone at 8 kHz, in phase from frame to frame.
package struct ToneGenerator: Sendable {
    /// A sine by rotation of a vector: two multiplications and one addition a sample.
    private struct Oscillator: Sendable {
        let coefficient: Double
        let amplitude: Double
        var last: Double
        var beforeLast: Double

        init(_ frequency: Double, amplitude: Double) {
            let step = 2 * Double.pi * frequency / Double(Frame.rate.hertz)
            coefficient = 2 * cos(step)
            self.amplitude = amplitude
            last = -amplitude * sin(step)
            beforeLast = -amplitude * sin(2 * step)
        }

        mutating func next() -> Double {
            let now = coefficient * last - beforeLast
            (beforeLast, last) = (last, now)
            return now
        }
    }

    private var oscillators: [Oscillator]
    private let cadence: [Int]
    private var segment = 0
    /// Samples left of the segment.
    private var left: Int

    package init(_ tone: Tone) {
        // The RMS of a sine is 3.01 dB below that of a square wave of the same amplitude.
        let amplitude = min(32_767, 32_768 * pow(10, Double(tone.level) / 20) * 2.0.squareRoot())
        oscillators = tone.frequencies.map { Oscillator($0, amplitude: amplitude) }
        let segments = tone.cadence.map { Frame.rate.samples(in: $0).rawValue }
        // A cadence of nothing but zeros would never end a segment.
        cadence = segments.contains { $0 > 0 } ? segments : []
        left = cadence.first ?? 0
    }

    /// A continuous sine of `frequency` hertz; `level` is in dBov, and -10 is a usual test level.
    package init(frequency: Double, level: Int) { self.init(Tone([frequency], level: level)) }

    /// Fills a frame with what comes next.
    package mutating func fill(_ frame: inout MutableSpan<Int16>) {
        for index in frame.indices { frame[index] = isSounding() ? next() : 0 }
    }

    private mutating func next() -> Int16 {
        var sum = 0.0
        for index in oscillators.indices { sum += oscillators[index].next() }
        return Int16(max(-32_768, min(32_767, sum)))
    }

    /// Whether the next sample belongs to sound; moves the cadence on by it.
    private mutating func isSounding() -> Bool {
        guard !cadence.isEmpty else { return true }
        while left <= 0 {
            segment = segment + 1 == cadence.count ? 0 : segment + 1
            left = cadence[segment]
        }
        left -= 1
        return segment & 1 == 0
    }
}
