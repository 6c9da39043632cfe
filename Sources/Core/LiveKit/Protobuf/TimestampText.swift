/// RFC 3339 in UTC, with 0, 3, 6 or 9 digits after the point.
package func timestampText(_ time: Duration) -> String {
    let (whole, attoseconds) = time.components
    let isBefore = attoseconds < 0
    let seconds = whole - (isBefore ? 1 : 0)
    let nanos = attoseconds / 1_000_000_000 + (isBefore ? 1_000_000_000 : 0)
    let days = floorDivision(seconds, 86_400)
    let second = seconds - days * 86_400
    let (year, month, day) = civilDate(days)
    let clock = [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(clock)\(decimalFraction(nanos))Z"
}

/// RFC 3339 with any offset; nil when the text is no time.
package func timestampValue(_ text: String) -> Duration? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[4] == 0x2d, bytes[7] == 0x2d, bytes[10] | 0x20 == 0x74, bytes[13] == 0x3a,
        bytes[16] == 0x3a, let year = digits(bytes[0..<4]), let month = digits(bytes[5..<7]),
        let day = digits(bytes[8..<10]), let hour = digits(bytes[11..<13]), let minute = digits(bytes[14..<16]),
        let second = digits(bytes[17..<19])
    else { return nil }
    let days = dayNumber(year, month, day)
    guard year > 0, (1...12).contains(month), civilDate(days) == (year, month, day), hour < 24, minute < 60, second < 60
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
    case let n where n % 1_000_000 == 0: "." + padded(n / 1_000_000, 3)
    case let n where n % 1000 == 0: "." + padded(n / 1000, 6)
    default: "." + padded(nanos, 9)
    }
}

private func padded(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}

private func floorDivision(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : (a - b + 1) / b }

/// The date of a day counted from 1970-01-01 in the Gregorian calendar. Years begin in March here, so that the leap day is
/// the last of its year.
private func civilDate(_ days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = floorDivision(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}

/// The inverse of `civilDate`; month and day may be out of range.
private func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = floorDivision(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}
