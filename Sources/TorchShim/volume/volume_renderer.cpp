#include "volume_renderer.h"

#include "kernels.h"
#include "packing.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>

namespace pv::volume {
namespace {

struct Freed {
  void operator()(float *p) const { std::free(p); }
};
using Floats = std::unique_ptr<float[], Freed>;

/// Zeroed memory at a 64-byte border.
Floats zeros(size_t count) {
  const size_t bytes = (count * sizeof(float) + 63) / 64 * 64;
  auto *p = static_cast<float *>(std::aligned_alloc(64, bytes));
  if (!p)
    throw std::bad_alloc();
  std::memset(p, 0, bytes);
  return Floats(p);
}

/// Runs `body(i)` for i in 0..<tasks.
template <typename Body> void forEach(const Parallel &parallel, int64_t tasks, const Body &body) {
  if (tasks == 1 || parallel.threads <= 1) {
    for (int64_t i = 0; i < tasks; ++i)
      body(int(i));
    return;
  }
  parallel.launch(
      int(tasks), [](void *context, int i) { (*static_cast<const Body *>(context))(i); },
      const_cast<Body *>(&body));
}

InstructionSet best() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    return InstructionSet::avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return InstructionSet::avx2;
#endif
  return InstructionSet::generic;
}

InstructionSet fromEnvironment() {
  const char *name = std::getenv("PVPIPE_INSTRUCTION_SET");
  if (name && !std::strcmp(name, "generic"))
    return InstructionSet::generic;
  if (name && !std::strcmp(name, "avx2"))
    return std::min(best(), InstructionSet::avx2);
  return best();
}

std::atomic<InstructionSet> &current() {
  static std::atomic<InstructionSet> set{fromEnvironment()};
  return set;
}

const Kernels &kernels() {
#if defined(__x86_64__)
  switch (current().load()) {
  case InstructionSet::avx512:
    return avx512Kernels;
  case InstructionSet::avx2:
    return avx2Kernels;
  case InstructionSet::generic:
    break;
  }
#endif
  return genericKernels;
}

/// Hands out blocks of each frame's items to the threads as they come free.
template <typename Body>
void forEachBlock(const Field &field, int64_t frames, int64_t items, int64_t block, int samples,
                  const Parallel &parallel, const Body &body) {
  const DecoderPacking decoder(field.shape, field.decoder);
  const int64_t blocks = (items + block - 1) / block;
  const int tasks = int(std::min<int64_t>(std::max(parallel.threads, 1), frames * blocks));
  std::atomic<int64_t> next{0};
  forEach(parallel, tasks, [&](int) {
    const Floats scratch = zeros(scratchFloats(field.shape, samples));
    for (int64_t i = next++; i < frames * blocks; i = next++) {
      const int64_t frame = i / blocks, begin = i % blocks * block;
      body(Slice{&field.shape,
                 &decoder.packed,
                 field.planes + frame * field.shape.frameFloats(),
                 scratch.get(),
                 frame,
                 begin,
                 std::min(begin + block, items),
                 {}});
    }
  });
}

/// Cuts each frame's items in as many even parts as threads are free for it, sums each part's
/// gradients apart and adds them in order: the result depends on the count of threads alone.
template <typename Body>
void forEachPart(const Field &field, int64_t frames, int64_t items, int samples,
                 const FieldGradients &gradients, const Parallel &parallel, const Body &body) {
  const FieldShape &shape = field.shape;
  const DecoderPacking decoder(shape, field.decoder);
  const int64_t threads = std::clamp(parallel.threads, 1, 16);
  const int64_t planeFloats = int64_t(3) * shape.channels * shape.resolution * shape.resolution;
  for (int64_t done = 0; done < frames;) {
    const int64_t group = std::min(threads, frames - done), parts = threads / group;
    std::vector<DecoderSums> decoders(size_t(group * parts), DecoderSums(shape));
    std::vector<Floats> planes(size_t(group * parts));
    forEach(parallel, group * parts, [&](int job) {
      const int64_t frame = done + job / parts, part = job % parts;
      const Floats scratch = zeros(scratchFloats(shape, samples));
      GradientSums sums = {};
      if (gradients.planes) {
        planes[size_t(job)] = zeros(size_t(shape.frameFloats()));
        sums.planes = planes[size_t(job)].get();
      }
      decoders[size_t(job)].lend(sums, gradients);
      body(Slice{&shape, &decoder.packed, field.planes + frame * shape.frameFloats(), scratch.get(),
                 frame, items * part / parts, items * (part + 1) / parts, sums});
    });
    for (const DecoderSums &sums : decoders)
      sums.addTo(gradients);
    if (gradients.planes)
      forEach(parallel, group * bands(shape), [&](int task) {
        const int64_t frame = task / bands(shape);
        const float *packed[16];
        for (int64_t part = 0; part < parts; ++part)
          packed[part] = planes[size_t(frame * parts + part)].get();
        unpackBand(shape, task % bands(shape), packed, int(parts),
                   gradients.planes + (done + frame) * planeFloats);
      });
    done += group;
  }
}

/// Decoder gradients are sums over threads, so that their tensors start at zero.
void clearDecoder(const FieldShape &shape, const FieldGradients &gradients) {
  if (gradients.w0) {
    std::fill_n(gradients.w0, shape.hidden * shape.channels, 0.0f);
    std::fill_n(gradients.b0, shape.hidden, 0.0f);
  }
  if (gradients.w1) {
    std::fill_n(gradients.w1, (1 + shape.colors) * shape.hidden, 0.0f);
    std::fill_n(gradients.b1, 1 + shape.colors, 0.0f);
  }
}

} // namespace

