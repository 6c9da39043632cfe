/// RFC 3339 in UTC, with 0, 3, 6 or 9 digits after the point.
package func timestampText(_ time: Duration) -> String {
    let (whole, attoseconds) = time.components
    let isBefore = attoseconds < 0
    let seconds = whole - (isBefore ? 1 : 0)
    let nanos = attoseconds / 1_000_000_000 + (isBefore ? 1_000_000_000 : 0)
    let (date, second) = CivilDate.split(seconds)
    let clock = [second / 3600, second / 60 % 60, second % 60].map { CivilDate.padded($0, 2) }.joined(separator: ":")
    return "\(date)T\(clock)\(decimalFraction(nanos))Z"
}

/// RFC 3339 with any offset; nil when the text is no time.
package func timestampValue(_ text: String) -> Duration? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == 0x2d, bytes[7] == 0x2d, bytes[10] | 0x20 == 0x74, bytes[13] == 0x3a,
        bytes[16] == 0x3a, let year = digits(bytes[0..<4]), let month = digits(bytes[5..<7]),
        let day = digits(bytes[8..<10]), let hour = digits(bytes[11..<13]), let minute = digits(bytes[14..<16]),
        let second = digits(bytes[17..<19])
    else { return nil }
    let date = CivilDate(year: year, month: month, day: day)
    let days = date.dayNumber
    guard year > 0, (1...12).contains(month), CivilDate(dayNumber: days) == date, hour < 24, minute < 60, second < 60
    else { return nil }
    var rest = bytes[19...]
    var nanos: Int64 = 0
    if rest.first == UInt8(ascii: ".") {
        let part = rest.dropFirst().prefix { $0.isIn(.digit) }
        guard (1...9).contains(part.count), let value = fractionNanoseconds(Substring(part.text)) else { return nil }
        (nanos, rest) = (value, rest.dropFirst(1 + part.count))
    }
    guard let offset = offsetSeconds(Array(rest)) else { return nil }
    return .seconds(days * 86_400 + hour * 3600 + minute * 60 + second - offset) + .nanoseconds(nanos)
}

/// The seconds that `Z` or `+02:00` stands for.
private func offsetSeconds(_ zone: [UInt8]) -> Int64? {
    if zone == [0x5a] || zone == [0x7a] { return 0 }
    guard zone.count == 6, zone[3] == 0x3a, zone[0] == 0x2b || zone[0] == 0x2d, let hours = digits(zone[1..<3]),
        let minutes = digits(zone[4..<6]), hours < 24, minutes < 60
    else { return nil }
    return (zone[0] == 0x2d ? -1 : 1) * (hours * 3600 + minutes * 60)
}

private func digits(_ bytes: ArraySlice<UInt8>) -> Int64? { bytes.decimalValue().map { Int64($0) } }

/// The value of at most `count` decimal digits.
func decimalDigits(_ text: Substring, atMost count: Int) -> Int64? {
    guard text.utf8.count <= count else { return nil }
    return text.utf8.decimalValue(atMost: UInt64(Int64.max)).map { Int64($0) }
}

/// The nanoseconds that digits after a decimal point are.
func fractionNanoseconds(_ text: Substring) -> Int64? {
    let filled = Array(text.utf8) + repeatElement(0x30, count: max(0, 9 - text.utf8.count))
    return filled.decimalValue().map { Int64($0) }
}

/// A point and 3, 6 or 9 digits; nothing when there are no nanoseconds.
func decimalFraction(_ nanos: Int64) -> String {
    switch nanos {
    case 0: ""
    case let n where n % 1_000_000 == 0: "." + CivilDate.padded(n / 1_000_000, 3)
    case let n where n % 1000 == 0: "." + CivilDate.padded(n / 1000, 6)
    default: "." + CivilDate.padded(nanos, 9)
    }
}
