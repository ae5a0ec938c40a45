// A template's static becomes a process-wide STB_GNU_UNIQUE object unless the build says otherwise; this one does not.
#include "hotdesk/plugin/plugin.h"

template <class T>
struct Counter {
  static int count;
};
template <class T>
int Counter<T>::count = 0;

HOTDESK_EXPORT const hotdesk_plugin_descriptor* hotdesk_plugin_query(uint32_t, uint32_t) {
  ++Counter<int>::count;
  return nullptr;
}
