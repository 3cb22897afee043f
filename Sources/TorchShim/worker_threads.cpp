#include <ATen/core/ivalue.h> // must come first: with C++20 the other headers need it complete

#include "worker_threads.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>

namespace pv {

/// `at::parallel_for` is a template that runs on one thread unless the caller is compiled with
/// OpenMP. `TensorIterator` is compiled inside libtorch, so that its threads are the same that
/// convolutions use, and none of them spins beside ours.
static void launch(int tasks, void (*body)(void *, int), void *context) {
  at::Tensor indices = at::arange(tasks, at::kInt);
  at::TensorIterator iterator = at::TensorIterator::nullary_op(indices);
  iterator.for_each(
      [&](char **data, const int64_t *strides, int64_t count) {
        for (int64_t i = 0; i < count; ++i)
          body(context, *reinterpret_cast<const int *>(data[0] + i * strides[0]));
      },
      1);
}

volume::Parallel workerThreads() { return {at::get_num_threads(), launch}; }

} // namespace pv
