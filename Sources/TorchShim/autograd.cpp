// Gradients and the optimizer's writes.
#include "guard.h"

#include <ATen/core/grad_mode.h>
#include <cmath>
#include <torch/csrc/autograd/autograd.h>

using namespace pv;

pv_tensor *pv_tensor_detach(const pv_tensor *x) {
  return made([&] { return x->value.detach(); });
}

pv_tensor *pv_tensor_leaf(const pv_tensor *x, bool gradients) {
  return made([&] { return x->value.detach().clone().set_requires_grad(gradients); });
}

bool pv_tensor_needs_gradient(const pv_tensor *x) { return x->value.requires_grad(); }

int pv_gradients(const pv_tensor *y, const pv_tensor *seed, const pv_tensor *const *inputs,
                 int count, bool create_graph, pv_tensor **out) {
  return done([&] {
    std::vector<at::Tensor> values;
    for (int i = 0; i < count; i++)
      values.push_back(inputs[i]->value);
    std::vector<at::Tensor> seeds;
    if (seed)
      seeds.push_back(seed->value);
    auto gradients = torch::autograd::grad({y->value}, values, seeds, create_graph, create_graph,
                                           /*allow_unused=*/true);
    for (int i = 0; i < count; i++)
      out[i] = gradients[i].defined() ? new pv_tensor{gradients[i]} : nullptr;
  });
}

bool pv_recording(bool enabled) {
  bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(enabled);
  return before;
}

int pv_adam_step(pv_tensor *parameter, const pv_tensor *gradient, pv_tensor *first,
                 pv_tensor *second, double rate, double beta1, double beta2, double epsilon,
                 int64_t step) {
  return done([&] {
    at::NoGradGuard guard;
    first->value.mul_(beta1).add_(gradient->value, 1 - beta1);
    second->value.mul_(beta2).addcmul_(gradient->value, gradient->value, 1 - beta2);
    auto root = std::sqrt(1 - std::pow(beta2, step));
    auto denominator = (second->value.sqrt() / root).add_(epsilon);
    parameter->value.addcdiv_(first->value, denominator, -rate / (1 - std::pow(beta1, step)));
  });
}

int pv_tensor_blend_into(pv_tensor *target, const pv_tensor *source, double keep) {
  return done([&] {
    at::NoGradGuard guard;
    target->value.mul_(keep).add_(source->value, 1 - keep);
  });
}
