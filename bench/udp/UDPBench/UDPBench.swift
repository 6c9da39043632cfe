import Core
import Glibc
import IO

/// The UDP echo of echo.c on the product's own loop and sockets.
///
/// usage: UDPBench SECONDS     prints "port N" at once, "packets N cpu_ns N" at the end
@main
struct UDPBench {
    static func main() throws {
        let seconds = CommandLine.arguments.dropFirst().first.flatMap(Double.init) ?? 3
        let loop = try EventLoop()
        let socket = try UDPSocket(bind: SocketAddress(.loopback, 0), receiveBuffer: 8 << 20)
        let echo = Echo(loop, until: SystemClock.now() + .seconds(seconds))
        print("port \(socket.localAddress.port)")
        fflush(nil)  // The load waits for the line.
        try socket.attach(to: loop, batch: DatagramBatch(slotSize: 2048), echo)
        loop.add(deadlines: echo)
        let begin = SystemClock.processCPU()
        loop.run()
        print("packets \(echo.packets) cpu_ns \((SystemClock.processCPU() - begin).nanoseconds)")
    }
}

private final class Echo: DatagramReceiver, DeadlineOwner {
    let deadline: Instant?
    var packets = 0
    private let loop: EventLoop

    init(_ loop: EventLoop, until end: Instant) { (self.loop, deadline) = (loop, end) }

    func receive(_ batch: DatagramBatch, on socket: UDPSocket, at now: Instant) {
        for index in 0..<batch.count {
            batch.withMutableBytes(index) { $0[0] ^= 1 }
            batch.withBytes(index) { _ = socket.queue($0, to: batch.source(index)) }
        }
        packets += batch.count
    }

    func wake(at now: Instant) { loop.stop() }
}
