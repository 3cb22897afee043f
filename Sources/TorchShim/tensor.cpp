// Memory, values, devices.
#include "guard.h"
#include "open_blas.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <atomic>
#include <cstring>
#include <torch/csrc/api/include/torch/version.h>

namespace pv {
thread_local std::string message;
}
using namespace pv;

/// Below 0 torch's own choice.
static std::atomic<int> chosen_gpu = -1;

const char *pv_error(void) { return message.c_str(); }

pv_tensor *pv_tensor_from_floats(const float *values, const int64_t *shape, int rank) {
  return made([&] {
    auto tensor = at::empty(list(shape, rank), at::kFloat);
    std::memcpy(tensor.data_ptr<float>(), values, sizeof(float) * tensor.numel());
    return tensor;
  });
}

pv_tensor *pv_tensor_from_integers(const int64_t *values, const int64_t *shape, int rank) {
  return made([&] {
    auto tensor = at::empty(list(shape, rank), at::kLong);
    std::memcpy(tensor.data_ptr<int64_t>(), values, sizeof(int64_t) * tensor.numel());
    return tensor;
  });
}

pv_tensor *pv_tensor_full(const int64_t *shape, int rank, double value) {
  return made([&] { return at::full(list(shape, rank), value, at::kFloat); });
}

pv_tensor *pv_tensor_normal(const int64_t *shape, int rank, uint64_t seed) {
  return made([&] {
    return at::randn(list(shape, rank), at::make_generator<at::CPUGeneratorImpl>(seed), at::kFloat);
  });
}

pv_tensor *pv_tensor_uniform(const int64_t *shape, int rank, uint64_t seed) {
  return made([&] {
    return at::rand(list(shape, rank), at::make_generator<at::CPUGeneratorImpl>(seed), at::kFloat);
  });
}

void pv_tensor_free(pv_tensor *tensor) { delete tensor; }

int pv_tensor_rank(const pv_tensor *tensor) { return static_cast<int>(tensor->value.dim()); }

void pv_tensor_shape(const pv_tensor *tensor, int64_t *shape) {
  auto sizes = tensor->value.sizes();
  std::copy(sizes.begin(), sizes.end(), shape);
}

int pv_tensor_copy_floats(const pv_tensor *tensor, float *out, int64_t count) {
  return done([&] {
    TORCH_CHECK(tensor->value.numel() == count, "the tensor has ", tensor->value.numel(),
                " values, not ", count);
    auto plain = tensor->value.detach().to(at::kCPU, at::kFloat).contiguous();
    std::memcpy(out, plain.data_ptr<float>(), sizeof(float) * count);
  });
}

int pv_tensor_copy_integers(const pv_tensor *tensor, int64_t *out, int64_t count) {
  return done([&] {
    TORCH_CHECK(tensor->value.numel() == count, "the tensor has ", tensor->value.numel(),
                " values, not ", count);
    auto plain = tensor->value.detach().to(at::kCPU, at::kLong).contiguous();
    std::memcpy(out, plain.data_ptr<int64_t>(), sizeof(int64_t) * count);
  });
}

pv_tensor *pv_tensor_to_device(const pv_tensor *tensor, int device) {
  return made([&] {
    // Convolutions with 10 bits of mantissa would miss the official numbers by a part in a thousand.
    if (device)
      at::globalContext().setAllowTF32CuDNN(false);
    int index = chosen_gpu;
    auto gpu = index < 0 ? at::Device(at::kCUDA) : at::Device(at::kCUDA, index);
    return tensor->value.to(device ? gpu : at::Device(at::kCPU));
  });
}

void pv_choose_gpu(int index) { chosen_gpu = index; }

int pv_tensor_device(const pv_tensor *tensor) { return tensor->value.is_cuda() ? 1 : 0; }

pv_tensor *pv_tensor_to_layout(const pv_tensor *tensor, int layout) {
  return made([&] {
    return tensor->value.contiguous(layout ? at::MemoryFormat::ChannelsLast
                                           : at::MemoryFormat::Contiguous);
  });
}

const char *pv_torch_version(void) { return TORCH_VERSION; }
bool pv_cuda_available(void) { return at::hasCUDA(); }

void pv_release_memory(void) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}
void pv_set_threads(int count) {
  at::set_num_threads(count);
  setProductThreads(count);
}
int pv_threads(void) { return at::get_num_threads(); }
