// What operations on images share: loops that are compiled for several processors, and planes that
// are shared out among threads.
#pragma once

#include "worker_threads.h"

#include <cstdint>
#include <vector>

#if defined(__x86_64__)
#define PV_EVERY_CPU __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PV_EVERY_CPU
#endif

namespace pv {

/// Runs `body(plane, scratch)` for each plane; scratch is `floats` zeros at first.
template <typename Body> void forPlanes(int64_t planes, int64_t floats, Body &&body) {
  const volume::Parallel parallel = workerThreads();
  struct Work {
    int64_t planes, floats;
    int tasks;
    Body &body;
  } work{planes, floats, parallel.threads, body};
  parallel.launch(
      parallel.threads,
      [](void *context, int task) {
        const auto &work = *static_cast<Work *>(context);
        std::vector<float> scratch(static_cast<size_t>(work.floats));
        const int64_t end = work.planes * (task + 1) / work.tasks;
        for (int64_t plane = work.planes * task / work.tasks; plane < end; ++plane)
          work.body(plane, scratch.data());
      },
      &work);
}

} // namespace pv
