// The kernel's body for one instruction set: PV_WIDTH lanes, PV_ROWS tiles to a product, functions
// in namespace PV_SPACE. Included by kernel_generic.cpp, kernel_avx2.cpp and kernel_avx512.cpp.

#include "kernels.h"

#include <algorithm>
#include <cstring>

namespace pv::winograd {
namespace PV_SPACE {

#include "../volume/vector_math.h"
#include "transforms.h"
#include "weights.h"
#include "products.h"
#include "blocks.h"

} // namespace PV_SPACE
} // namespace pv::winograd
