internal import Core

extension DTMFSequence {
    /// The sequence as sound at 8 kHz: the two tones of each digit (ITU-T Q.23), and silence in the pauses.
    package var samples: [Int16] {
        var samples: [Int16] = []
        samples.reserveCapacity(Frame.rate.samples(in: duration).rawValue)
        for step in steps {
            switch step {
            case .digit(let digit):
                var tone = ToneGenerator(Tone.dtmf(digit))
                var sound = [Int16](repeating: 0, count: Frame.rate.samples(in: self.tone).rawValue)
                var frame = sound.mutableSpan
                tone.fill(&frame)
                samples += sound
                samples += repeatElement(0, count: Frame.rate.samples(in: gap).rawValue)
            case .pause(let pause): samples += repeatElement(0, count: Frame.rate.samples(in: pause).rawValue)
            }
        }
        return samples
    }
}
