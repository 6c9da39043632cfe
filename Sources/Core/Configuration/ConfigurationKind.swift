/// A kind of value: how it is read from a file, how it is shown, and what documents call it.
struct ConfigurationKind<Value: Hashable & Sendable>: Sendable {
    /// What the value must be, in words that follow "must be": `a port`.
    let name: String
    /// What else is asked of it, in words that follow "out of range:"; empty for nothing.
    let range: String
    let read: @Sendable (ConfigurationNode) throws(ConfigurationFault) -> Value
    let show: @Sendable (Value) -> ConfigurationValue

    init(
        _ name: String, range: String = "",
        read: @escaping @Sendable (ConfigurationNode) throws(ConfigurationFault) -> Value,
        show: @escaping @Sendable (Value) -> ConfigurationValue
    ) {
        (self.name, self.range, self.read, self.show) = (name, range, read, show)
    }

    /// A kind that is written as one word or text.
    init(
        scalar name: String, range: String = "", parse: @escaping @Sendable (String) -> Value?,
        inRange: @escaping @Sendable (Value) -> Bool = { _ in true },
        show: @escaping @Sendable (Value) -> ConfigurationValue
    ) {
        self.init(
            name, range: range,
            read: { node throws(ConfigurationFault) in
                let text = try node.scalar(name)
                guard let value = parse(text) else {
                    throw ConfigurationFault(.malformed(text: text, expected: name), at: node.position)
                }
                guard inRange(value) else {
                    throw ConfigurationFault(.outOfRange(text: text, range: range), at: node.position)
                }
                return value
            }, show: show)
    }
}

extension ConfigurationNode {
    fileprivate func scalar(_ expected: String) throws(ConfigurationFault) -> String {
        guard case .scalar(let text, _) = content else {
            throw ConfigurationFault(.wrongShape(expected: expected, found: kindName), at: position)
        }
        return text
    }
}

extension ConfigurationKind {
    /// The same kind for a field that may be unset.
    var optional: ConfigurationKind<Value?> {
        ConfigurationKind<Value?>(
            name, range: range, read: { [read] node throws(ConfigurationFault) in try read(node) },
            show: { [show] value in value.map(show) ?? .none })
    }

    /// A list of such values. One value without brackets is not a list: that is what goes wrong most often.
    func list(_ name: String) -> ConfigurationKind<[Value]> {
        ConfigurationKind<[Value]>(
            name, range: range,
            read: { [read] node throws(ConfigurationFault) in
                guard case .list(let nodes) = node.content else {
                    throw ConfigurationFault(.wrongShape(expected: name, found: node.kindName), at: node.position)
                }
                var values: [Value] = []
                for node in nodes { values.append(try read(node)) }
                return values
            }, show: { [show] values in .list(values.map(show)) })
    }
}

extension ConfigurationKind<Bool> {
    // The words of YAML 1.1, which Go's reader takes for a bool too.
    static let flag = Self(
        scalar: "true or false",
        parse: { text in
            switch text.lowercased() {
            case "true", "yes", "on", "y": true
            case "false", "no", "off", "n": false
            default: nil
            }
        }, show: { .bool($0) })
}

extension ConfigurationKind<Int> {
    static func count(_ range: ClosedRange<Int>) -> Self {
        Self(
            scalar: "a whole number", range: "\(range.lowerBound) to \(range.upperBound)", parse: { Int($0) },
            inRange: { range.contains($0) }, show: { .integer($0) })
    }
}

extension ConfigurationKind<Double> {
    static func fraction(_ range: ClosedRange<Double>) -> Self {
        Self(
            scalar: "a number",
            range: "\(ConfigurationValue.real(range.lowerBound)) to \(ConfigurationValue.real(range.upperBound))",
            parse: { Double($0).flatMap { $0.isFinite ? $0 : nil } }, inRange: { range.contains($0) },
            show: { .real($0) })
    }
}

extension ConfigurationKind<UInt16> {
    static let port = port(off: false)
    /// A port, or 0 for none.
    static let portOrOff = port(off: true)

    private static func port(off: Bool) -> Self {
        let lowest = off ? 0 : 1
        return Self(
            name(off), range: "\(lowest) to 65535",
            read: { node throws(ConfigurationFault) in
                let value = try ConfigurationKind<Int>(
                    scalar: name(off), range: "\(lowest) to 65535", parse: { Int($0) },
                    inRange: { (lowest...65_535).contains($0) }, show: { .integer($0) }
                ).read(node)
                return UInt16(truncatingIfNeeded: value)
            }, show: { .integer(Int($0)) })
    }

    private static func name(_ off: Bool) -> String { off ? "a port, or 0 for none" : "a port" }
}

extension ConfigurationKind<ClosedRange<UInt16>> {
    /// `10000-20000`, or one port.
    static let ports = Self(
        scalar: "a range of ports such as 10000-20000", range: "1 to 65535, the lower port first",
        parse: { text in
            let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
                .map { UInt16($0.drop { $0 == " " }.prefix { $0 != " " }) }
            guard let first = parts[0], first > 0 else { return nil }
            guard parts.count == 2 else { return first...first }
            guard let last = parts[1], first <= last else { return nil }
            return first...last
        }, show: { .text($0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)") })
}

extension ConfigurationKind<Duration> {
    static func duration(_ range: ClosedRange<Duration>) -> Self {
        Self(
            scalar: "a length of time such as 15s or 1m30s",
            range: "\(DurationText.format(range.lowerBound)) to \(DurationText.format(range.upperBound))",
            parse: { DurationText.parse($0) }, inRange: { range.contains($0) },
            show: { .text(DurationText.format($0)) })
    }

    /// A number of milliseconds without a unit, as Redis keys have it, or a length of time.
    static let milliseconds = Self(
        scalar: "a number of milliseconds", range: "1 to 600000",
        parse: { text in Int64(text).map { .milliseconds(min(max($0, 0), 1 << 40)) } ?? DurationText.parse(text) },
        inRange: { (.milliseconds(1) ... .seconds(600)).contains($0) }, show: { .integer(Int($0.milliseconds)) })
}

extension ConfigurationKind<Duration?> {
    /// A length of time; a negative one switches off, zero is the default (livekit/sip pkg/config).
    static func switchable(_ fallback: Duration) -> Self {
        Self(
            scalar: "a length of time such as 30s; negative for none", parse: { DurationText.parse($0).map { $0 } },
            show: { $0.map { .text(DurationText.format($0)) } ?? .text("off") }
        ).map { value in
            guard let value, value != .zero else { return fallback }
            return value < .zero ? nil : value
        }
    }

    private func map(_ change: @escaping @Sendable (Duration?) -> Duration?) -> Self {
        Self(
            name, range: range, read: { [read] node throws(ConfigurationFault) in change(try read(node)) }, show: show)
    }
}
