// libbcg729: G.729, an optional codec.
#include <bcg729/decoder.h>
#include <bcg729/encoder.h>
