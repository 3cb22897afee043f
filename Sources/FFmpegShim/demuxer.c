#include "internal.h"
#include <libavutil/avstring.h>
#include <libavutil/mem.h>
#include <stdio.h>
#include <string.h>

/// Whether the file begins as an MP4 does.
static bool begins_as_mp4(const char *path) {
  char start[8] = "";
  FILE *file = fopen(path, "rb");
  if (!file)
    return false;
  size_t count = fread(start, 1, sizeof start, file);
  fclose(file);
  return count == sizeof start && !memcmp(start + 4, "ftyp", 4);
}

static int open_failure(const char *path, int code, pvff_error *error) {
  if (code == AVERROR_INVALIDDATA && begins_as_mp4(path))
    return pvff_fail(error, code, false, "is truncated: its index (moov) is missing or broken");
  if (code == AVERROR_INVALIDDATA)
    return pvff_fail(error, code, true, "is not a media file that can be read");
  if (code == AVERROR_EOF)
    return pvff_fail(error, code, false, "is empty or ends in its header");
  return pvff_fail(error, code, true, "cannot be read");
}

int pvff_demuxer_open(AVFormatContext **context, const char *path, bool is_sequence,
                      pvff_error *error) {
  pvff_prepare();
  char *address = pvff_address(path);
  if (!address)
    return pvff_fail(error, AVERROR(ENOMEM), true, "cannot be read");
  // Without this a file named '%04d.png' or 'a*.jpg' would be taken for a sequence of images.
  AVDictionary *options = NULL;
  av_dict_set(&options, "pattern_type", is_sequence ? "sequence" : "none", 0);
  int code = avformat_open_input(context, address, NULL, &options);
  av_dict_free(&options);
  av_free(address);
  if (code < 0)
    return open_failure(path, code, error);
  if ((code = avformat_find_stream_info(*context, NULL)) < 0) {
    avformat_close_input(context);
    return open_failure(path, code, error);
  }
  return 0;
}
