// Styled convolutions, read-outs and doubling of images that need no gradients, behind the wall.
#include "guard.h"

#include "winograd/winograd.h"
#include "worker_threads.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

using namespace pv;

namespace {

/// An image batch one pixel after the other, `[N, H, W, C]` in memory.
at::Tensor pixels(const at::Tensor &image) {
  TORCH_CHECK(image.dim() == 4 && image.device().is_cpu(),
              "styled convolution: an image is of shape ", image.sizes(), " on ", image.device(),
              ", wanted four dimensions on the CPU");
  return image.detach().to(at::kFloat).contiguous(at::MemoryFormat::ChannelsLast);
}

/// Asks for large pages: new memory costs a fault for each page, and products read all over it.
at::Tensor inLargePages(const at::Tensor &tensor) {
#if defined(__linux__)
  constexpr uintptr_t size = uintptr_t(1) << 21;
  const uintptr_t begin = reinterpret_cast<uintptr_t>(tensor.data_ptr());
  const uintptr_t first = (begin + size - 1) / size * size;
  const uintptr_t last = (begin + tensor.nbytes()) / size * size;
  if (last > first)
    madvise(reinterpret_cast<void *>(first), last - first, MADV_HUGEPAGE);
#endif
  return tensor;
}

at::Tensor newPixels(int64_t batch, int64_t channels, int64_t height, int64_t width) {
  return inLargePages(
      at::empty({batch, channels, height, width},
                at::TensorOptions(at::kFloat).memory_format(at::MemoryFormat::ChannelsLast)));
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

/// The tensors of a layer, checked.
class LayerTensors {
public:
  LayerTensors(const pv_styled &layer, at::IntArrayRef image)
      : layer_(layer), shape_{int(image[1]), int(layer.outputs), int(image[2]), int(image[3]),
                              layer.up} {
    const int64_t inputs = image[1], outputs = layer.outputs;
    TORCH_CHECK(inputs % winograd::kChannels == 0 && outputs % winograd::kChannels == 0,
                "styled convolution: ", inputs, " and ", outputs, " channels, wanted multiples of ",
                winograd::kChannels);
    packed_ = numbers("packed", layer.packed, {shape_.packedFloats()});
    style_ = numbers("style", layer.style, {image[0], inputs});
    demodulation_ = numbers("demodulation", layer.demodulation, {image[0], outputs});
    bias_ = numbers("bias", layer.bias, {outputs});
    if (layer.noise)
      noise_ = numbers("noise", layer.noise, {height(), width()});
    if (layer.residual) {
      residual_ = pixels(layer.residual->value);
      TORCH_CHECK(residual_.sizes() == at::IntArrayRef({image[0], outputs, height(), width()}),
                  "styled convolution: residual is of shape ", residual_.sizes());
    }
  }

  int64_t height() const { return int64_t(shape_.height) * shape_.scale(); }
  int64_t width() const { return int64_t(shape_.width) * shape_.scale(); }

  /// The layer of one image, without its input and output.
  winograd::Layer layer(int64_t n) const {
    const float *residual = read(residual_);
    return {shape_,
            read(packed_),
            nullptr,
            read(style_) + n * shape_.inputs,
            read(demodulation_) + n * shape_.outputs,
            read(bias_),
            read(noise_),
            residual ? residual + n * residual_.stride(0) : nullptr,
            float(layer_.slope),
            float(layer_.gain),
            float(layer_.clamp),
            nullptr};
  }

private:
  const pv_styled &layer_;
  winograd::Shape shape_;
  at::Tensor packed_, style_, demodulation_, bias_, noise_, residual_;
};

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
    const at::Tensor packed =
        inLargePages(at::empty({shape.packedFloats()}, at::TensorOptions(at::kFloat)));
    winograd::pack(shape, read(w), read(taps), packed.data_ptr<float>(), workerThreads());
    return packed;
  });
}

pv_tensor *pv_styled_convolve(const pv_tensor *x, const pv_styled *layer) {
  return made([&] {
    const at::Tensor in = pixels(x->value);
    const LayerTensors tensors(*layer, in.sizes());
    const at::Tensor out = newPixels(in.size(0), layer->outputs, tensors.height(), tensors.width());
    for (int64_t n = 0; n < in.size(0); ++n) {
      winograd::Layer one = tensors.layer(n);
      one.x = read(in) + n * in.stride(0);
      one.y = out.data_ptr<float>() + n * out.stride(0);
      winograd::run(one, {}, 0, one.shape.tilesDown(), workerThreads());
    }
    return out;
  });
}

int pv_styled_pair(const pv_tensor *x, const pv_styled *first, const pv_styled *second,
                   const pv_read_out *out, pv_tensor **features, pv_tensor **image) {
  return done([&] {
    const at::Tensor in = pixels(x->value);
    const LayerTensors before(*first, in.sizes());
    const int64_t batch = in.size(0), height = before.height(), width = before.width();
    const LayerTensors after(*second, {batch, first->outputs, height, width});
    TORCH_CHECK(first->up && !second->up,
                "styled pair: the first layer alone must double the size");
    const int64_t outputs = second->outputs, count = out->weight->value.size(0);
    TORCH_CHECK(count > 0 && count <= winograd::kReadOuts, "styled pair: ", count,
                " numbers are read out, wanted 1 to ", winograd::kReadOuts);
    const at::Tensor weight = numbers("read-out", out->weight, {count, outputs});
    const at::Tensor bias = numbers("read-out's bias", out->bias, {count});
    const at::Tensor seen = newPixels(batch, count, height, width);
    const at::Tensor kept = features ? newPixels(batch, outputs, height, width) : at::Tensor();
    for (int64_t n = 0; n < batch; ++n) {
      winograd::Layer from = before.layer(n), to = after.layer(n);
      from.x = read(in) + n * in.stride(0);
      to.y = features ? kept.data_ptr<float>() + n * kept.stride(0) : nullptr;
      winograd::runPair(from, to,
                        {int(count), read(weight), read(bias), float(out->clamp),
                         seen.data_ptr<float>() + n * seen.stride(0)},
                        workerThreads());
    }
    if (features)
      *features = new pv_tensor{kept};
    *image = new pv_tensor{seen};
  });
}

pv_tensor *pv_image_double(const pv_tensor *image, const pv_tensor *added) {
  return made([&] {
    const at::Tensor in = pixels(image->value), sum = pixels(added->value);
    const int64_t batch = in.size(0), channels = in.size(1), height = in.size(2),
                  width = in.size(3);
    TORCH_CHECK(sum.sizes() == at::IntArrayRef({batch, channels, 2 * height, 2 * width}),
                "doubling: the added image is of shape ", sum.sizes(), ", wanted twice ",
                in.sizes());
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
