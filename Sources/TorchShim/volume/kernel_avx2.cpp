// The kernel for AVX2 with FMA: eight lanes.
#if defined(__x86_64__)
#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PV_WIDTH 8
#define PV_SPACE avx2
#include "kernel_body.h"
#pragma clang attribute pop

namespace pv::volume {
const Kernels avx2Kernels = {avx2::renderRays, avx2::renderRaysBackward, avx2::queryPoints,
                             avx2::queryPointsBackward};
} // namespace pv::volume
#endif
