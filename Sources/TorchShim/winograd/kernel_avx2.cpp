// The kernel for AVX2 with FMA: eight lanes, 12 sums in registers.
#if defined(__x86_64__)
#include <algorithm>
#include <cstring>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define PV_WIDTH 8
#define PV_ROWS 6
#define PV_SPACE avx2
#include "kernel_body.h"
#pragma clang attribute pop

namespace pv::winograd {
const Kernels avx2Kernels = {avx2::kRows, avx2::packPanel, avx2::runBlock};
} // namespace pv::winograd
#endif
