// opencore-amrwb (decoder) and vo-amrwbenc (encoder): AMR-WB, an optional codec.
#include <opencore-amrwb/dec_if.h>
#include <vo-amrwbenc/enc_if.h>
