// The kernel for AVX-512: sixteen lanes, 28 sums in registers.
#if defined(__x86_64__)
#include <algorithm>
#include <cstring>

#include "kernels.h"

#pragma clang attribute push(                                                                      \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define PV_WIDTH 16
#define PV_ROWS 14
#define PV_SPACE avx512
#include "kernel_body.h"
#pragma clang attribute pop

namespace pv::winograd {
const Kernels avx512Kernels = {avx512::kRows, avx512::packPanel, avx512::runBlock};
} // namespace pv::winograd
#endif
