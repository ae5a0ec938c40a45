// Against the ABI: exceptions leave the filter's function. The host must count an error and live.
#include <cstring>
#include <stdexcept>

#include "hotdesk/plugin/plugin.h"

namespace {
hotdesk_result init(const hotdesk_host*, hotdesk_shared**) { return HOTDESK_OK; }
void deinit(hotdesk_shared*) {}
hotdesk_result create(hotdesk_shared*, const hotdesk_host*, hotdesk_instance**) { return HOTDESK_OK; }
void destroy(hotdesk_instance*) {}
hotdesk_result inspect(hotdesk_instance*, hotdesk_call, const hotdesk_filter_message*, hotdesk_filter_answer*) {
  throw std::runtime_error("out of the plugin");
}
const void* extension(const char* id) {
  static const hotdesk_filter filter{sizeof filter, 0, &inspect, nullptr};
  return std::strcmp(id, HOTDESK_EXT_FILTER) == 0 ? &filter : nullptr;
}
}  // namespace

HOTDESK_EXPORT const hotdesk_plugin_descriptor* hotdesk_plugin_query(uint32_t, uint32_t) {
  static const hotdesk_plugin_descriptor descriptor{
      sizeof descriptor,       HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0,        HOTDESK_PLUGIN_ID, HOTDESK_PLUGIN_VERSION,
      HOTDESK_PLUGIN_BUILD_ID, &init,             &deinit,           &create, &destroy,          &extension};
  return &descriptor;
}
