import Core
import Media
import Testing

@testable import IO

@Suite("MediaDriver: recordings of live calls")
struct LiveRecordingTests {
    let rig: DriverRig
    let folder = ScratchFolder()

    init() throws { rig = try DriverRig() }

    private func statistics(_ call: DriverRig.Call) -> LegStatistics? {
        rig.drivers[Int(call.key.worker)].statistics(of: call.key, at: rig.now)
    }

    /// Frames in a file, once the file thread has written them.
    private func frames(_ name: String) -> Int {
        #expect(rig.faults() == [])
        return (FileText.bytes(folder.file(name)).count - 44) / 320
    }

    @Test("starts and stops; the file has the frames between")
    func startsAndStops() throws {
        let call = try rig.call(on: 0, LegProgram(.echo), speaks: 700)
        rig.run(10)
        #expect(statistics(call)?.isRecording == false && statistics(call)?.recordingPath == nil)
        rig.order(.record(path: folder.file("a.wav")), on: call)
        rig.run(40)
        #expect(statistics(call)?.isRecording == true && statistics(call)?.recordingPath == folder.file("a.wav"))
        rig.order(.stopRecording, on: call)
        rig.run(10)
        #expect(statistics(call)?.isRecording == false && statistics(call)?.recordingPath == folder.file("a.wav"))
        #expect(frames("a.wav") == 40)
    }

    @Test("another file ends the one before; the same file goes on; another program changes neither")
    func otherFile() throws {
        let call = try rig.open(on: 0, LegProgram(.echo), speaks: 700)
        rig.order(.record(path: folder.file("a.wav")), on: call)
        rig.configure(call)
        rig.answer(call)
        rig.run(10)
        rig.order(.record(path: folder.file("a.wav")), on: call)
        rig.run(10)
        rig.order(.change(LegProgram(.silence)), on: call)
        rig.run(10)
        rig.order(.record(path: folder.file("b.wav")), on: call)
        rig.run(10)
        rig.order(.change(LegProgram(.silence) { $0.recording = folder.file("c.wav") }), on: call)
        rig.run(10)
        rig.hangUp(call)
        #expect(["a.wav", "b.wav", "c.wav"].map { frames($0) } == [30, 10, 10])
    }

    @Test("a file that cannot be written is a fault, and the call is not recorded")
    func fault() throws {
        let call = try rig.call(on: 0, LegProgram(.echo), speaks: 700)
        rig.order(.record(path: folder.file("none/a.wav")), on: call)
        rig.run(2)
        let path = folder.file("none/a.wav")
        #expect(rig.faults() == ["cannot record to \(path): no such file or directory"])
        #expect(statistics(call)?.isRecording == false)
        rig.order(.record(path: folder.file("b.wav")), on: call)
        rig.run(5)
        rig.hangUp(call)
        #expect(frames("b.wav") == 5)
    }
}