InstructionSet instructionSet() { return current(); }

InstructionSet setInstructionSet(InstructionSet set) {
  current() = std::min(set, best());
  return current();
}

void packPlanes(const FieldShape &shape, int64_t frames, const float *planes, bool texels,
                float *packed, const Parallel &parallel) {
  const int64_t floats = int64_t(3) * shape.channels * shape.resolution * shape.resolution;
  forEach(parallel, frames * bands(shape), [&](int task) {
    const int64_t frame = task / bands(shape);
    (texels ? packTexelBand : packBand)(shape, task % bands(shape), planes + frame * floats,
                                        packed + frame * shape.frameFloats());
  });
}

void render(const Field &field, const Rays &rays, const RayOutputs &outputs,
            const Parallel &parallel) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::atomic<float> least{infinity}, greatest{-infinity};
  const Kernels &kernel = kernels();
  forEachBlock(field, rays.frames, rays.rays, 64, rays.coarse + rays.fine, parallel,
               [&](const Slice &slice) {
                 float range[2] = {infinity, -infinity};
                 kernel.render(slice, rays, outputs, range);
                 for (float seen = least; range[0] < seen;)
                   if (least.compare_exchange_weak(seen, range[0]))
                     break;
                 for (float seen = greatest; range[1] > seen;)
                   if (greatest.compare_exchange_weak(seen, range[1]))
                     break;
               });
  outputs.depthRange[0] = least;
  outputs.depthRange[1] = greatest;
}

void renderBackward(const Field &field, const Rays &rays, const RayGradients &gradients,
                    const FieldGradients &fieldGradients, const Parallel &parallel) {
  clearDecoder(field.shape, fieldGradients);
  const Kernels &kernel = kernels();
  forEachPart(field, rays.frames, rays.rays, rays.coarse + rays.fine, fieldGradients, parallel,
              [&](const Slice &slice) { kernel.renderBackward(slice, rays, gradients); });
}

void query(const Field &field, const Points &points, const PointOutputs &outputs,
           const Parallel &parallel) {
  const Kernels &kernel = kernels();
  forEachBlock(field, points.frames, points.points, 32 * kQueryBlock, kQueryBlock, parallel,
               [&](const Slice &slice) { kernel.query(slice, points, outputs); });
}

void queryBackward(const Field &field, const Points &points, const PointGradients &gradients,
                   const FieldGradients &fieldGradients, const Parallel &parallel) {
  clearDecoder(field.shape, fieldGradients);
  const Kernels &kernel = kernels();
  forEachPart(field, points.frames, points.points, kQueryBlock, fieldGradients, parallel,
              [&](const Slice &slice) { kernel.queryBackward(slice, points, gradients); });
}

} // namespace pv::volume
