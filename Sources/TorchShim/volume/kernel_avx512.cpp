// The kernel for AVX-512: sixteen lanes.
#if defined(__x86_64__)
#include "kernels.h"

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define PV_WIDTH 16
#define PV_SPACE avx512
#include "kernel_body.h"
#pragma clang attribute pop

namespace pv::volume {
const Kernels avx512Kernels = {avx512::renderRays, avx512::renderRaysBackward, avx512::queryPoints,
                               avx512::queryPointsBackward};
} // namespace pv::volume
#endif
