// A Vulkan layer that records and submits nothing, so that a driver without hardware can still open a device and compile
// pipelines. Declarations are the loader's interface (vk_layer.h), written out so that no header has to be installed.
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
enum { SUCCESS = 0, LINK_INFO = 0, LOADER_INSTANCE_CREATE_INFO = 47, LOADER_DEVICE_CREATE_INFO = 48, INTERFACE_VERSION = 2 };

typedef void (*Function)(void);
typedef Function (*GetProcAddress)(void *object, const char *name);
typedef int32_t (*CreateInstance)(const void *info, const void *allocator, void **instance);
typedef int32_t (*CreateDevice)(void *physical, const void *info, const void *allocator, void **device);

typedef struct Link { struct Link *next; GetProcAddress instance; GetProcAddress rest; } Link;
typedef struct ChainInfo { int32_t type; const struct ChainInfo *next; int32_t function; Link *link; } ChainInfo;
typedef struct { int32_t type; void *next; uint32_t version; GetProcAddress instance, device, physical; } Negotiation;

static GetProcAddress next_instance, next_device;
static void *the_instance;

static int32_t succeed(void) { return SUCCESS; }
static void nothing(void) {}
static Function of_instance(void *instance, const char *name);
static Function of_device(void *device, const char *name);

// The loader's link to what comes after this layer; every layer takes its own off the chain.
static Link take_link(const void *create_info, int32_t type) {
  ChainInfo *info = (ChainInfo *)((const ChainInfo *)create_info)->next;
  while (info->type != type || info->function != LINK_INFO) info = (ChainInfo *)info->next;
  Link own = *info->link;
  info->link = info->link->next;
  return own;
}

static int32_t create_instance(const void *info, const void *allocator, void **instance) {
  next_instance = take_link(info, LOADER_INSTANCE_CREATE_INFO).instance;
  int32_t result = ((CreateInstance)next_instance(NULL, "vkCreateInstance"))(info, allocator, instance);
  the_instance = *instance;
  return result;
}

static int32_t create_device(void *physical, const void *info, const void *allocator, void **device) {
  Link link = take_link(info, LOADER_DEVICE_CREATE_INFO);
  next_device = link.rest;
  return ((CreateDevice)link.instance(the_instance, "vkCreateDevice"))(physical, info, allocator, device);
}

static Function replaced(const char *name) {
  static const char *const succeeding[] = {"vkBeginCommandBuffer", "vkEndCommandBuffer", "vkResetCommandBuffer",
    "vkQueueSubmit", "vkQueueSubmit2", "vkQueueSubmit2KHR", "vkGetFenceStatus", "vkWaitForFences", "vkQueueWaitIdle"};
  for (unsigned i = 0; i < sizeof succeeding / sizeof *succeeding; i++) {
    if (!strcmp(name, succeeding[i])) return (Function)succeed;
  }
  // Command buffers without hardware cannot be freed either.
  if (!strcmp(name, "vkDestroyCommandPool") || !strcmp(name, "vkFreeCommandBuffers")) return nothing;
  return strncmp(name, "vkCmd", 5) ? NULL : nothing;
}

static Function of_device(void *device, const char *name) {
  if (!strcmp(name, "vkGetDeviceProcAddr")) return (Function)of_device;
  Function own = replaced(name);
  return own ? own : next_device(device, name);
}

static Function of_instance(void *instance, const char *name) {
  if (!strcmp(name, "vkGetInstanceProcAddr")) return (Function)of_instance;
  if (!strcmp(name, "vkGetDeviceProcAddr")) return (Function)of_device;
  if (!strcmp(name, "vkCreateInstance")) return (Function)create_instance;
  if (!strcmp(name, "vkCreateDevice")) return (Function)create_device;
  return next_instance(instance, name);
}

EXPORT int32_t vkNegotiateLoaderLayerInterfaceVersion(Negotiation *negotiation) {
  negotiation->version = INTERFACE_VERSION;
  negotiation->instance = of_instance;
  negotiation->device = of_device;
  negotiation->physical = NULL;
  return SUCCESS;
}
