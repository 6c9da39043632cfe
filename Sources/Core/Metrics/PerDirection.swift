/// One value for inbound and one for outbound calls.
package struct PerDirection<Value: Sendable>: Sendable {
    package var inbound: Value
    package var outbound: Value

    package init(_ value: Value) { (inbound, outbound) = (value, value) }

    package subscript(_ direction: CallDirection) -> Value {
        get { direction == .inbound ? inbound : outbound }
        _modify {
            switch direction {
            case .inbound: yield &inbound
            case .outbound: yield &outbound
            }
        }
    }

    /// Both with their labels, in the order of writing.
    var labelled: [(label: String, value: Value)] { [("in", inbound), ("out", outbound)] }
}

extension PerDirection<Int> {
    mutating func merge(_ other: Self) {
        inbound += other.inbound
        outbound += other.outbound
    }
}

extension PerDirection<Histogram> {
    mutating func merge(_ other: Self) {
        inbound.merge(other.inbound)
        outbound.merge(other.outbound)
    }
}

extension CallDirection {
    /// The value of the label `dir`.
    var metricLabel: String { self == .inbound ? "in" : "out" }
}
