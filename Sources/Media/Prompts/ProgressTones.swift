/// The call-progress tones of a country (ITU-T E.180 supplement 2): what a caller there expects to hear.
package struct ProgressTones: Hashable, Sendable {
    /// The other end is ringing.
    package var ringback: Tone
    package var busy: Tone
    /// The exchange waits for a number.
    package var dial: Tone

    /// What ETSI TR 101 041-2 recommends, and most of the world has.
    package static let europe = ProgressTones(ringback: .ringbackEurope, busy: .busyEurope, dial: .dialEurope)

    package static let northAmerica = ProgressTones(
        ringback: .ringbackAmerica, busy: .busyAmerica, dial: .dialAmerica)

    /// Those of an ISO 3166-1 alpha-2 code in either case; nil for a country that is not in the table.
    package init?(country: String) {
        guard let found = Self.table[country.uppercased()] else { return nil }
        self = found
    }

    private init(ringback: Tone, busy: Tone, dial: Tone) {
        (self.ringback, self.busy, self.dial) = (ringback, busy, dial)
    }

    /// Frequencies in hertz, cadences in milliseconds.
    private init(_ ringback: [Double], _ ringing: [Int], busy: [Double], _ busying: [Int], dial: [Double]) {
        self.init(
            ringback: Tone(ringback, cadence: ringing.map { .milliseconds($0) }),
            busy: Tone(busy, cadence: busying.map { .milliseconds($0) }), dial: Tone(dial))
    }

    /// 425 Hz for all three.
    private init(_ ringing: [Int], busying: [Int] = [500, 500]) {
        self.init([425], ringing, busy: [425], busying, dial: [425])
    }

    private static let double = [400, 200, 400, 2000]

    /// A tone that another modulates stands here as its two side bands: they beat as it does. Interrupted dial tones are continuous.
    private static let table: [String: ProgressTones] = [
        "AT": .init([420], [1000, 5000], busy: [420], [400, 400], dial: [420]),
        "AU": .init([413, 438], double, busy: [425], [375, 375], dial: [413, 438]),
        "BE": .init([1000, 3000]),
        "BG": europe,
        "BR": .init([1000, 4000], busying: [250, 250]),
        "CA": northAmerica,
        "CH": europe,
        "CL": .init([400], [1000, 3000], busy: [400], [500, 500], dial: [400]),
        "CN": .init([450], [1000, 4000], busy: [450], [350, 350], dial: [450]),
        "CZ": .init([1000, 4000], busying: [330, 330]),
        "DE": .init([1000, 4000], busying: [480, 480]),
        "DK": europe,
        "EE": .init([1000, 4000], busying: [300, 300]),
        "ES": .init([1500, 3000], busying: [200, 200]),
        "FI": .init([1000, 4000], busying: [300, 300]),
        "FR": .init([440], [1500, 3500], busy: [440], [500, 500], dial: [440]),
        "GB": .init([400, 450], double, busy: [400], [375, 375], dial: [350, 440]),
        "GR": .init([1000, 4000], busying: [300, 300]),
        "HU": .init([1250, 3750], busying: [300, 300]),
        "ID": europe,
        "IL": .init([414], [1000, 3000], busy: [414], [500, 500], dial: [414]),
        "IN": .init([375, 425], double, busy: [400], [750, 750], dial: [375, 425]),
        "IT": europe,
        "JP": .init([385, 415], [1000, 2000], busy: [400], [500, 500], dial: [400]),
        "LT": .init([1000, 4000], busying: [350, 350]),
        "MX": .init([1000, 4000], busying: [250, 250]),
        "MY": .init(double),
        "NL": europe,
        "NO": europe,
        "NZ": .init([400, 450], double, busy: [400], [500, 500], dial: [400]),
        "PH": .init([425, 480], [1000, 4000], busy: [480, 620], [500, 500], dial: [425]),
        "PL": europe,
        "PT": .init([1000, 5000]),
        "RU": .init([1000, 4000], busying: [350, 350]),
        "SE": .init([1000, 5000], busying: [250, 250]),
        "SG": .init([401, 449], double, busy: [425], [750, 750], dial: [425]),
        "TH": .init([420], [1000, 5000], busy: [400], [500, 500], dial: [400]),
        "TW": .init([440, 480], [1000, 2000], busy: [480, 620], [500, 500], dial: [350, 440]),
        "US": northAmerica,
        "VE": europe,
        "ZA": .init([367, 433], double, busy: [400], [500, 500], dial: [367, 433]),
    ]
}
