#pragma once
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

#include "hotdesk/plugin/entry.h"
#include "hotdesk/plugin/health.h"
#include "hotdesk/sdk/filter.hpp"
#include "hotdesk/sdk/plugin.hpp"
#include "hotdesk/sdk/router.hpp"

namespace hotdesk::sdk::detail {

/// What all instances share: the tables that init() asked the host for.
struct Shared {
  const hotdesk_host_call* calls;
};

/// Tells the host what went wrong in a call and gives the code. Called inside a catch block.
inline hotdesk_result report(const hotdesk_host_call* calls, hotdesk_call call) noexcept {
  try {
    throw;
  } catch (const Error& error) {
    calls->fail(call, error.code(), to_text(error.path()), to_text(error.what()));
    return error.code() < 0 ? error.code() : HOTDESK_E_INTERNAL;
  } catch (const std::bad_alloc&) {
    return HOTDESK_E_BUDGET;
  } catch (const std::exception& error) {
    calls->fail(call, HOTDESK_E_INTERNAL, to_text({}), to_text(error.what()));
    return HOTDESK_E_INTERNAL;
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

/// The ABI's functions for a plugin class. Nothing thrown passes any of them.
template <class P>
struct Entry {
  struct Box {
    Box(const Host& host, const Shared* shared_) : plugin(host), shared(shared_) {}
    P plugin;
    const Shared* shared;
  };
  static Box& box(hotdesk_instance* instance) noexcept { return *reinterpret_cast<Box*>(instance); }

  static hotdesk_result init(const hotdesk_host* host, hotdesk_shared** shared) noexcept {
    const auto* calls = static_cast<const hotdesk_host_call*>(host->get_extension(host, HOTDESK_EXT_CALL));
    if (calls == nullptr) return HOTDESK_E_UNSUPPORTED;
    auto* made = new (std::nothrow) Shared{calls};
    *shared = reinterpret_cast<hotdesk_shared*>(made);
    return made != nullptr ? HOTDESK_OK : HOTDESK_E_BUDGET;
  }
  static void deinit(hotdesk_shared* shared) noexcept { delete reinterpret_cast<Shared*>(shared); }

  static hotdesk_result create(hotdesk_shared* shared, const hotdesk_host* host, hotdesk_instance** instance) noexcept {
    const auto reject = [host](std::string_view pointer, std::string_view text) {
      const auto* config = static_cast<const hotdesk_host_config*>(host->get_extension(host, HOTDESK_EXT_CONFIG));
      if (config != nullptr) config->reject(host, to_text(pointer), to_text(text));
    };
    try {
      *instance = reinterpret_cast<hotdesk_instance*>(new Box(Host(host), reinterpret_cast<const Shared*>(shared)));
      return HOTDESK_OK;
    } catch (const Error& error) {
      reject(error.path(), error.what());
      return error.code() < 0 ? error.code() : HOTDESK_E_INTERNAL;
    } catch (const std::exception& error) {
      reject({}, error.what());
      return HOTDESK_E_INTERNAL;
    } catch (...) {
      return HOTDESK_E_INTERNAL;
    }
  }
  static void destroy(hotdesk_instance* instance) noexcept { delete &box(instance); }

  static bool keep(const hotdesk_host_call* calls, hotdesk_call call, const std::string& from, hotdesk_text& to) noexcept {
    if (from.empty()) return true;
    to.data = calls->keep(call, from.data(), from.size());
    to.size = to.data != nullptr ? from.size() : 0;
    return to.data != nullptr;
  }

  static hotdesk_result inspect(hotdesk_instance* instance, hotdesk_call call, const hotdesk_filter_message* message,
                                hotdesk_filter_answer* answer) noexcept {
    const auto* calls = box(instance).shared->calls;
    try {
      const Verdict verdict = static_cast<Filter&>(box(instance).plugin).inspect(Message(*message));
      answer->verdict = verdict.verdict;
      if (!keep(calls, call, verdict.text, answer->text) || !keep(calls, call, verdict.reason, answer->reason))
        return HOTDESK_E_BUDGET;
      return HOTDESK_OK;
    } catch (...) {
      return report(calls, call);
    }
  }

  static hotdesk_result route(hotdesk_instance* instance, hotdesk_call call, const hotdesk_route_request* request,
                              hotdesk_route_answer* answer) noexcept {
    const auto* calls = box(instance).shared->calls;
    try {
      const Route route = static_cast<Router&>(box(instance).plugin).route(RouteRequest(*request));
      if (route.skip) return HOTDESK_SKIP;
      answer->target = route.target;
      answer->agent = route.agent;
      return keep(calls, call, route.reason, answer->reason) ? HOTDESK_OK : HOTDESK_E_BUDGET;
    } catch (...) {
      return report(calls, call);
    }
  }

  static const void* get_extension(const char* id) noexcept {
    if constexpr (std::is_base_of_v<Filter, P>) {
      static constexpr hotdesk_filter filter{sizeof(hotdesk_filter), 0, &inspect, nullptr};
      if (std::strcmp(id, HOTDESK_EXT_FILTER) == 0) return &filter;
    }
    if constexpr (std::is_base_of_v<Router, P>) {
      static constexpr hotdesk_router router{sizeof(hotdesk_router), 0, &route, nullptr};
      if (std::strcmp(id, HOTDESK_EXT_ROUTER) == 0) return &router;
    }
    return nullptr;
  }
};

}  // namespace hotdesk::sdk::detail

/// Ends a plugin's source file: defines the one exported function. `Class` derives from sdk::Plugin and from at least one
/// mixin. Id, version and build id come from hotdesk_add_plugin().
#define HOTDESK_PLUGIN(Class)                                                                                          \
  HOTDESK_EXPORT const hotdesk_plugin_descriptor* hotdesk_plugin_query(uint32_t abi_major, uint32_t) {                 \
    static_assert(std::is_base_of_v<hotdesk::sdk::Plugin, Class>, #Class " must derive from hotdesk::sdk::Plugin");    \
    using Entry = hotdesk::sdk::detail::Entry<Class>;                                                                  \
    static constexpr hotdesk_plugin_descriptor descriptor{                                                             \
        sizeof(hotdesk_plugin_descriptor), HOTDESK_ABI_MAJOR,      HOTDESK_ABI_MINOR, 0,              HOTDESK_PLUGIN_ID, \
        HOTDESK_PLUGIN_VERSION,            HOTDESK_PLUGIN_BUILD_ID, &Entry::init,      &Entry::deinit, &Entry::create,    \
        &Entry::destroy,                   &Entry::get_extension};                                                     \
    return abi_major == HOTDESK_ABI_MAJOR ? &descriptor : nullptr;                                                     \
  }                                                                                                                    \
  static_assert(true)
