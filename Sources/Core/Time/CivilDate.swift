/// A date of the Gregorian calendar, also for the time before it was introduced.
///
/// Years begin in March here, so that the leap day is the last of its year.
struct CivilDate: Hashable, Sendable {
    var year: Int64
    /// From 1.
    var month: Int64
    /// From 1.
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) { (self.year, self.month, self.day) = (year, month, day) }

    /// The date of a day counted from 1970-01-01.
    init(dayNumber: Int64) {
        let shifted = dayNumber + 719_468
        let era = Self.floorDivision(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    }

    /// Counted from 1970-01-01. Month and day may be out of range.
    var dayNumber: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = Self.floorDivision(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The day of a time in seconds since 1970, and the second of that day.
    static func split(_ seconds: Int64) -> (date: CivilDate, second: Int64) {
        let days = floorDivision(seconds, 86_400)
        return (CivilDate(dayNumber: days), seconds - days * 86_400)
    }

    private static func floorDivision(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : (a - b + 1) / b }
}

extension CivilDate: CustomStringConvertible {
    /// `2026-01-31` (RFC 3339 §5.6, full-date).
    var description: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }

    /// Decimal digits, with zeros in front up to a width.
    static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
