internal import CHiredis
internal import Core

/// What a Redis server answers (RESP2).
enum RedisReply: Equatable {
    case status(String)
    /// The code in capitals comes first: `WRONGPASS invalid username-password pair`.
    case error(String)
    case integer(Int64)
    case bytes([UInt8])
    case null
    case array([RedisReply])

    /// The fields of a hash (HGETALL); nil for anything else.
    var entries: [RedisLayout.Entry]? {
        guard case .array(let items) = self, items.count.isMultiple(of: 2) else { return nil }
        var entries: [RedisLayout.Entry] = []
        entries.reserveCapacity(items.count / 2)
        for index in stride(from: 0, to: items.count, by: 2) {
            guard case (.bytes(let id), .bytes(let value)) = (items[index], items[index + 1]) else { return nil }
            entries.append(RedisLayout.Entry(id: id, value: value))
        }
        return entries
    }

    /// Copies a reply of the library.
    fileprivate init(_ reply: UnsafeMutablePointer<redisReply>) {
        switch unsafe reply.pointee.type {
        case REDIS_REPLY_STATUS: self = .status(unsafe Self.text(reply))
        case REDIS_REPLY_ERROR: self = .error(unsafe Self.text(reply))
        case REDIS_REPLY_INTEGER: self = .integer(unsafe reply.pointee.integer)
        case REDIS_REPLY_STRING: self = .bytes(unsafe Self.bytes(reply))
        case REDIS_REPLY_ARRAY:
            let count = unsafe reply.pointee.elements
            self = .array(
                (0..<count).map { index in
                    guard let element = unsafe reply.pointee.element[index] else { return .null }
                    return unsafe RedisReply(element)
                })
        default: self = .null
        }
    }

    private static func bytes(_ reply: UnsafeMutablePointer<redisReply>) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: reply.pointee.str, count: reply.pointee.len))
    }

    private static func text(_ reply: UnsafeMutablePointer<redisReply>) -> String {
        unsafe String(decoding: bytes(reply), as: UTF8.self)
    }
}

/// Makes replies of the bytes of a connection: hiredis' reader, which does no input of its own.
@safe
struct RedisReplyReader: ~Copyable {
    /// What came is not of the protocol.
    struct Malformed: Error { let detail: String }

    /// Bytes that one reply may have: far more than ten thousand trunks.
    static let limit = 1 << 28

    private let reader: UnsafeMutablePointer<redisReader>
    private var unfinished = 0

    init() {
        guard let reader = unsafe redisReaderCreate() else { preconditionFailure("memory for a reader is there") }
        unsafe self.reader = unsafe reader
    }

    deinit { unsafe redisReaderFree(reader) }

    /// Takes bytes in and appends the replies that are complete.
    mutating func feed(_ bytes: Span<UInt8>, into replies: inout [RedisReply]) throws(Malformed) {
        let code = unsafe bytes.withUnsafeBytes { bytes in
            unsafe redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        unfinished += bytes.count
        guard code == REDIS_OK else { throw unsafe Malformed(detail: Self.words(reader)) }
        guard unfinished <= Self.limit else { throw Malformed(detail: "a reply of more than \(Self.limit) bytes") }
        while true {
            var reply: UnsafeMutableRawPointer?
            guard unsafe redisReaderGetReply(reader, &reply) == REDIS_OK else {
                throw unsafe Malformed(detail: Self.words(reader))
            }
            guard let reply = unsafe reply else { return }
            unfinished = 0
            replies.append(unsafe RedisReply(reply.assumingMemoryBound(to: redisReply.self)))
            unsafe freeReplyObject(reply)
        }
    }

    private static func words(_ reader: UnsafeMutablePointer<redisReader>) -> String {
        unsafe withUnsafeBytes(of: reader.pointee.errstr) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

extension RedisCommand {
    /// The bytes to send, made by hiredis' formatter.
    var bytes: [UInt8] {
        // One buffer holds all arguments, so that one pointer serves all.
        let joined = arguments.flatMap(\.self)
        let lengths = arguments.map(\.count)
        var target: UnsafeMutablePointer<CChar>?
        let length = unsafe joined.withUnsafeBytes { joined in
            var offset = 0
            var pointers: [UnsafePointer<CChar>?] = unsafe []
            for length in lengths {
                unsafe pointers.append(
                    joined.baseAddress.map { unsafe ($0 + offset).assumingMemoryBound(to: CChar.self) })
                offset += length
            }
            return unsafe redisFormatCommandArgv(&target, Int32(lengths.count), &pointers, lengths)
        }
        guard let target = unsafe target, length > 0 else { preconditionFailure("memory for a command is there") }
        defer { unsafe redisFreeCommand(target) }
        return unsafe Array(UnsafeRawBufferPointer(start: target, count: Int(length)))
    }
}
