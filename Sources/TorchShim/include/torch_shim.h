// The wall around libtorch. Every function returns a handle or NULL, or 0 on success and -1 on
// failure; after a failure pv_error() holds the reason, per thread. Nothing of C++ crosses it.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pv_tensor pv_tensor;

/// Why the last call on this thread failed.
const char *pv_error(void);

// Memory and values ---------------------------------------------------------------------------
pv_tensor *pv_tensor_from_floats(const float *values, const int64_t *shape, int rank);
pv_tensor *pv_tensor_from_integers(const int64_t *values, const int64_t *shape, int rank);
pv_tensor *pv_tensor_full(const int64_t *shape, int rank, double value);
pv_tensor *pv_tensor_normal(const int64_t *shape, int rank, uint64_t seed);
pv_tensor *pv_tensor_uniform(const int64_t *shape, int rank, uint64_t seed);
void pv_tensor_free(pv_tensor *tensor);
int pv_tensor_rank(const pv_tensor *tensor);
void pv_tensor_shape(const pv_tensor *tensor, int64_t *shape);
int pv_tensor_copy_floats(const pv_tensor *tensor, float *out, int64_t count);
int pv_tensor_copy_integers(const pv_tensor *tensor, int64_t *out, int64_t count);
/// device: 0 CPU, 1 CUDA.
pv_tensor *pv_tensor_to_device(const pv_tensor *tensor, int device);
int pv_tensor_device(const pv_tensor *tensor);
/// layout: 0 contiguous, 1 channels last.
pv_tensor *pv_tensor_to_layout(const pv_tensor *tensor, int layout);

// Elementwise ---------------------------------------------------------------------------------
enum pv_unary {
  PV_NEGATE, PV_EXP, PV_LOG, PV_SQRT, PV_RSQRT, PV_ABS, PV_SIGMOID, PV_SOFTPLUS, PV_RELU, PV_TANH,
  PV_SQUARE, PV_HARDSWISH, PV_SIN, PV_COS
};
enum pv_binary { PV_ADD, PV_SUBTRACT, PV_MULTIPLY, PV_DIVIDE, PV_MINIMUM, PV_MAXIMUM };
pv_tensor *pv_tensor_unary(const pv_tensor *x, int operation);
pv_tensor *pv_tensor_binary(const pv_tensor *a, const pv_tensor *b, int operation);
/// x * scale + offset
pv_tensor *pv_tensor_affine(const pv_tensor *x, double scale, double offset);
pv_tensor *pv_tensor_leaky_relu(const pv_tensor *x, double slope);
/// A leaky rectifier with one slope a channel (dimension 1).
pv_tensor *pv_tensor_prelu(const pv_tensor *x, const pv_tensor *slopes);
pv_tensor *pv_tensor_clamp(const pv_tensor *x, double low, double high);
/// low and high are tensors of x's shape, or of one element.
pv_tensor *pv_tensor_clamp_between(const pv_tensor *x, const pv_tensor *low, const pv_tensor *high);
/// x + offset of a tensor of indices, not below low and not above high.
pv_tensor *pv_tensor_shift_indices(const pv_tensor *x, int64_t offset, int64_t low, int64_t high);
pv_tensor *pv_tensor_nan_to(const pv_tensor *x, double nan, double positive, double negative);
pv_tensor *pv_tensor_matmul(const pv_tensor *a, const pv_tensor *b);
/// x wᵀ + b; b may be NULL.
pv_tensor *pv_tensor_linear(const pv_tensor *x, const pv_tensor *w, const pv_tensor *b);

// Reductions, order ---------------------------------------------------------------------------
enum pv_reduction { PV_SUM, PV_MEAN, PV_MAX, PV_MIN };
/// Over `dims`, or over everything when count is 0.
pv_tensor *pv_tensor_reduce(const pv_tensor *x, const int64_t *dims, int count, bool keep,
                            int operation);
pv_tensor *pv_tensor_cumulative(const pv_tensor *x, int64_t dim, bool product);
int pv_tensor_sort(const pv_tensor *x, int64_t dim, pv_tensor **values, pv_tensor **order);
pv_tensor *pv_tensor_gather(const pv_tensor *x, int64_t dim, const pv_tensor *index);
pv_tensor *pv_tensor_search(const pv_tensor *sorted, const pv_tensor *values);

// Shape ---------------------------------------------------------------------------------------
pv_tensor *pv_tensor_reshape(const pv_tensor *x, const int64_t *shape, int rank);
pv_tensor *pv_tensor_permute(const pv_tensor *x, const int64_t *order, int rank);
pv_tensor *pv_tensor_expand(const pv_tensor *x, const int64_t *shape, int rank);
pv_tensor *pv_tensor_slice(const pv_tensor *x, int64_t dim, int64_t start, int64_t end,
                           int64_t step);
