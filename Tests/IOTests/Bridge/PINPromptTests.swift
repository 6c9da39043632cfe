import Core
import Media
import Testing

@testable import IO

@Suite("A bridge that asks for a PIN")
struct PINPromptTests {
    @Test("a prompt that is stopped by a digit was not played to its end")
    func stopsInSilence() throws {
        let store = try MemoryStore(BridgeRig.table(pin: "1234"))
        let rig = try BridgeRig(store, records: store)
        defer { rig.stop() }
        var program = LegProgram()
        program.digits = try DTMFSequence("12")
        try rig.call(program)
        var heard = ""
        try rig.next(rig.told) { event -> Bool? in
            switch event {
            case .digit(_, let digit, _): heard += "\(digit)"
            case .promptPlayed: heard += " played "
            default: break
            }
            return heard.hasSuffix("2") ? true : nil
        }
        #expect(heard == "12")
    }
}
