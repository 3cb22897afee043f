#include "torch_shim.h"
