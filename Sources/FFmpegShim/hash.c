#include "internal.h"
#include <libavutil/mem.h>
#include <libavutil/sha.h>
#include <stdlib.h>

struct pvff_hash {
  struct AVSHA *state;
};

pvff_hash *pvff_hash_open(void) {
  pvff_hash *hash = calloc(1, sizeof *hash);
  if (hash && (!(hash->state = av_sha_alloc()) || av_sha_init(hash->state, 256) < 0))
    pvff_hash_close(&hash);
  return hash;
}

void pvff_hash_add(pvff_hash *hash, const void *bytes, size_t count) {
  av_sha_update(hash->state, bytes, count);
}

void pvff_hash_finish(pvff_hash *hash, uint8_t digest[32]) { av_sha_final(hash->state, digest); }

void pvff_hash_close(pvff_hash **hash) {
  if (!*hash)
    return;
  av_free((*hash)->state);
  free(*hash);
  *hash = NULL;
}
