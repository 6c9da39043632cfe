/// The fixed-length date of HTTP (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
package enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The text for a wall clock in seconds since 1970 UTC, which was a Thursday.
    package static func text(_ seconds: Int64) -> String {
        let utc = Array(LogFormat.utc((seconds, 0)).utf8)  // 1994-11-06T08:49:37.000Z
        guard utc.count == 24, seconds >= 0 else { return "Thu, 01 Jan 1970 00:00:00 GMT" }
        let month = Int(utc[5] &- 0x30) * 10 + Int(utc[6] &- 0x30)
        let weekday = days[Int(seconds / 86_400 % 7)]
        return "\(weekday), \(utc[8..<10].text) \(months[month - 1]) \(utc[0..<4].text) \(utc[11..<19].text) GMT"
    }
}
