#include "winograd.h"

#include "kernels.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
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

/// Tiles of one block: few, so that patches stay in the second cache; more where the weights, which
/// every block reads, do not.
int blockTiles(const Layer &layer, int64_t tiles, const Kernels &kernel, const Parallel &parallel) {
  const int64_t weights = layer.shape.packedFloats() * int64_t(sizeof(float));
  const int most = (weights > (4 << 20) ? 4 : 2) * kernel.rows;
  const int64_t share = (tiles + parallel.threads - 1) / parallel.threads;
  const int64_t wanted = std::min<int64_t>(most, share);
  return int((wanted + kernel.rows - 1) / kernel.rows * kernel.rows);
}

/// Rows of the second layer's output in a strip; a multiple of 8, the rows that one row of the
/// first layer's tiles makes.
constexpr int kStrip = 64;
/// Rows of the first layer's output that a strip has on either side.
constexpr int kMargin = 8;

} // namespace

void pack(const Shape &shape, const float *weight, const float *filter, float *packed,
          const Parallel &parallel) {
  const Kernels &kernel = kernels();
  const int64_t panel = int64_t(kPoints) * shape.inputs * kPanel;
  forEach(parallel, shape.panels(),
          [&](int64_t i) { kernel.pack(shape, weight, filter, int(i), packed + i * panel); });
}

void run(const Layer &layer, const ReadOut &read, int begin, int end, const Parallel &parallel) {
  if (begin >= end)
    return;
  const Kernels &kernel = kernels();
  const int64_t first = int64_t(begin) * layer.shape.tilesAcross();
  const int64_t last = int64_t(end) * layer.shape.tilesAcross();
  const int rows = blockTiles(layer, last - first, kernel, parallel);
  const int64_t patches = int64_t(kPoints) * rows * patchStride(layer.shape.inputs);
  const int64_t products = int64_t(kPoints) * rows * kPanel;
  const int64_t sums = int64_t(rows) * kTile * kTile * read.count * volume::kLane;
  forEach(parallel, (last - first + rows - 1) / rows, [&](int64_t i) {
    float *memory = scratch(patches + products + sums);
    kernel.run(layer, read,
               {first + i * rows, std::min(last, first + (i + 1) * rows), rows, memory,
                memory + patches, memory + patches + products});
  });
}

void runPair(const Layer &first, const Layer &second, const ReadOut &read,
             const Parallel &parallel) {
  const int height = second.shape.height;
  const int64_t line = int64_t(second.shape.width) * second.shape.inputs;
  const int64_t floats = (kStrip + 2 * kMargin) * line;
  const std::unique_ptr<float, Free> strip(
      static_cast<float *>(std::aligned_alloc(64, size_t(floats) * sizeof(float))));
  Layer from = first, to = second;
  from.residual = nullptr;
  int done = 0; // rows of the first layer's output
  for (int top = 0; top < height; top += kStrip) {
    // The strip holds the rows from top - kMargin; its last rows begin the next one.
    const int64_t origin = top - kMargin;
    if (top > 0)
      std::memmove(strip.get(), strip.get() + kStrip * line,
                   size_t(2 * kMargin * line) * sizeof(float));
    const int wanted = std::min(height, top + kStrip + kMargin);
    from.y = strip.get() - origin * line;
    to.x = from.y;
    const auto tiles = [](int rows) { return (rows + kMargin - 1) / kMargin; };
    run(from, {}, tiles(done), tiles(wanted), parallel);
    done = wanted;
    run(to, read, top / kTile, (std::min(height, top + kStrip) + kTile - 1) / kTile, parallel);
  }
}

} // namespace pv::winograd
