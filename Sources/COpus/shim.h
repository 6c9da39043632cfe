// libopus: the Opus codec (RFC 6716).
#include <opus/opus.h>

// opus_encoder_ctl is variadic, which Swift cannot call.
static inline int sipctl_opus_set_complexity(OpusEncoder *encoder, opus_int32 complexity) {
    return opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(complexity));
}