pv_tensor *pv_tensor_pick(const pv_tensor *x, int64_t dim, const pv_tensor *index);
pv_tensor *pv_tensor_concatenate(const pv_tensor *const *parts, int count, int64_t dim);
pv_tensor *pv_tensor_flip(const pv_tensor *x, const int64_t *dims, int count);
/// Zeros around the last two dimensions; negative numbers crop.
pv_tensor *pv_tensor_pad(const pv_tensor *x, int64_t left, int64_t right, int64_t top,
                         int64_t bottom);

// Convolution and sampling --------------------------------------------------------------------
/// With `half` products of bfloat16 numbers; the result is rounded to these too.
pv_tensor *pv_tensor_convolve(const pv_tensor *x, const pv_tensor *w, const pv_tensor *b,
                              int64_t stride, int64_t padding, int64_t groups, bool half);
pv_tensor *pv_tensor_convolve_transposed(const pv_tensor *x, const pv_tensor *w,
                                         const pv_tensor *b, int64_t stride_y,
                                         int64_t stride_x, int64_t padding, int64_t groups);
pv_tensor *pv_tensor_max_pool(const pv_tensor *x, int64_t size, int64_t stride, int64_t padding,
                              bool ceil);
pv_tensor *pv_tensor_average_pool(const pv_tensor *x, int64_t size, int64_t stride,
                                  int64_t padding);
/// Bilinear, align_corners false; antialiased widens the triangle filter when shrinking.
pv_tensor *pv_tensor_resize(const pv_tensor *x, int64_t height, int64_t width, bool antialiased);
/// [N,C,H,W] enlarged twice with the taps 1, 3, 3, 1; on the CPU.
pv_tensor *pv_tensor_double(const pv_tensor *x);
/// [N,4C,H+1,W+1], of which channel 4 c + 2 p + q has the pixels (2 i + p, 2 j + q) of an image with one
/// zero before it, to [N,C,2H,2W]: the taps 1, 3, 3, 1 over 4 along both axes; on the CPU.
pv_tensor *pv_tensor_smooth_phases(const pv_tensor *x);
/// [N,C,H,W] times the styles [N,C]; on the CPU.
pv_tensor *pv_tensor_style(const pv_tensor *x, const pv_tensor *style);
/// [N,C,H,W] through the matrices [N,O,C] to [N,O,H,W], O at most 4; on the CPU.
pv_tensor *pv_tensor_read_out(const pv_tensor *x, const pv_tensor *matrices);
/// What follows the products of a styled convolution: factors [N,C], bias [C], noise [H,W] or NULL.
typedef struct {
  const pv_tensor *factors, *noise, *bias;
  double slope, gain, clamp;
} pv_ending;
/// clamp(lrelu(x factors + noise + bias) gain) of [N,C,H,W] on the CPU; gradients of the first order.
pv_tensor *pv_tensor_finish(const pv_tensor *x, const pv_ending *ending);
/// Bilinear, align_corners false, zeros outside.
pv_tensor *pv_tensor_grid_sample(const pv_tensor *x, const pv_tensor *grid);

// Linear algebra in double precision, row by row ----------------------------------------------
/// Eigenvalues in rising order and the matrix of their column vectors; reads the lower triangle.
int pv_symmetric_eigen(const double *matrix, int64_t side, double *values, double *vectors);

// Styled convolution without gradients, on the CPU -------------------------------------------
/// Weights [O,I,3,3] as `pv_styled_convolve` takes them; `filter` [4,4] follows a doubling, NULL for
/// a layer that keeps the size. O and I must be multiples of 16.
pv_tensor *pv_styled_pack(const pv_tensor *weight, const pv_tensor *filter);
/// style [N,I], demodulation [N,O], bias [O]; noise [H,W] and residual [N,O,H,W] of the output may be
/// NULL. y = clamp(lrelu(conv(x style) demodulation + noise + bias) gain) + residual.
typedef struct {
  const pv_tensor *packed, *style, *demodulation, *bias, *noise, *residual;
  int64_t outputs;
  bool up;
  double slope, gain, clamp;
} pv_styled;
/// [N,I,H,W] to [N,O,H,W], or to twice the size; the result's memory is channels last.
pv_tensor *pv_styled_convolve(const pv_tensor *x, const pv_styled *layer);
/// clamp(weight y + bias) at each pixel: weight [R,O] with R at most 4, bias [R].
typedef struct {
  const pv_tensor *weight, *bias;
  double clamp;
} pv_read_out;
/// A doubling layer, one that keeps the size, and a read-out [N,R,2H,2W] behind it. `features` may be
/// NULL: then no whole image of features is ever in memory.
int pv_styled_pair(const pv_tensor *x, const pv_styled *first, const pv_styled *second,
                   const pv_read_out *out, pv_tensor **features, pv_tensor **image);
