// The kernel's body for one instruction set: PV_WIDTH lanes, functions in namespace PV_SPACE.
// Included by kernel_generic.cpp, kernel_avx2.cpp and kernel_avx512.cpp.

#include "kernels.h"

namespace pv::volume {
namespace PV_SPACE {

#include "vector_math.h"
#include "matmul.h"
#include "planes.h"
#include "samples.h"
#include "march.h"
#include "rays.h"
#include "points.h"

} // namespace PV_SPACE
} // namespace pv::volume
