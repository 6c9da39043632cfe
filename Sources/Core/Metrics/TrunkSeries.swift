/// What is counted for the calls of one trunk in one direction.
package struct TrunkSeries: Sendable {
    package let direction: CallDirection
    /// Nil for all that have no series of their own.
    package let trunk: TrunkID?

    package var accepted = 0
    package var errors = Tally<MetricReason>()
    /// Calls now.
    package var active = 0
    package var terminated = Tally<Termination>()
    /// RTP packets by payload type.
    package var packets = Tally<Packet>()

    /// How and why calls ended.
    package struct Termination: Hashable, Sendable {
        package let result: MetricResult
        package let reason: MetricReason

        package init(_ result: MetricResult, _ reason: MetricReason) { (self.result, self.reason) = (result, reason) }
    }

    /// Packets of one payload type in one direction.
    package struct Packet: Hashable, Sendable {
        package let operation: MetricPacketDirection
        package let payloadType: UInt8

        package init(_ operation: MetricPacketDirection, _ payloadType: UInt8) {
            (self.operation, self.payloadType) = (operation, payloadType)
        }
    }

    init(_ direction: CallDirection, _ trunk: TrunkID?) { (self.direction, self.trunk) = (direction, trunk) }

    /// The value of the label `to`.
    var label: String { trunk?.description ?? "other" }

    mutating func merge(_ other: Self) {
        accepted += other.accepted
        errors.merge(other.errors)
        active += other.active
        terminated.merge(other.terminated)
        packets.merge(other.packets)
    }
}

/// The series of all trunks of a worker. Their number is bounded: a trunk beyond it shares the series `other` of its direction, and
/// keeps to that, so that no counter ever goes back.
///
/// livekit/sip puts the host of the peer's To header into the label `to`, which lets peers make series without end. Here it is the
/// trunk's id, which only the operator makes.
package struct TrunkSeriesTable: Sendable {
    /// Which series a call belongs to: found once, when its trunk is known.
    package struct Slot: Hashable, Sendable {
        fileprivate let index: Int
    }

    /// Series with a name, both directions together.
    package static let defaultLimit = 200

    package private(set) var series = [TrunkSeries(.inbound, nil), TrunkSeries(.outbound, nil)]
    private var slots: [Key: Int] = [:]
    private let limit: Int

    private static let reserved = TrunkID("other")

    private struct Key: Hashable, Sendable {
        let direction: CallDirection
        let trunk: TrunkID
    }

    package init(limit: Int = defaultLimit) { self.limit = limit }

    /// The series of a trunk, or that of all others when there are too many or `trunk` is nil.
    package mutating func slot(_ direction: CallDirection, _ trunk: TrunkID?) -> Slot {
        let other = Slot(index: direction == .inbound ? 0 : 1)
        // A trunk may be called by the name of the series of all others.
        guard let trunk, trunk != Self.reserved else { return other }
        let key = Key(direction: direction, trunk: trunk)
        if let index = slots[key] { return Slot(index: index) }
        guard slots.count < limit else { return other }
        slots[key] = series.count
        series.append(TrunkSeries(direction, trunk))
        return Slot(index: series.count - 1)
    }

    package subscript(_ slot: Slot) -> TrunkSeries {
        get { series[slot.index] }
        _modify { yield &series[slot.index] }
    }

    /// Adds another worker's. The bound is each worker's own: the sum has at most the workers' number times as many.
    mutating func merge(_ other: Self) {
        for one in other.series {
            if let index = series.firstIndex(where: { $0.direction == one.direction && $0.trunk == one.trunk }) {
                series[index].merge(one)
            } else {
                series.append(one)
            }
        }
    }

    /// In the order of writing: by direction, then id, then `other`.
    var sorted: [TrunkSeries] {
        series.sorted { a, b in
            if a.direction != b.direction { return a.direction == .inbound }
            guard let one = a.trunk else { return false }
            guard let two = b.trunk else { return true }
            return one < two
        }
    }
}
