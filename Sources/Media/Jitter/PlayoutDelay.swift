/// How long packets must wait so that nearly all of them are there in time, learned from their transit times.
///
/// All times are in units of the 8000 Hz clock. A transit time is the arrival less the timestamp; only differences mean
/// something, because the clocks have no common origin.
struct PlayoutDelay: Sendable {
    /// The delay that is wanted above the fastest transit.
    private(set) var target = Self.initial
    /// The fastest transit of the last seconds. It follows a drift of the clocks.
    private(set) var baseline = 0
    /// Packets measured since the last reset.
    private(set) var measured = 0

    private var lastTransit = 0
    private var lastArrival = 0
    /// The minimum of the window that is running, and of the one before.
    private var running = Int.max
    private var previous = Int.max
    private var windowEnd = 0
    /// Counts of packets by their delay above the baseline, in steps of 5 ms. Old counts fade.
    private var histogram = [UInt16](repeating: 0, count: Self.bins)
    private var total = 0

    /// 20 ms: one tick is the least that hides the phase between arrivals and ticks.
    static let minimum = 160
    /// 200 ms: beyond it a conversation suffers more from delay than from loss.
    static let maximum = 1600
    /// 40 ms, until enough packets are measured.
    static let initial = 320
    private static let bins = 48
    private static let binWidth = 40
    private static let windowLength = 4 * 8000
    /// Packets before the histogram is trusted to go below the initial delay.
    private static let trusted = 50
    /// 2 ms: arrivals that are closer belong to one burst.
    private static let together = 16
    /// A jump of the transit time by more than a second is a new time base, not jitter.
    private static let discontinuity = 8000

    init() {}

    /// Takes a packet's transit time in. True when it began a new time base, and everything before is forgotten.
    mutating func measure(timestamp: Int, arrival: Int) -> Bool {
        let transit = arrival &- timestamp
        let isJump = measured > 0 && (transit &- lastTransit).magnitude > UInt(Self.discontinuity)
        if isJump { self = PlayoutDelay(continuing: self) }
        let isNewBase = measured == 0
        lastTransit = transit
        measured &+= 1
        updateBaseline(transit, at: arrival, isNewBase: isNewBase)
        // Packets that arrive together were held up by the same thing: the first has waited longest, and it alone counts.
        if isNewBase || arrival &- lastArrival > Self.together { count(transit &- baseline) }
        lastArrival = arrival
        return isNewBase
    }

    /// The timestamp whose playout is due at `now`.
    func due(at now: Int) -> Int { now &- baseline &- target }

    /// Keeps what was learned about the jitter, but no transit times.
    private init(continuing other: PlayoutDelay) {
        target = other.target
        histogram = other.histogram
        total = other.total
    }

    private mutating func updateBaseline(_ transit: Int, at arrival: Int, isNewBase: Bool) {
        if isNewBase || arrival &- windowEnd > Self.windowLength {
            (previous, running) = (transit, transit)
            windowEnd = arrival &+ Self.windowLength
        } else if arrival >= windowEnd {
            (previous, running) = (running, transit)
            windowEnd = arrival &+ Self.windowLength
        }
        running = min(running, transit)
        baseline = min(previous, running)
    }

    private mutating func count(_ delay: Int) {
        let bin = min(max(delay / Self.binWidth, 0), Self.bins - 1)
        histogram[bin] += 1
        total += 1
        if total >= 512 { halve() }
        // The histogram moves slowly; a new spike should not wait.
        if total & 7 == 0 || delay > target { updateTarget() }
    }

    private mutating func halve() {
        total = 0
        for bin in 0..<Self.bins {
            histogram[bin] >>= 1
            total += Int(histogram[bin])
        }
    }

    private mutating func updateTarget() {
        // All but one in 64: at the usual 50 packets a second a listener forgives one late packet a second or so.
        var spare = total >> 6
        var bin = Self.bins - 1
        while bin > 0 {
            spare -= Int(histogram[bin])
            if spare < 0 { break }
            bin -= 1
        }
        let wanted = (bin + 1) * Self.binWidth
        let floor = measured < Self.trusted ? Self.initial : Self.minimum
        target = min(max(wanted, floor), Self.maximum)
    }
}
