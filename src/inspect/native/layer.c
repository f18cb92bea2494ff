// A Vulkan layer with two jobs, both switched on by the environment:
//
//   SHAPEMARK_COMPILED=FILE  appends what the driver's compiler says of every compute pipeline, one JSON object a line for each
//                            executable: statistics and internal representations (VK_KHR_pipeline_executable_properties)
//   SHAPEMARK_NO_HARDWARE=1  records and submits nothing, so that a driver whose GPU is not there can open a device all the same
//
// Declarations are those of vulkan_core.h and vk_layer.h, written out so that no header has to be installed.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define EXTENSION "VK_KHR_pipeline_executable_properties"

enum {
  SUCCESS = 0,
  // Of the loader's chain.
  LINK_INFO = 0, LOADER_INSTANCE_CREATE_INFO = 47, LOADER_DEVICE_CREATE_INFO = 48, INTERFACE_VERSION = 2,
  // Of the extension.
  FEATURES = 1000269000, PIPELINE_INFO, PROPERTIES, EXECUTABLE_INFO, STATISTIC, REPRESENTATION,
  CAPTURE = 0x40 | 0x80, // statistics, internal representations
};

typedef void (*Function)(void);
typedef Function (*GetProcAddress)(void *object, const char *name);
typedef int32_t (*CreateInstance)(const void *info, const void *allocator, void **instance);
typedef int32_t (*CreateDevice)(void *physical, const void *info, const void *allocator, void **device);
typedef int32_t (*Enumerate)(void *physical, const char *layer, uint32_t *count, void *extensions);

typedef struct Link { struct Link *next; GetProcAddress instance, rest; } Link;
typedef struct ChainInfo { int32_t type; const struct ChainInfo *next; int32_t function; Link *link; } ChainInfo;
typedef struct { int32_t type; void *next; uint32_t version; GetProcAddress instance, device, physical; } Negotiation;

typedef struct { char name[256]; uint32_t version; } Extension;
typedef struct { int32_t type; const void *next; uint32_t enabled; } Features;
typedef struct {
  int32_t type; const void *next; uint32_t flags, queue_count; const void *queues;
  uint32_t layer_count; const char *const *layers; uint32_t extension_count; const char *const *extensions; const void *features;
} DeviceInfo;
typedef struct {
  int32_t type; const void *next; uint32_t flags;
  struct { int32_t type; const void *next; uint32_t flags, stage; uint64_t module; const char *name; const void *constants; } stage;
  uint64_t layout, base; int32_t base_index;
} PipelineInfo;
typedef struct { int32_t type; const void *next; uint64_t pipeline; uint32_t index; } Executable;
typedef struct { int32_t type; void *next; uint32_t stages; char name[256], description[256]; uint32_t subgroup_size; } Properties;
typedef struct {
  int32_t type; void *next; char name[256], description[256]; int32_t format;
  union { uint32_t truth; int64_t whole; uint64_t natural; double real; } value;
} Statistic;
typedef struct {
  int32_t type; void *next; char name[256], description[256]; uint32_t is_text; size_t size; void *data;
} Representation;
typedef int32_t (*CreatePipelines)(void *, uint64_t cache, uint32_t count, const PipelineInfo *, const void *allocator, uint64_t *pipelines);
typedef int32_t (*Ask)(void *device, const Executable *of, uint32_t *count, void *answers);

static GetProcAddress next_instance, next_device;
static void *the_instance;
static bool can_tell;
static const char *output_file(void) { return getenv("SHAPEMARK_COMPILED"); }

// ---- what the compiler says ----

static void put_text(FILE *out, const char *text, size_t length) {
  fputc('"', out);
  for (size_t i = 0; i < length && text[i]; i++) {
    unsigned char c = text[i];
    if (c == '"' || c == '\\') fprintf(out, "\\%c", c);
    else if (c == '\n') fputs("\\n", out);
    else if (c < 0x20 || c >= 0x7f) fprintf(out, "\\u%04x", c);
    else fputc(c, out);
  }
  fputc('"', out);
}

// All answers of one kind to a question, asked for twice: how many, then which. The elements begin with their type.
static void *all_of(void *device, const char *question, const Executable *of, int32_t type, size_t size, uint32_t *count) {
  Ask ask = (Ask)next_device(device, question);
  *count = 0;
  if (!ask || ask(device, of, count, NULL) != SUCCESS || !*count) return NULL;
  char *answers = calloc(*count, size);
  for (uint32_t i = 0; i < *count; i++) *(int32_t *)(answers + i * size) = type;
  if (ask(device, of, count, answers) < SUCCESS) *count = 0;
  return answers;
}

static void put_statistics(FILE *out, void *device, const Executable *of) {
  uint32_t count;
  Statistic *all = all_of(device, "vkGetPipelineExecutableStatisticsKHR", of, STATISTIC, sizeof *all, &count);
  fputs("\"statistics\":{", out);
  for (uint32_t i = 0; i < count; i++) {
    if (i) fputc(',', out);
    put_text(out, all[i].name, sizeof all[i].name);
    switch (all[i].format) {
      case 0: fprintf(out, ":%d", all[i].value.truth != 0); break;
      case 1: fprintf(out, ":%lld", (long long)all[i].value.whole); break;
      case 2: fprintf(out, ":%llu", (unsigned long long)all[i].value.natural); break;
      default: fprintf(out, ":%.17g", all[i].value.real);
    }
  }
  fputc('}', out);
  free(all);
}

