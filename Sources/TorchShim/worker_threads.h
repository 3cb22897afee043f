// libtorch's own threads for kernels that know nothing of libtorch.
#pragma once

#include "volume/volume_renderer.h"

namespace pv {

/// As many tasks at once as `at::get_num_threads()` says, on the threads that libtorch's operations
/// use.
volume::Parallel workerThreads();

} // namespace pv
