// The kernel for any CPU: four lanes.
#include "kernels.h"

#define PV_WIDTH 4
#define PV_SPACE generic
#include "kernel_body.h"

namespace pv::volume {
const Kernels genericKernels = {generic::renderRays, generic::renderRaysBackward,
                                generic::queryPoints, generic::queryPointsBackward};
} // namespace pv::volume