static void put_representations(FILE *out, void *device, const Executable *of) {
  static const char question[] = "vkGetPipelineExecutableInternalRepresentationsKHR";
  uint32_t count;
  Representation *all = all_of(device, question, of, REPRESENTATION, sizeof *all, &count);
  for (uint32_t i = 0; i < count; i++) all[i].data = calloc(1, all[i].size + 1);
  // Now that there is room for it, the text itself.
  if (count && ((Ask)next_device(device, question))(device, of, &count, all) < SUCCESS) count = 0;
  fputs(",\"representations\":{", out);
  bool first = true;
  for (uint32_t i = 0; i < count; i++) {
    if (all[i].is_text) {
      if (!first) fputc(',', out);
      put_text(out, all[i].name, sizeof all[i].name);
      fputc(':', out);
      put_text(out, all[i].data, all[i].size);
      first = false;
    }
    free(all[i].data);
  }
  fputc('}', out);
  free(all);
}

static void tell(void *device, uint64_t pipeline) {
  FILE *out = fopen(output_file(), "a");
  if (!out) return;
  uint32_t count;
  const Executable whole = { PIPELINE_INFO, NULL, pipeline, 0 };
  Properties *all = all_of(device, "vkGetPipelineExecutablePropertiesKHR", &whole, PROPERTIES, sizeof *all, &count);
  for (uint32_t i = 0; i < count; i++) {
    const Executable one = { EXECUTABLE_INFO, NULL, pipeline, i };
    fputs("{\"name\":", out);
    put_text(out, all[i].name, sizeof all[i].name);
    fprintf(out, ",\"subgroupSize\":%u,", all[i].subgroup_size);
    put_statistics(out, device, &one);
    put_representations(out, device, &one);
    fputs("}\n", out);
  }
  free(all);
  fclose(out);
}

static int32_t create_pipelines(void *device, uint64_t cache, uint32_t count, const PipelineInfo *infos, const void *allocator, uint64_t *pipelines) {
  CreatePipelines next = (CreatePipelines)next_device(device, "vkCreateComputePipelines");
  if (!can_tell) return next(device, cache, count, infos, allocator, pipelines);
  PipelineInfo *own = malloc(count * sizeof *own);
  memcpy(own, infos, count * sizeof *own);
  for (uint32_t i = 0; i < count; i++) own[i].flags |= CAPTURE;
  int32_t result = next(device, cache, count, own, allocator, pipelines);
  // Some drivers print their code instead: all of it belongs to these pipelines.
  fflush(stdout);
  free(own);
  for (uint32_t i = 0; result == SUCCESS && i < count; i++) tell(device, pipelines[i]);
  return result;
}

// ---- instance and device ----

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

static bool has_extension(GetProcAddress get, void *physical) {
  Enumerate enumerate = (Enumerate)get(the_instance, "vkEnumerateDeviceExtensionProperties");
  uint32_t count = 0;
  if (!enumerate || enumerate(physical, NULL, &count, NULL) != SUCCESS) return false;
  Extension *all = calloc(count, sizeof *all);
  bool found = false;
  if (enumerate(physical, NULL, &count, all) == SUCCESS)
    for (uint32_t i = 0; i < count && !found; i++) found = !strcmp(all[i].name, EXTENSION);
  free(all);
  return found;
}

// The application does not ask for the extension; the layer does in its place.
static int32_t create_device(void *physical, const void *info, const void *allocator, void **device) {
  Link link = take_link(info, LOADER_DEVICE_CREATE_INFO);
  next_device = link.rest;
  CreateDevice next = (CreateDevice)link.instance(the_instance, "vkCreateDevice");
  can_tell = output_file() && has_extension(link.instance, physical);
  if (!can_tell) return next(physical, info, allocator, device);
  DeviceInfo own = *(const DeviceInfo *)info;
  const char **extensions = calloc(own.extension_count + 1, sizeof *extensions);
  memcpy(extensions, own.extensions, own.extension_count * sizeof *extensions);
  extensions[own.extension_count++] = EXTENSION;
  own.extensions = extensions;
  const Features features = { FEATURES, own.next, 1 };
  own.next = &features;
  int32_t result = next(physical, &own, allocator, device);
  free(extensions);
  return result;
}

// ---- nothing is run ----

static int32_t succeed(void) { return SUCCESS; }
static void nothing(void) {}
static Function without_hardware(const char *name) {
  static const char *const succeeding[] = {"vkBeginCommandBuffer", "vkEndCommandBuffer", "vkResetCommandBuffer",
    "vkQueueSubmit", "vkQueueSubmit2", "vkQueueSubmit2KHR", "vkGetFenceStatus", "vkWaitForFences", "vkQueueWaitIdle"};
  for (unsigned i = 0; i < sizeof succeeding / sizeof *succeeding; i++) {
    if (!strcmp(name, succeeding[i])) return (Function)succeed;
  }
  // Command buffers that were never begun cannot be freed either.
  if (!strcmp(name, "vkDestroyCommandPool") || !strcmp(name, "vkFreeCommandBuffers")) return nothing;
  return strncmp(name, "vkCmd", 5) ? NULL : nothing;
}

// ---- the loader's door ----

static Function of_device(void *device, const char *name) {
  if (!strcmp(name, "vkGetDeviceProcAddr")) return (Function)of_device;
  if (!strcmp(name, "vkCreateComputePipelines")) return (Function)create_pipelines;
  Function own = getenv("SHAPEMARK_NO_HARDWARE") ? without_hardware(name) : NULL;
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
