/// Lengths of time as Go writes them: `15s`, `1m30s`, `-1s`, `1.5h`, `0` (Go time.ParseDuration).
package enum DurationText {
    /// The most that is read, in either direction: a hundred years, so that sums cannot overflow.
    package static let limit = Duration.seconds(3_155_760_000)

    /// Reads the text; nil when it is no length of time. Only zero needs no unit; units may come in any order.
    package static func parse(_ text: String) -> Duration? {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        if rest.elementsEqual([UInt8(ascii: "0")]) { return .zero }
        guard !rest.isEmpty else { return nil }
        var total = Duration.zero
        while !rest.isEmpty {
            let number = rest.prefix { $0.isIn(.digit) || $0 == UInt8(ascii: ".") }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { !$0.isIn(.digit) && $0 != UInt8(ascii: ".") }
            rest = rest.dropFirst(name.count)
            guard let unit = unit(name.text), let value = amount(number) else { return nil }
            let nanoseconds = (value * unit).rounded()
            guard nanoseconds <= 3.2e18 else { return nil }
            total += .nanoseconds(Int64(nanoseconds))
            guard total <= limit else { return nil }
        }
        return isNegative ? .zero - total : total
    }

    /// The text in whole units, the largest first: `1m30s`, `250ms`, `0s`.
    package static func format(_ duration: Duration) -> String {
        guard duration != .zero else { return "0s" }
        let (seconds, attoseconds) = duration.components
        if duration < .zero { return "-" + format(.zero - duration) }
        var text = ""
        if seconds >= 3600 { text += "\(seconds / 3600)h" }
        if seconds / 60 % 60 > 0 { text += "\(seconds / 60 % 60)m" }
        if seconds % 60 > 0 { text += "\(seconds % 60)s" }
        let nanoseconds = attoseconds / 1_000_000_000
        for (size, name) in [(Int64(1_000_000), "ms"), (1000, "us"), (1, "ns")] where nanoseconds / size % 1000 > 0 {
            text += "\(nanoseconds / size % 1000)\(name)"
        }
        return text
    }

    private static func unit(_ name: String) -> Double? {
        switch name {
        case "ns": 1
        case "us", "µs", "μs": 1e3
        case "ms": 1e6
        case "s": 1e9
        case "m": 60e9
        case "h": 3600e9
        default: nil
        }
    }

    private static func amount(_ digits: ArraySlice<UInt8>) -> Double? {
        guard digits.contains(where: { $0.isIn(.digit) }), digits.count <= 30 else { return nil }
        let text = digits.text
        return Double(text.hasPrefix(".") ? "0" + text : text.hasSuffix(".") ? text + "0" : text)
    }
}
