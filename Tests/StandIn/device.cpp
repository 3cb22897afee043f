// A GPU that is the CPU under another name: preloaded, it makes libtorch find a CUDA device whose
// operations run on the CPU and refuse tensors of the CPU, as a GPU does. So `make placement`
// proves on any machine that no device is mixed; it says nothing of a GPU's own numbers or kernels.
// Written for libtorch 1.13.
#include <ATen/core/ivalue.h> // must come first: with C++20 the other headers need it complete

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

namespace {

using at::Tensor;
using c10::Device;
using c10::DeviceType;

const Device gpu(DeviceType::CUDA, 0), host(DeviceType::CPU);

/// The same memory under the name of another device.
Tensor renamed(const Tensor &tensor, Device device) {
  if (!tensor.defined() || tensor.device() == device)
    return tensor;
  auto *owner = new Tensor(tensor);
  c10::DataPtr data(
      tensor.storage().data(), owner, [](void *owner) { delete static_cast<Tensor *>(owner); },
      device);
  c10::Storage storage(c10::Storage::use_byte_size_t(), tensor.storage().nbytes(), std::move(data),
                       nullptr, false);
  const auto key = device.is_cuda() ? c10::DispatchKey::CUDA : c10::DispatchKey::CPU;
  auto result = at::detail::make_tensor<c10::TensorImpl>(std::move(storage),
                                                         c10::DispatchKeySet(key), tensor.dtype());
  result.unsafeGetTensorImpl()->set_sizes_and_strides(tensor.sizes(), tensor.strides());
  result.unsafeGetTensorImpl()->set_storage_offset(tensor.storage_offset());
  return result;
}

/// An argument as the CPU takes it. Single numbers may come from the CPU, as on a GPU.
Tensor lowered(const c10::OperatorHandle &operation, const Tensor &tensor) {
  TORCH_CHECK(!tensor.defined() || !tensor.device().is_cpu() || tensor.dim() == 0,
              "mixed devices: ", operation.schema().name(),
              " on the GPU was given a tensor of shape ", tensor.sizes(), " on the CPU");
  return renamed(tensor, host);
}

c10::IValue lowered(const c10::OperatorHandle &operation, const c10::IValue &value) {
  if (value.isTensor())
    return lowered(operation, value.toTensor());
  if (value.isTensorList()) {
    c10::List<Tensor> list;
    for (const Tensor &tensor : value.toTensorVector())
      list.push_back(lowered(operation, tensor));
    return list;
  }
  if (value.isOptionalTensorList()) {
    c10::List<c10::optional<Tensor>> list;
    for (const auto &tensor : value.toOptionalTensorVector())
      list.push_back(tensor ? c10::optional<Tensor>(lowered(operation, *tensor)) : c10::nullopt);
    return list;
  }
  return value.isDevice() ? c10::IValue(host) : value;
}

c10::IValue raised(const c10::IValue &value) {
  if (value.isTensor())
    return renamed(value.toTensor(), gpu);
  if (!value.isTensorList())
    return value;
  c10::List<Tensor> list;
  for (const Tensor &tensor : value.toTensorVector())
    list.push_back(renamed(tensor, gpu));
  return list;
}

/// Runs any operation on the CPU.
void run(const c10::OperatorHandle &operation, torch::jit::Stack *stack) {
  const auto &arguments = operation.schema().arguments();
  const auto &returns = operation.schema().returns();
  const std::vector<c10::IValue> given(stack->end() - arguments.size(), stack->end());
  for (auto value = stack->end() - arguments.size(); value != stack->end(); ++value)
    *value = lowered(operation, *value);
  operation.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
  for (size_t i = 0; i < returns.size(); i++) {
    auto &value = (*stack)[stack->size() - returns.size() + i];
    const auto *written = returns[i].alias_info();
    if (!written || !written->isWrite()) {
      value = raised(value);
      continue;
    }
    // What is written in place is the argument itself.
    for (size_t k = 0; k < arguments.size(); k++)
      if (arguments[k].alias_info() && *arguments[k].alias_info() == *written)
        value = given[k];
  }
}

Tensor &copy(Tensor &target, const Tensor &source, bool) {
  renamed(target, host).copy_(renamed(source, host));
  return target;
}

struct Guard final : c10::impl::DeviceGuardImplInterface {
  static c10::Stream stream() { return c10::Stream(c10::Stream::DEFAULT, gpu); }
  DeviceType type() const override { return DeviceType::CUDA; }
  Device exchangeDevice(Device) const override { return gpu; }
  Device getDevice() const override { return gpu; }
  void setDevice(Device) const override {}
  void uncheckedSetDevice(Device) const noexcept override {}
  c10::Stream getStream(Device) const noexcept override { return stream(); }
  c10::Stream getDefaultStream(Device) const override { return stream(); }
  c10::Stream exchangeStream(c10::Stream) const noexcept override { return stream(); }
  c10::DeviceIndex deviceCount() const noexcept override { return 1; }
  void record(void **, const c10::Stream &, const c10::DeviceIndex,
              const c10::EventFlag) const override {}
  void block(void *, const c10::Stream &) const override {}
  bool queryEvent(void *) const override { return true; }
  void destroyEvent(void *, const c10::DeviceIndex) const noexcept override {}
  bool queryStream(const c10::Stream &) const override { return true; }
  void synchronizeStream(const c10::Stream &) const override {}
  void recordDataPtrOnStream(const c10::DataPtr &, const c10::Stream &) const override {}
};

} // namespace

C10_REGISTER_GUARD_IMPL(CUDA, Guard);

namespace at {

// libtorch asks its registry for hooks of this name.
struct CUDAHooks : CUDAHooksInterface {
  CUDAHooks(CUDAHooksArgs) {}
  void initCUDA() const override {}
  bool hasCUDA() const override { return true; }
  bool hasPrimaryContext(int64_t) const override { return true; }
  int64_t current_device() const override { return 0; }
  int getNumGPUs() const override { return 1; }
  void deviceSynchronize(int64_t) const override {}
};

REGISTER_CUDA_HOOKS(CUDAHooks);

} // namespace at

TORCH_LIBRARY_IMPL(_, CUDA, library) {
  library.fallback(torch::CppFunction::makeFromBoxedFunction<&run>());
}

// These would choose kernels by device, or resize a result, before they reach the fallback.
TORCH_LIBRARY_IMPL(aten, CUDA, library) {
  library.impl("copy_", copy);
  for (const char *name : {"abs", "convolution", "convolution_backward"})
    library.impl(name, torch::CppFunction::makeFromBoxedFunction<&run>());
}
