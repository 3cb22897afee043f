#include "open_blas.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

namespace {

/// OpenBLAS knows processors by their numbers; releases older than a processor (0.3.21 of Debian 12
/// and Intel's fifth Xeons) take their slowest kernels for it, with which a product takes seven
/// times as long. Such a one is told the kernels that the processor's instructions allow.
///
/// `OPENBLAS_CORETYPE` does the same from outside, and counts more.
bool chooseKernels() {
#if defined(__x86_64__)
  using Name = char *(*)();
  using Step = void (*)();
  const auto name = reinterpret_cast<Name>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  const auto quit = reinterpret_cast<Step>(dlsym(RTLD_DEFAULT, "gotoblas_dynamic_quit"));
  const auto init = reinterpret_cast<Step>(dlsym(RTLD_DEFAULT, "gotoblas_dynamic_init"));
  if (!name || !quit || !init || getenv("OPENBLAS_CORETYPE"))
    return false;
  if (strcmp(name(), "Prescott") != 0)
    return false;
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (!wide && !(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")))
    return false;
  setenv("OPENBLAS_CORETYPE", wide ? "SkylakeX" : "Haswell", 0);
  quit();
  init();
  return true;
#else
  return false;
#endif
}

/// Before anything multiplies: the kernels' block sizes are in use from the first product on.
[[maybe_unused]] const bool chosen = chooseKernels();

} // namespace

void pv::setProductThreads(int count) {
  using Setter = void (*)(int);
  if (const auto set = reinterpret_cast<Setter>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads")))
    set(count);
}
