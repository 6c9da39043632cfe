/// Writes the text format 0.0.4 of Prometheus: families with HELP and TYPE, samples with labels.
package struct PrometheusWriter: Sendable {
    /// The media type of what is written.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The kinds of families.
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    /// A label and its value.
    package typealias Label = (name: String, value: String)

    package private(set) var bytes: [UInt8] = []
    private let constant: [Label]
    private var family = ""

    /// - Parameter constant: labels that every sample gets, after its own.
    package init(constant: [Label] = []) { self.constant = constant }

    /// Begins a family; its samples follow.
    package mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        family = name
        put("# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n")
    }

    /// A sample of the family.
    package mutating func sample(_ value: Int, _ labels: Label...) { put(family, labels, "\(value)") }

    package mutating func sample(_ value: Double, _ labels: Label...) { put(family, labels, Self.text(value)) }

    /// The samples of a histogram: its buckets, each with all that is below, the sum and the count.
    package mutating func histogram(_ histogram: Histogram, _ labels: Label...) {
        var count = 0
        for (bound, inBucket) in zip(histogram.bounds.values, histogram.counts) {
            count += inBucket
            put(family + "_bucket", labels + [("le", Self.text(bound))], "\(count)")
        }
        put(family + "_bucket", labels + [("le", "+Inf")], "\(histogram.count)")
        put(family + "_sum", labels, Self.text(histogram.sum))
        put(family + "_count", labels, "\(histogram.count)")
    }

    private mutating func put(_ text: String) { bytes += text.utf8 }

    private mutating func put(_ name: String, _ labels: [Label], _ value: String) {
        put(name)
        let all = labels + constant
        for (index, label) in all.enumerated() {
            put("\(index == 0 ? "{" : ",")\(label.name)=\"\(Self.escaped(label.value, quotes: true))\"")
        }
        put("\(all.isEmpty ? "" : "}") \(value)\n")
    }

    /// A number as Prometheus reads it: whole ones without a fraction.
    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int(exactly: value), abs(whole) < 1 << 53 { return "\(whole)" }
        return "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x5c: out += [0x5c, 0x5c]
            case 0x0a: out += [0x5c, 0x6e]
            case 0x22 where quotes: out += [0x5c, 0x22]
            default: out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
