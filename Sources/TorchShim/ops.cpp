// Elementwise operations, reductions, order and shape.
#include "guard.h"

using namespace pv;

pv_tensor *pv_tensor_unary(const pv_tensor *x, int operation) {
  return made([&] {
    const auto &value = x->value;
    switch (operation) {
    case PV_NEGATE: return -value;
    case PV_EXP: return value.exp();
    case PV_LOG: return value.log();
    case PV_SQRT: return value.sqrt();
    case PV_RSQRT: return value.rsqrt();
    case PV_ABS: return value.abs();
    case PV_SIGMOID: return value.sigmoid();
    case PV_SOFTPLUS: return at::softplus(value);
    case PV_RELU: return value.relu();
    case PV_TANH: return value.tanh();
    case PV_SQUARE: return value.square();
    case PV_HARDSWISH: return at::hardswish(value);
    case PV_SIN: return value.sin();
    default: return value.cos();
    }
  });
}

pv_tensor *pv_tensor_binary(const pv_tensor *a, const pv_tensor *b, int operation) {
  return made([&] {
    switch (operation) {
    case PV_ADD: return a->value + b->value;
    case PV_SUBTRACT: return a->value - b->value;
    case PV_MULTIPLY: return a->value * b->value;
    case PV_DIVIDE: return a->value / b->value;
    case PV_MINIMUM: return at::minimum(a->value, b->value);
    default: return at::maximum(a->value, b->value);
    }
  });
}

pv_tensor *pv_tensor_affine(const pv_tensor *x, double scale, double offset) {
  return made([&] {
    auto y = scale == 1 ? x->value : x->value * scale;
    return offset == 0 ? y : y + offset;
  });
}

pv_tensor *pv_tensor_leaky_relu(const pv_tensor *x, double slope) {
  return made([&] { return at::leaky_relu(x->value, slope); });
}

pv_tensor *pv_tensor_prelu(const pv_tensor *x, const pv_tensor *slopes) {
  return made([&] { return at::prelu(x->value, slopes->value); });
}

pv_tensor *pv_tensor_clamp(const pv_tensor *x, double low, double high) {
  return made([&] { return x->value.clamp(low, high); });
}

pv_tensor *pv_tensor_clamp_between(const pv_tensor *x, const pv_tensor *low,
                                   const pv_tensor *high) {
  return made([&] { return at::clamp(x->value, optional(low), optional(high)); });
}

pv_tensor *pv_tensor_shift_indices(const pv_tensor *x, int64_t offset, int64_t low, int64_t high) {
  return made([&] {
    return (x->value + at::Scalar(offset)).clamp(at::Scalar(low), at::Scalar(high));
  });
}

pv_tensor *pv_tensor_nan_to(const pv_tensor *x, double nan, double positive, double negative) {
  return made([&] { return at::nan_to_num(x->value, nan, positive, negative); });
}

pv_tensor *pv_tensor_matmul(const pv_tensor *a, const pv_tensor *b) {
  return made([&] { return at::matmul(a->value, b->value); });
}

pv_tensor *pv_tensor_linear(const pv_tensor *x, const pv_tensor *w, const pv_tensor *b) {
  return made([&] { return at::linear(x->value, w->value, optional(b)); });
}

pv_tensor *pv_tensor_reduce(const pv_tensor *x, const int64_t *dims, int count, bool keep,
                            int operation) {
  return made([&] {
    const auto &value = x->value;
    if (count == 0) {
      switch (operation) {
      case PV_SUM: return value.sum();
      case PV_MEAN: return value.mean();
      case PV_MAX: return value.max();
      default: return value.min();
      }
    }
    switch (operation) {
    case PV_SUM: return value.sum(list(dims, count), keep);
    case PV_MEAN: return value.mean(list(dims, count), keep);
    case PV_MAX: return at::amax(value, list(dims, count), keep);
    default: return at::amin(value, list(dims, count), keep);
    }
  });
}

pv_tensor *pv_tensor_cumulative(const pv_tensor *x, int64_t dim, bool product) {
  return made([&] { return product ? x->value.cumprod(dim) : x->value.cumsum(dim); });
}

int pv_tensor_sort(const pv_tensor *x, int64_t dim, pv_tensor **values, pv_tensor **order) {
  return done([&] {
    auto sorted = at::sort(x->value, dim);
    *values = new pv_tensor{std::get<0>(sorted)};
    *order = new pv_tensor{std::get<1>(sorted)};
  });
}

pv_tensor *pv_tensor_gather(const pv_tensor *x, int64_t dim, const pv_tensor *index) {
  return made([&] { return at::gather(x->value, dim, index->value); });
}

pv_tensor *pv_tensor_search(const pv_tensor *sorted, const pv_tensor *values) {
  return made([&] {
    return at::searchsorted(sorted->value.contiguous(), values->value.contiguous(), false, true);
  });
}

pv_tensor *pv_tensor_reshape(const pv_tensor *x, const int64_t *shape, int rank) {
  return made([&] { return x->value.reshape(list(shape, rank)); });
}

pv_tensor *pv_tensor_permute(const pv_tensor *x, const int64_t *order, int rank) {
  return made([&] { return x->value.permute(list(order, rank)); });
}

pv_tensor *pv_tensor_expand(const pv_tensor *x, const int64_t *shape, int rank) {
  return made([&] { return x->value.expand(list(shape, rank)); });
}

pv_tensor *pv_tensor_slice(const pv_tensor *x, int64_t dim, int64_t start, int64_t end,
                           int64_t step) {
  return made([&] {
    TORCH_CHECK(dim < x->value.dim(), "dimension ", dim, " of a tensor of rank ", x->value.dim());
    auto size = x->value.size(dim);
    TORCH_CHECK(start >= 0 && start <= end && end <= size, "range ", start, "..<", end,
                " is outside of dimension ", dim, " with ", size, " elements");
    return x->value.slice(dim, start, end, step);
  });
}

pv_tensor *pv_tensor_pick(const pv_tensor *x, int64_t dim, const pv_tensor *index) {
  return made([&] { return x->value.index_select(dim, index->value); });
}

pv_tensor *pv_tensor_concatenate(const pv_tensor *const *parts, int count, int64_t dim) {
  return made([&] {
    std::vector<at::Tensor> values;
    for (int i = 0; i < count; i++)
      values.push_back(parts[i]->value);
    return at::cat(values, dim);
  });
}

pv_tensor *pv_tensor_flip(const pv_tensor *x, const int64_t *dims, int count) {
  return made([&] { return x->value.flip(list(dims, count)); });
}

pv_tensor *pv_tensor_pad(const pv_tensor *x, int64_t left, int64_t right, int64_t top,
                         int64_t bottom) {
  return made([&] { return at::constant_pad_nd(x->value, {left, right, top, bottom}, 0); });
}
