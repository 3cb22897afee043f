// The table of functions that each instruction set fills; see `winograd.cpp` for the choice.
#pragma once

#include "winograd.h"

namespace pv::winograd {

/// A run of tiles, row by row, and the memory to work in.
struct Block {
  int64_t begin, end; // tiles
  int rows;           // tiles with the rows that fill the last product; a multiple of `rows` below
  float *patches;     // [kPoints][rows][patchStride(inputs)]
  float *products;    // [kPoints][rows][kPanel]
  float *sums;        // [rows][kTile * kTile][count of the read-out][kLane]
};

/// Floats from one tile's transformed patch to the next: no power of two, which would put all rows
/// of a product into the same sets of the cache.
inline int64_t patchStride(int inputs) { return inputs + 16; }

struct Kernels {
  int rows; // tiles that are multiplied together
  void (*pack)(const Shape &, const float *weight, const float *filter, int panel, float *packed);
  void (*run)(const Layer &, const ReadOut &, const Block &);
};

extern const Kernels genericKernels;
#if defined(__x86_64__)
extern const Kernels avx2Kernels;
extern const Kernels avx512Kernels;
#endif

} // namespace pv::winograd
