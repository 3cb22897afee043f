#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Video and stills to RGB frames and back, over FFmpeg 5.1 or later.
///
/// Functions return 0 or more when they succeed, and a negative AVERROR when not; then `error`
/// holds one clause without the path. A reader or a writer is for one thread at a time.

/// A failure: an AVERROR, and what is wrong.
typedef struct {
  int code;
  char text[512];
} pvff_error;

typedef struct {
  int32_t numerator, denominator;
} pvff_ratio;

typedef struct {
  int32_t width, height; ///< upright, in pixels
  pvff_ratio rate;       ///< average frames a second; 0/1 when unknown
  pvff_ratio base;       ///< seconds of one tick
  int64_t frames;        ///< estimated count of frames; 0 when unknown
  int64_t duration;      ///< ticks; 0 when unknown
  int32_t audio_streams;
  bool is_still;
  char codec[32];
  char comment[512]; ///< the container's, or that of the first picture; empty when there is none
} pvff_info;

/// When a frame is shown, in ticks of its reader's or writer's time base; a duration of 0 is
/// unknown.
typedef struct {
  int64_t time, duration;
} pvff_span;

typedef struct pvff_reader pvff_reader;

/// Opens `path` and decodes its first frame; `is_sequence` reads the numbered images of a pattern.
int pvff_reader_open(pvff_reader **reader, const char *path, bool is_sequence, pvff_info *info,
                     pvff_error *error);

/// Fills `pixels`, of `3 * width * height` bytes, with upright RGB24: 1 a frame, 0 the end.
int pvff_reader_next(pvff_reader *reader, uint8_t *pixels, pvff_span *span, pvff_error *error);

void pvff_reader_close(pvff_reader **reader);

typedef struct {
  const char *format;        ///< FFmpeg's name of the container
  const char *codec;         ///< FFmpeg's name of the encoder
  int32_t width, height;     ///< pixels
  pvff_ratio base;           ///< seconds of one tick of the frames' times
  pvff_ratio rate;           ///< nominal frames a second
  int32_t quality;           ///< constant rate factor, or the quantizer of JPEG
  const char *audio;         ///< the file whose audio streams are copied, or null
  const char *const *keys;   ///< metadata
  const char *const *values; ///< as many as `keys`
  int32_t metadata_count;
} pvff_target;

typedef struct pvff_writer pvff_writer;

/// Creates the file `path` and writes its header.
int pvff_writer_open(pvff_writer **writer, const char *path, const pvff_target *target,
                     pvff_error *error);

/// Encodes one frame of RGB24 pixels and copies the audio that comes before it.
int pvff_writer_write(pvff_writer *writer, const uint8_t *pixels, pvff_span span,
                      pvff_error *error);

/// Writes all that is held back, the rest of the audio and the index.
int pvff_writer_finish(pvff_writer *writer, pvff_error *error);

void pvff_writer_close(pvff_writer **writer);

/// The SHA-256 of bytes that come in pieces.
typedef struct pvff_hash pvff_hash;

/// Begins a hash; null when memory is out.
pvff_hash *pvff_hash_open(void);

void pvff_hash_add(pvff_hash *hash, const void *bytes, size_t count);

void pvff_hash_finish(pvff_hash *hash, uint8_t digest[32]);

void pvff_hash_close(pvff_hash **hash);

/// Writes the versions of the FFmpeg libraries, as `libavformat 59.27.100, …`, to `text`.
void pvff_versions(char *text, size_t size);
