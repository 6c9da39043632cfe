internal import Core

/// How many samples a second a signal has. Not the RTP clock, which G.722 keeps at half of it (RFC 3551 §4.5.2).
package struct SampleRate: Hashable, Sendable {
    package var hertz: Int

    package init(hertz: Int) { self.hertz = hertz }

    /// 8000 Hz: what telephones speak and what a phone leg is mixed at.
    package static let narrowband = SampleRate(hertz: 8000)

    /// The samples in `duration`, rounded down.
    package func samples(in duration: Duration) -> SampleCount {
        SampleCount(Int(duration.nanoseconds / 1000) * hertz / 1_000_000)
    }

    /// How long `count` samples last.
    package func duration(of count: SampleCount) -> Duration {
        .nanoseconds(Int64(count.rawValue) * 1_000_000_000 / Int64(max(hertz, 1)))
    }
}

/// A number of samples of one channel.
package struct SampleCount: Hashable, Comparable, Sendable {
    package var rawValue: Int

    package init(_ rawValue: Int) { self.rawValue = rawValue }

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The unit of the media tick: 20 ms of mono sound at 8000 Hz, 160 samples.
package enum Frame {
    package static let sampleCount = 160
    package static let duration = Duration.milliseconds(20)
    package static let rate = SampleRate.narrowband
}

extension Instant {
    /// The instant in units of the 8000 Hz clock, rounded down: what timestamps and arrivals are compared in.
    var units: Int { Int(nanoseconds / 125_000) }
}
