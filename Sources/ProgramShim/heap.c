#include "program_shim.h"
#include <malloc.h>

void pvps_trim_heap(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
