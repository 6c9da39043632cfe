import Testing

@testable import Core

@Suite("Lobby")
struct LobbyTests {
    private let anna = CallKey(worker: 0, number: 1)
    private let bert = CallKey(worker: 1, number: 1)
    private let carl = CallKey(worker: 0, number: 2)

    @Test("a caller alone waits; two that wait for one room are company for each other")
    func twoWait() {
        var lobby = Lobby()
        #expect(lobby.enter("r", anna, waits: true) == [])
        #expect(lobby.enter("other", carl, waits: true) == [])
        #expect(lobby.waiting == [carl, anna])
        #expect(lobby.enter("r", bert, waits: true) == [anna, bert])
        #expect(lobby.waiting == [carl])
    }

    @Test("a caller who comes where somebody is does not wait, and nobody is named twice")
    func accompanied() {
        var lobby = Lobby()
        #expect(lobby.enter("r", anna, waits: false) == [])
        #expect(lobby.enter("r", bert, waits: true) == [bert])
        #expect(lobby.enter("r", carl, waits: true) == [carl])
        #expect(lobby.waiting == [])
    }

    @Test("who has left is no company, and is not named any more")
    func left() {
        var lobby = Lobby()
        _ = lobby.enter("r", anna, waits: true)
        lobby.leave(anna)
        #expect(lobby.enter("r", bert, waits: true) == [])
        #expect(lobby.waiting == [bert])
        lobby.leave(bert)
        lobby.leave(bert)
        #expect(lobby.waiting == [])
    }

    @Test("a call that comes to another room has left the first")
    func moved() {
        var lobby = Lobby()
        _ = lobby.enter("r", anna, waits: false)
        _ = lobby.enter("s", anna, waits: false)
        #expect(lobby.enter("r", bert, waits: true) == [])
    }
}
