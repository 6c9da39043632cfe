/// Appends the packets of a compound (RFC 3550 §6.1): a report first, then SDES with the CNAME, then perhaps BYE.
package enum RTCPWriter {
    /// A report: a sender's with `info`, a receiver's without.
    package static func report(
        _ sender: SSRC, _ info: SenderInfo?, _ block: ReportBlock?, to bytes: inout [UInt8]
    ) {
        let content = 4 + (info == nil ? 0 : SenderInfo.length) + (block == nil ? 0 : ReportBlock.length)
        header(info == nil ? 201 : 200, count: block == nil ? 0 : 1, content: content, to: &bytes)
        bytes.appendWord(sender.rawValue)
        info?.append(to: &bytes)
        block?.append(to: &bytes)
    }

    /// The one source description that everybody must send (§6.5.1). At most 255 bytes of the name are used.
    package static func cname(_ name: [UInt8], of source: SSRC, to bytes: inout [UInt8]) {
        let count = min(name.count, 255)
        // One to four zeros end the list of items and fill up the chunk (§6.5).
        let chunk = (4 + 2 + count + 4) & ~3
        header(202, count: 1, content: chunk, to: &bytes)
        bytes.appendWord(source.rawValue)
        bytes.append(1)
        bytes.append(UInt8(truncatingIfNeeded: count))
        for index in 0..<count { bytes.append(name[index]) }
        for _ in (6 + count)..<chunk { bytes.append(0) }
    }

    /// Says that a source is leaving (§6.6).
    package static func bye(_ source: SSRC, to bytes: inout [UInt8]) {
        header(203, count: 1, content: 4, to: &bytes)
        bytes.appendWord(source.rawValue)
    }

    private static func header(_ type: UInt8, count: UInt8, content: Int, to bytes: inout [UInt8]) {
        bytes.append(0x80 | count)
        bytes.append(type)
        bytes.appendHalf(UInt16(truncatingIfNeeded: content / 4))
    }
}
