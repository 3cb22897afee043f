// Several processes that exchange tensors, by torch's own process groups.
#include "guard.h"

#include <torch/csrc/api/include/torch/version.h>

#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#if defined(PVPIPE_NCCL)
#define USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

using namespace pv;

#if TORCH_VERSION_MAJOR >= 2
using Communicator = c10d::Backend;
#else
using Communicator = c10d::ProcessGroup;
#endif

struct pv_group {
  /// Serves the other processes, so that it must live as long as the communicator.
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<Communicator> communicator;
  int backend;
};

namespace {

c10::intrusive_ptr<Communicator> connected(const c10::intrusive_ptr<c10d::Store> &store,
                                           const pv_meeting &meeting) {
  std::chrono::milliseconds timeout(meeting.milliseconds);
  if (meeting.backend == PV_NCCL) {
#if defined(PVPIPE_NCCL)
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = timeout;
    return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, meeting.rank, meeting.size, options);
#else
    TORCH_CHECK(false, "this build has no nccl");
#endif
  }
  auto options = c10d::ProcessGroupGloo::Options::create(timeout);
  using Gloo = c10d::ProcessGroupGloo;
  options->devices.push_back(meeting.interface ? Gloo::createDeviceForInterface(meeting.interface)
                             : meeting.host    ? Gloo::createDeviceForHostname(meeting.host)
                                               : Gloo::createDefaultDevice());
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, meeting.rank, meeting.size, options);
}

/// The values of all tensors in a row, for gloo on the CPU.
at::Tensor joined(const pv_group &group, const pv_tensor *const *tensors, int count) {
  std::vector<at::Tensor> rows;
  for (int i = 0; i < count; i++)
    rows.push_back(tensors[i]->value.detach().reshape({-1}));
  auto row = at::cat(rows);
  return group.backend == PV_NCCL ? row : row.to(at::kCPU);
}

/// The values as tensors of the shapes, and on the devices, of `tensors`.
void divide(const at::Tensor &row, const pv_tensor *const *tensors, int count, pv_tensor **out) {
  auto here = row.to(tensors[0]->value.device());
  int64_t start = 0;
  for (int i = 0; i < count; i++) {
    const auto &shape = tensors[i]->value;
    out[i] = new pv_tensor{here.narrow(0, start, shape.numel()).view(shape.sizes()).clone()};
    start += shape.numel();
  }
}

} // namespace

bool pv_group_has_nccl(void) {
#if defined(PVPIPE_NCCL)
  return true;
#else
  return false;
#endif
}

pv_group *pv_group_join(const pv_meeting *meeting) {
  return guarded(
      [&]() -> pv_group * {
        c10d::TCPStoreOptions options;
        options.port = static_cast<std::uint16_t>(meeting->port);
        options.isServer = meeting->serves;
        options.numWorkers = static_cast<std::size_t>(meeting->size);
        options.timeout = std::chrono::milliseconds(meeting->milliseconds);
        auto hall = c10::make_intrusive<c10d::TCPStore>(meeting->address, options);
        hall->setTimeout(options.timeout);
        auto store = c10::make_intrusive<c10d::PrefixStore>(meeting->prefix, hall);
        auto communicator = connected(store, *meeting);
        return new pv_group{hall, communicator, meeting->backend};
      },
      nullptr);
}

void pv_group_free(pv_group *group) { delete group; }

int pv_group_rank(const pv_group *group) { return group->communicator->getRank(); }

int pv_group_size(const pv_group *group) { return group->communicator->getSize(); }

int pv_group_sum(pv_group *group, const pv_tensor *const *tensors, int count, pv_tensor **out) {
  return done([&] {
    at::NoGradGuard guard;
    std::vector<at::Tensor> rows{joined(*group, tensors, count)};
    group->communicator->allreduce(rows)->wait();
    divide(rows[0], tensors, count, out);
  });
}

int pv_group_broadcast(pv_group *group, const pv_tensor *const *tensors, int count, int root,
                       pv_tensor **out) {
  return done([&] {
    at::NoGradGuard guard;
    std::vector<at::Tensor> rows{joined(*group, tensors, count)};
    c10d::BroadcastOptions options;
    options.rootRank = root;
    group->communicator->broadcast(rows, options)->wait();
    divide(rows[0], tensors, count, out);
  });
}

int pv_group_barrier(pv_group *group) {
  return done([&] {
    // A sum that every process must add to is a barrier for gloo and nccl alike.
    pv_tensor one{at::ones({1}, at::kFloat)};
    if (group->backend == PV_NCCL) {
      std::unique_ptr<pv_tensor> moved(pv_tensor_to_device(&one, 1));
      TORCH_CHECK(moved, pv_error());
      one = *moved;
    }
    std::vector<at::Tensor> rows{one.value};
    group->communicator->allreduce(rows)->wait();
    TORCH_CHECK(rows[0].item<float>() == static_cast<float>(group->communicator->getSize()),
                "a process is missing");
  });
}