/// The image [N,C,H,W] enlarged twice with the taps 1, 3, 3, 1, plus `added` [N,C,2H,2W].
pv_tensor *pv_image_double(const pv_tensor *image, const pv_tensor *added);

// Gradients -----------------------------------------------------------------------------------
pv_tensor *pv_tensor_detach(const pv_tensor *x);
/// A leaf that shares nothing with `x` and asks for gradients, or does not.
pv_tensor *pv_tensor_leaf(const pv_tensor *x, bool gradients);
bool pv_tensor_needs_gradient(const pv_tensor *x);
/// Gradients of sum(y * seed) for each input; NULL where the output does not depend on it.
int pv_gradients(const pv_tensor *y, const pv_tensor *seed, const pv_tensor *const *inputs,
                 int count, bool create_graph, pv_tensor **out);
/// Switches recording for this thread; returns what it was.
bool pv_recording(bool enabled);

// Optimization (in place) ---------------------------------------------------------------------
int pv_adam_step(pv_tensor *parameter, const pv_tensor *gradient, pv_tensor *first,
                 pv_tensor *second, double rate, double beta1, double beta2, double epsilon,
                 int64_t step);
/// target = source + (target - source) * keep
int pv_tensor_blend_into(pv_tensor *target, const pv_tensor *source, double keep);

// Volume rendering on the CPU, fused --------------------------------------------------------
/// planes [N,3,C,P,P] of (x,y), (x,z) and (z,x), or (z,y) if `orthogonal`; decoder w0 [H,C],
/// b0 [H], w1 [1+Co,H], b1 [1+Co] with their gains; output 0 is sigma. Beyond the box nothing is if
/// `bounded`.
typedef struct {
  const pv_tensor *planes, *w0, *b0, *w1, *b1;
  bool orthogonal, bounded;
} pv_field;
/// Optional tensors may be NULL: depths [N,M,S] sorted, in place of both passes; jitter
/// [N,M,coarse]; u [N*M,fine], drawn from `seed` when absent (jitter only with draw_jitter).
typedef struct {
  double near_depth, far_depth, box;
  int64_t coarse, fine;
  bool white_back, draw_jitter;
  uint64_t seed;
  const pv_tensor *depths, *jitter, *u;
} pv_sampling;
/// features [N,M,Co]; depth, opacity and surface (distance of the expected point) [N,M,1].
typedef struct {
  pv_tensor *features, *depth, *opacity, *surface;
} pv_rendered;
int pv_render(const pv_field *field, const pv_tensor *origins, const pv_tensor *directions,
              const pv_sampling *sampling, pv_rendered *out);
/// sigma [N,P,1] and, unless `colors` is NULL, colors [N,P,Co] at points [N,P,3].
int pv_query(const pv_field *field, const pv_tensor *points, double box, pv_tensor **sigma,
             pv_tensor **colors);
/// Instruction set of the fused renderer: 0 generic, 1 AVX2, 2 AVX-512.
int pv_instruction_set(void);
/// Uses `level`, or the best this CPU has below it; returns the one in use.
int pv_use_instruction_set(int level);

// Several processes ---------------------------------------------------------------------------
typedef struct pv_group pv_group;
enum pv_backend { PV_GLOO, PV_NCCL };
/// Where the processes meet: `serves` opens the store at address:port, the others come to it.
/// `prefix` is before the store's keys; `interface` names the network interface, or `host` its address;
/// both may be NULL for that of the machine's name.
typedef struct {
  const char *address, *prefix, *interface, *host;
  int port, rank, size;
  bool serves;
  int backend;
  int64_t milliseconds;
} pv_meeting;
/// Waits until all processes are there, at most for so many milliseconds; as long may an operation wait.
pv_group *pv_group_join(const pv_meeting *meeting);
void pv_group_free(pv_group *group);
int pv_group_rank(const pv_group *group);
int pv_group_size(const pv_group *group);
/// Whether this build has nccl.
bool pv_group_has_nccl(void);
/// New tensors: the sums over all processes, in one message. All must give the same shapes.
int pv_group_sum(pv_group *group, const pv_tensor *const *tensors, int count, pv_tensor **out);
/// New tensors: those of the process `root`, in one message.
int pv_group_broadcast(pv_group *group, const pv_tensor *const *tensors, int count, int root,
                       pv_tensor **out);
/// Returns once all processes have come here.
int pv_group_barrier(pv_group *group);

// The machine ---------------------------------------------------------------------------------
/// Which GPU is meant by device 1.
void pv_choose_gpu(int index);
const char *pv_torch_version(void);
bool pv_cuda_available(void);
void pv_set_threads(int count);
/// Gives memory that was freed back to the system, where it can be.
void pv_release_memory(void);
int pv_threads(void);

#ifdef __cplusplus
}
#endif
