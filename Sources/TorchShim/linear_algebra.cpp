// Decompositions of small matrices in double precision.
#include "guard.h"

#include <cstring>

using namespace pv;

int pv_symmetric_eigen(const double *matrix, int64_t side, double *values, double *vectors) {
  return done([&] {
    const auto entries = at::empty({side, side}, at::kDouble);
    std::memcpy(entries.data_ptr<double>(), matrix, sizeof(double) * side * side);
    const auto found = at::linalg_eigh(entries, "L");
    const auto spectrum = std::get<0>(found).contiguous(), basis = std::get<1>(found).contiguous();
    std::memcpy(values, spectrum.data_ptr<double>(), sizeof(double) * side);
    std::memcpy(vectors, basis.data_ptr<double>(), sizeof(double) * side * side);
  });
}
