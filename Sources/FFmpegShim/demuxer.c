#include "internal.h"
#include <libavutil/avstring.h>
#include <libavutil/mem.h>
#include <stdio.h>
#include <string.h>

/// Reads the first bytes of a file; those that are not there stay zero.
static size_t read_start(const char *path, char start[8]) {
  memset(start, 0, 8);
  FILE *file = fopen(path, "rb");
  if (!file)
    return 0;
  size_t count = fread(start, 1, 8, file);
  fclose(file);
  return count;
}

static int open_failure(const char *path, int code, pvff_error *error) {
  char start[8];
  if (code != AVERROR(ENOENT) && read_start(path, start) == 0)
    return pvff_fail(error, code, false, "is empty or cannot be read");
  if (code == AVERROR_INVALIDDATA && !memcmp(start + 4, "ftyp", 4))
    return pvff_fail(error, code, false, "is truncated: its index (moov) is missing or broken");
  if (code == AVERROR_INVALIDDATA)
    return pvff_fail(error, code, true, "is not a media file that can be read");
  if (code == AVERROR_EOF)
    return pvff_fail(error, code, false, "is truncated: it ends in its header");
  return pvff_fail(error, code, true, "cannot be read");
}

/// Reads what the streams are, for which FFmpeg decodes some of their frames.
static int find_streams(AVFormatContext *context) {
  unsigned count = context->nb_streams;
  AVDictionary **options = av_calloc(count + 1, sizeof *options);
  if (!options)
    return AVERROR(ENOMEM);
  for (unsigned i = 0; i < count; i++)
    av_dict_set_int(&options[i], "max_pixels", pvff_most_pixels, 0);
  int code = avformat_find_stream_info(context, options);
  for (unsigned i = 0; i < count; i++)
    av_dict_free(&options[i]);
  av_free(options);
  return code;
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
  if ((code = find_streams(*context)) < 0) {
    avformat_close_input(context);
    return open_failure(path, code, error);
  }
  return 0;
}

int pvff_find_video(AVFormatContext *input, pvff_error *error) {
  int best = av_find_best_stream(input, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
  for (unsigned i = 0; i < input->nb_streams && best >= 0; i++) {
    if (!(input->streams[best]->disposition & AV_DISPOSITION_ATTACHED_PIC))
      return best;
    if (input->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO)
      best = (int)i;
  }
  if (best >= 0 && !(input->streams[best]->disposition & AV_DISPOSITION_ATTACHED_PIC))
    return best;
  for (unsigned i = 0; i < input->nb_streams; i++) {
    const AVCodecParameters *parameters = input->streams[i]->codecpar;
    const char *kind = av_get_media_type_string(parameters->codec_type);
    if (parameters->codec_type != AVMEDIA_TYPE_VIDEO)
      return pvff_fail(error, AVERROR_STREAM_NOT_FOUND, false, "has no video stream, only %s (%s)",
                       kind ? kind : "data", avcodec_get_name(parameters->codec_id));
  }
  return pvff_fail(error, AVERROR_STREAM_NOT_FOUND, false, "has no video stream");
}
