/// Why a session description cannot be read, and where.
package struct SDPError: Error, Hashable, Sendable {
    /// What is wrong, in the terms of RFC 8866.
    package enum Reason: String, Hashable, Sendable {
        case tooLong = "the description is longer than 65536 bytes"
        case tooManyLines = "the description has more than 2048 lines"
        case tooManyMedia = "the description has more than 32 m-lines"
        case tooManyFormats = "an m-line has more than 256 formats"
        case missingVersion = "the description does not begin with v="
        case unsupportedVersion = "the version is not 0"
        case repeatedLine = "a line that may occur once occurs again"
        case malformedOrigin = "o= does not have the fields name, id, version, network, address type, address"
        case malformedConnection = "c= does not have the fields network, address type, address"
        case malformedBandwidth = "b= is not type:number"
        case malformedTime = "t= is not two numbers"
        case malformedMedia = "m= does not have the fields media, port, protocol, formats"
        case portOutOfRange = "the port of an m-line is not a number up to 65535"
    }

    package var reason: Reason
    /// The line the fault is on; the first is 1.
    package var line: Int
    /// The byte of the description at which that line begins.
    package var offset: Int

    package init(_ reason: Reason, line: Int, offset: Int) {
        (self.reason, self.line, self.offset) = (reason, line, offset)
    }

    /// One sentence for a person.
    package var sentence: String { "\(reason.rawValue) (line \(line), byte \(offset))" }
}
