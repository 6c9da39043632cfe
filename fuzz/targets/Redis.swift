// with: Sources/IO/Stores/RedisReply.swift
import Core

/// What a Redis server sends, cut anywhere: no trap, the same replies however it is cut, and values that are read from them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRedis(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let whole = replies(bytes, step: max(bytes.count, 1))
    let cut = replies(bytes, step: 3)
    precondition(whole.replies == cut.replies && whole.isMalformed == cut.isMalformed, "the cuts do not matter")
    for reply in whole.replies {
        for entry in reply.entries ?? [] {
            _ = try? StoredBytes.inboundTrunk(entry.id.text, entry.value)
            _ = try? StoredBytes.dispatchRule(entry.id.text, entry.value)
        }
    }
    return 0
}

private func replies(_ bytes: [UInt8], step: Int) -> (replies: [RedisReply], isMalformed: Bool) {
    var reader = RedisReplyReader()
    var replies: [RedisReply] = []
    for start in stride(from: 0, to: bytes.count, by: step) {
        let part = Array(bytes[start..<min(start + step, bytes.count)])
        do throws(RedisReplyReader.Malformed) { try reader.feed(part.span, into: &replies) } catch {
            return (replies, true)
        }
    }
    return (replies, false)
}
