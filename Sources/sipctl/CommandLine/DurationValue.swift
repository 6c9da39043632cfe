extension Duration: ArgumentValue {
    static var kind: ValueKind { .duration }

    private static let advice = "write 500ms, 5s, 2m, 1h or 1m30s"

    /// A length of time such as `5s`, `1.5s` or `1m30s`: every number has a unit, from the longest to the shortest.
    init(argument: String) throws(ValueProblem) {
        var rest = Substring(argument)
        var total = Duration.zero
        var finestUnit = Int64.max
        guard !rest.isEmpty else { throw ValueProblem("is not a length of time: \(Self.advice)") }
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            guard !number.isEmpty, let unit = Self.unit(name) else {
                throw ValueProblem(
                    name.isEmpty && !number.isEmpty && rest.isEmpty
                        ? "has no unit: \(Self.advice)" : "is not a length of time: \(Self.advice)")
            }
            guard unit < finestUnit, let part = Self.nanoseconds(number, unit) else {
                throw ValueProblem("is not a length of time: \(Self.advice)")
            }
            finestUnit = unit
            total += .nanoseconds(part)
        }
        self = total
    }

    private static func unit(_ name: Substring) -> Int64? {
        switch name {
        case "ms": 1_000_000
        case "s": 1_000_000_000
        case "m", "min": 60_000_000_000
        case "h": 3_600_000_000_000
        case "d": 86_400_000_000_000
        default: nil
        }
    }

    // At most a hundred years, so that sums and deadlines cannot overflow.
    private static func nanoseconds(_ number: Substring, _ unit: Int64) -> Int64? {
        guard number.first != ".", number.last != ".", let value = Double(String(number)) else { return nil }
        let result = (value * Double(unit)).rounded()
        return result <= 3.2e18 ? Int64(result) : nil
    }
}
