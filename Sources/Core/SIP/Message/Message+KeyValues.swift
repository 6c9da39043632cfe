extension Message {
    /// Reads every key value (Via, From, To, CSeq, Call-ID, Contact, Route, Record-Route) and returns their number. Adds what
    /// was read to the sum, so that no compiler leaves the reading out. For benchmarks: it is here because a call across
    /// modules for each value would be measured instead of the reading.
    package func keyValues(checksum: inout Int) -> Int {
        var count = 0
        var cursor = ValueCursor()
        for header in headers {
            switch header.name {
            case .via:
                while let via = nextVia(&cursor, of: header) {
                    checksum &+= via.branch.end
                    count &+= 1
                }
            case .contact, .route, .recordRoute:
                while let address = nextAddress(&cursor, of: header) {
                    checksum &+= address.uri.host.extent.end
                    count &+= 1
                }
            case .from where contents.key.fromParts.isPresent:
                checksum &+= contents.key.fromParts.tag.end
                count &+= 1
            case .to where contents.key.toParts.isPresent:
                checksum &+= contents.key.toParts.tag.end
                count &+= 1
            case .cseq where contents.key.cseq != nil:
                checksum &+= Int(contents.key.cseq?.number ?? 0)
                count &+= 1
            case .callID:
                checksum &+= contents.key.callID.end
                count &+= 1
            default: break
            }
        }
        return count
    }
}
