// What libtorch does not tell OpenBLAS.
#pragma once

namespace pv {

/// How many threads a product may use. Debian's OpenBLAS has threads of its own, of which
/// `at::set_num_threads` knows nothing, and which spin while they wait.
void setProductThreads(int count);

} // namespace pv
