#pragma once
#include "ffmpeg_shim.h"
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>

/// At most so many threads a codec.
enum { pvff_threads = 2 };

/// Pixels of a frame at most, so that a few bytes of a header cannot ask for all memory.
enum { pvff_most_pixels = 1 << 27 };

/// Silences FFmpeg's log, unless `PVPIPE_FFMPEG_LOG` names a level, and limits what it allocates at
/// once.
void pvff_prepare(void);

/// Keeps a clause as the reason of a failure; ends it with FFmpeg's text for `code` if `explain`.
int pvff_fail(pvff_error *error, int code, bool explain, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/// The `file:` address of a path, so that no path is taken for a protocol; free with `av_free`.
char *pvff_address(const char *path);

/// Opens a media file and reads what its streams are.
int pvff_demuxer_open(AVFormatContext **context, const char *path, bool is_sequence,
                      pvff_error *error);

/// The index of the video that is meant: no cover picture of an audio file.
int pvff_find_video(AVFormatContext *input, pvff_error *error);

/// Puts a comment into the one PNG or JPEG that a packet holds.
int pvff_comment_insert(AVPacket *packet, const char *text);

/// Writes the comment of the PNG or JPEG that a packet holds to `text`, if it has one.
void pvff_comment_find(const AVPacket *packet, char *text, size_t size);

/// How stored pixels are laid out on the screen: one of the eight turns and reflections.
typedef struct {
  bool transposed, mirrored, flipped; ///< rows for columns, then right to left, then upside down
} pvff_orientation;

/// Sets `orientation` to the turn that the file or its first frame asks for, if one does.
void pvff_find_orientation(const AVStream *stream, const AVFrame *frame,
                           pvff_orientation *orientation);

/// Takes the fields that are not about pixels from the TIFF that a packet holds, but none from a
/// sensor's picture. Sets `orientation`, unless it is null, to what one of them says.
int pvff_tiff_prepare(AVPacket *packet, pvff_orientation *orientation);

/// Copies an RGB24 picture upright to `pixels`, without padding.
void pvff_copy_upright(const AVFrame *rgb, pvff_orientation orientation, uint8_t *pixels);

/// Converts pictures between an FFmpeg pixel format and RGB24 of one size.
typedef struct {
  struct SwsContext *scaler;
  int source[6]; ///< width, height, format, matrix, range, chroma place of the scaler's source
  AVFrame *rgb;
  AVFrame *rgba; ///< before it is laid over white
} pvff_converter;

void pvff_converter_close(pvff_converter *converter);

/// Whether pictures of the format say how far each pixel is seen.
bool pvff_may_be_transparent(enum AVPixelFormat format);

/// Lays an RGBA picture, colors not multiplied by alpha, over white in an RGB24 picture of its
/// size.
void pvff_flatten(const AVFrame *rgba, AVFrame *rgb);

/// Converts `frame` to RGB24 of `width` × `height` stored pixels, held by the converter, over white
/// where it is transparent.
int pvff_converter_read(pvff_converter *converter, const AVFrame *frame, enum AVCodecID codec,
                        int width, int height);

/// Converts RGB24 pixels to `frame`, whose format, size and color are set.
int pvff_converter_write(pvff_converter *converter, const uint8_t *pixels, AVFrame *frame);

/// The matrix that video of `height` lines without a tag is taken to have.
enum AVColorSpace pvff_default_matrix(int height);

/// Copies the audio streams of one file into a muxer, packet by packet.
typedef struct {
  AVFormatContext *input;
  AVPacket *packet;  ///< the next one, when `is_held`
  int *outputs;      ///< the muxer's stream for each input stream, or -1
  int64_t *last;     ///< the last decoding time written, for each input stream
  int64_t video_end; ///< microseconds at which the input's own video ends; AV_NOPTS_VALUE unknown
  bool is_held, is_ended, starts_at_zero;
  unsigned count; ///< of the input's streams when it was opened; some files bring more later
} pvff_audio;

/// Adds a stream to `output` for every audio stream of the file at `path`.
int pvff_audio_open(pvff_audio *audio, const char *path, AVFormatContext *output,
                    pvff_error *error);

/// Writes the packets that come before `time`, in ticks of `base`.
int pvff_audio_copy(pvff_audio *audio, AVFormatContext *output, int64_t time, AVRational base,
                    pvff_error *error);

/// Writes the packets that start before the video ends, or all when the input's video ends there
/// too.
int pvff_audio_finish(pvff_audio *audio, AVFormatContext *output, int64_t end, int64_t slack,
                      AVRational base, pvff_error *error);

void pvff_audio_close(pvff_audio *audio);
