// Styled convolutions, read-outs and doubling of images that need no gradients, behind the wall.
#include "guard.h"

#include "winograd/winograd.h"
#include "worker_threads.h"

using namespace pv;

namespace {

/// An image batch one pixel after the other, `[N, H, W, C]` in memory.
at::Tensor pixels(const at::Tensor &image) {
  TORCH_CHECK(image.dim() == 4 && image.device().is_cpu(), "styled convolution: an image is of shape ",
              image.sizes(), " on ", image.device(), ", wanted four dimensions on the CPU");
  return image.detach().to(at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor newPixels(int64_t batch, int64_t channels, int64_t height, int64_t width) {
  return at::empty({batch, channels, height, width},
                   at::TensorOptions(at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
}

at::Tensor numbers(const char *name, const pv_tensor *tensor, at::IntArrayRef shape) {
  const at::Tensor plain = tensor->value.detach().to(at::kFloat).contiguous();
  TORCH_CHECK(plain.sizes() == shape, "styled convolution: ", name, " is of shape ", plain.sizes(),
              ", wanted ", shape);
  return plain;
}

const float *read(const at::Tensor &tensor) {
  return tensor.defined() ? tensor.data_ptr<float>() : nullptr;
}

/// Runs `body(begin, end)` over parts of 0..<rows.
template <typename Body> void forRows(int64_t rows, Body &&body) {
  const volume::Parallel parallel = workerThreads();
  struct Work {
    int64_t rows;
    int tasks;
    Body &body;
  } work{rows, parallel.threads, body};
  parallel.launch(
      parallel.threads,
      [](void *context, int task) {
        const auto &work = *static_cast<Work *>(context);
        work.body(work.rows * task / work.tasks, work.rows * (task + 1) / work.tasks);
      },
      &work);
}

/// Doubles `row` of `width` pixels: 3/4 of the nearer and 1/4 of the farther neighbor.
void doubleRow(const float *row, int64_t width, int64_t channels, const float *added, float *out) {
  for (int64_t x = 0; x < width; ++x) {
    const float *here = row + x * channels;
    const float *left = x > 0 ? here - channels : nullptr;
    const float *right = x + 1 < width ? here + channels : nullptr;
    float *even = out + 2 * x * channels, *odd = even + channels;
    const float *evenAdded = added + 2 * x * channels, *oddAdded = evenAdded + channels;
    for (int64_t c = 0; c < channels; ++c)
      even[c] = evenAdded[c] + 0.75f * here[c] + (left ? 0.25f * left[c] : 0.0f);
    for (int64_t c = 0; c < channels; ++c)
      odd[c] = oddAdded[c] + 0.75f * here[c] + (right ? 0.25f * right[c] : 0.0f);
  }
}

} // namespace

pv_tensor *pv_styled_pack(const pv_tensor *weight, const pv_tensor *filter) {
  return made([&] {
    const at::Tensor w = weight->value.detach().to(at::kFloat).contiguous();
    TORCH_CHECK(w.dim() == 4 && w.size(2) == 3 && w.size(3) == 3 &&
                    w.size(0) % winograd::kChannels == 0 && w.size(1) % winograd::kChannels == 0,
                "styled convolution: weight is of shape ", w.sizes(),
                ", wanted 3 x 3 taps and multiples of ", winograd::kChannels, " channels");
    const at::Tensor taps = filter ? numbers("filter", filter, {4, 4}) : at::Tensor();
    const winograd::Shape shape{int(w.size(1)), int(w.size(0)), 1, 1, filter != nullptr};
    const at::Tensor packed = at::empty({shape.packedFloats()}, at::TensorOptions(at::kFloat));
    winograd::pack(shape, read(w), read(taps), packed.data_ptr<float>(), workerThreads());
    return packed;
  });
}

pv_tensor *pv_styled_convolve(const pv_tensor *x, const pv_styled *layer) {
  return made([&] {
    const at::Tensor in = pixels(x->value);
    const int64_t batch = in.size(0), outputs = layer->outputs;
    const winograd::Shape shape{int(in.size(1)), int(outputs), int(in.size(2)), int(in.size(3)),
                                layer->up};
    TORCH_CHECK(shape.inputs % winograd::kChannels == 0 && outputs % winograd::kChannels == 0,
                "styled convolution: ", shape.inputs, " and ", outputs,
                " channels, wanted multiples of ", winograd::kChannels);
    const int64_t height = in.size(2) * shape.scale(), width = in.size(3) * shape.scale();
    const at::Tensor packed = numbers("packed", layer->packed, {shape.packedFloats()});
    const at::Tensor style = numbers("style", layer->style, {batch, shape.inputs});
    const at::Tensor demodulation =
        numbers("demodulation", layer->demodulation, {batch, outputs});
    const at::Tensor bias = numbers("bias", layer->bias, {outputs});
    const at::Tensor noise =
        layer->noise ? numbers("noise", layer->noise, {height, width}) : at::Tensor();
    const at::Tensor residual = layer->residual ? pixels(layer->residual->value) : at::Tensor();
    TORCH_CHECK(!layer->residual || residual.sizes() ==
                                        at::IntArrayRef({batch, outputs, height, width}),
                "styled convolution: residual is of shape ", residual.sizes());
    const at::Tensor out = newPixels(batch, outputs, height, width);
    for (int64_t n = 0; n < batch; ++n) {
      const int64_t place = n * outputs * height * width;
      winograd::run({shape, read(packed), read(in) + n * in.stride(0), read(style) + n * shape.inputs,
                     read(demodulation) + n * outputs, read(bias), read(noise),
                     layer->residual ? read(residual) + place : nullptr, float(layer->slope),
                     float(layer->gain), float(layer->clamp), out.data_ptr<float>() + place},
                    workerThreads());
    }
    return out;
  });
}

pv_tensor *pv_image_double(const pv_tensor *image, const pv_tensor *added) {
  return made([&] {
    const at::Tensor in = pixels(image->value), sum = pixels(added->value);
    const int64_t batch = in.size(0), channels = in.size(1), height = in.size(2), width = in.size(3);
    TORCH_CHECK(sum.sizes() == at::IntArrayRef({batch, channels, 2 * height, 2 * width}),
                "doubling: the added image is of shape ", sum.sizes(), ", wanted twice ", in.sizes());
    const at::Tensor out = newPixels(batch, channels, 2 * height, 2 * width);
    const int64_t line = width * channels;
    const float *from = read(in), *plus = read(sum);
    float *to = out.data_ptr<float>();
    forRows(batch * height, [&](int64_t begin, int64_t end) {
      std::vector<float> blended(static_cast<size_t>(line));
      for (int64_t row = begin; row < end; ++row)
        for (int64_t phase = 0; phase < 2; ++phase) {
          const int64_t y = row % height, other = phase ? y + 1 : y - 1;
          const float *near = from + row * line;
          const float *far = other < 0 || other >= height ? nullptr : near + (other - y) * line;
          for (int64_t i = 0; i < line; ++i)
            blended[size_t(i)] = 0.75f * near[i] + (far ? 0.25f * far[i] : 0.0f);
          const int64_t place = (2 * row + phase) * 2 * line;
          doubleRow(blended.data(), width, channels, plus + place, to + place);
        }
    });
    return out;
  });
}
