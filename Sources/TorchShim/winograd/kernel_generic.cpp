// The kernel for any CPU: four lanes.
#include "kernels.h"

#define PV_WIDTH 4
#define PV_ROWS 4
#define PV_SPACE generic
#include "kernel_body.h"

namespace pv::winograd {
const Kernels genericKernels = {generic::kRows, generic::packPanel, generic::runBlock};
} // namespace pv::winograd
