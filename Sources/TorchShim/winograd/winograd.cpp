#include "winograd.h"

#include "kernels.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>

namespace pv::winograd {
namespace {

const Kernels &kernels() {
#if defined(__x86_64__)
  switch (volume::instructionSet()) {
  case volume::InstructionSet::avx512:
    return avx512Kernels;
  case volume::InstructionSet::avx2:
    return avx2Kernels;
  case volume::InstructionSet::generic:
    break;
  }
#endif
  return genericKernels;
}

struct Free {
  void operator()(float *memory) const { std::free(memory); }
};

/// Memory of this thread that is kept from layer to layer: new pages cost more than they hold.
float *scratch(int64_t floats) {
  static thread_local std::unique_ptr<float, Free> memory;
  static thread_local int64_t size = 0;
  if (floats > size) {
    memory.reset();
    size = (floats + 1023) / 1024 * 1024;
    memory.reset(static_cast<float *>(std::aligned_alloc(64, size_t(size) * sizeof(float))));
  }
  return memory.get();
}

/// Runs `body(i)` for i in 0..<count, each thread taking the next one when it is done.
template <typename Body> void forEach(const Parallel &parallel, int64_t count, Body &&body) {
  struct Queue {
    std::atomic<int64_t> next{0};
    int64_t count;
    Body &body;
  } queue{{}, count, body};
  auto work = [](void *context, int) {
    auto &queue = *static_cast<Queue *>(context);
    for (int64_t i = queue.next++; i < queue.count; i = queue.next++)
      queue.body(i);
  };
  parallel.launch(int(std::min<int64_t>(parallel.threads, count)), work, &queue);
}

/// Tiles of one block: few, so that patches stay in the second cache; more where the weights, which every
/// block reads, do not.
int blockTiles(const Layer &layer, const Kernels &kernel, const Parallel &parallel) {
  const int64_t weights = layer.shape.packedFloats() * int64_t(sizeof(float));
  const int tiles = (weights > (4 << 20) ? 4 : 2) * kernel.rows;
  const int64_t share = (layer.shape.tiles() + parallel.threads - 1) / parallel.threads;
  const int64_t wanted = std::min<int64_t>(tiles, share);
  return int((wanted + kernel.rows - 1) / kernel.rows * kernel.rows);
}

} // namespace

void pack(const Shape &shape, const float *weight, const float *filter, float *packed,
          const Parallel &parallel) {
  const Kernels &kernel = kernels();
  const int64_t panel = int64_t(kPoints) * shape.inputs * kPanel;
  forEach(parallel, shape.panels(),
          [&](int64_t i) { kernel.pack(shape, weight, filter, int(i), packed + i * panel); });
}

void run(const Layer &layer, const Parallel &parallel) {
  const Kernels &kernel = kernels();
  const int rows = blockTiles(layer, kernel, parallel);
  const int64_t tiles = layer.shape.tiles();
  const int64_t patches = int64_t(kPoints) * rows * patchStride(layer.shape.inputs);
  const int64_t products = int64_t(kPoints) * rows * kPanel;
  forEach(parallel, (tiles + rows - 1) / rows, [&](int64_t i) {
    float *memory = scratch(patches + products);
    kernel.run(layer, {i * rows, std::min(tiles, (i + 1) * rows), rows, memory, memory + patches});
  });
}

} // namespace pv::winograd
