#pragma once
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <type_traits>

#include "hotdesk/plugin/entry.h"
#include "hotdesk/sdk/events.hpp"
#include "hotdesk/sdk/filter.hpp"
#include "hotdesk/sdk/gray.hpp"
#include "hotdesk/sdk/health.hpp"
#include "hotdesk/sdk/plugin.hpp"
#include "hotdesk/sdk/responder.hpp"
#include "hotdesk/sdk/router.hpp"
#include "hotdesk/sdk/state.hpp"

namespace hotdesk::sdk::detail {

/// What all instances share: the tables that init() asked the host for.
struct Shared {
  const hotdesk_host_call* calls;
};

/// The ABI's functions for a plugin class. Nothing thrown passes any of them.
template <class P>
struct Entry {
  struct Box {
    Box(const Host& host, const Shared* shared_)
        : plugin(host),
          shared(shared_),
          reply(static_cast<const hotdesk_host_reply*>(host.raw()->get_extension(host.raw(), HOTDESK_EXT_REPLY))) {}
    CallContext context(hotdesk_call call) noexcept { return {shared->calls, &cancels, call}; }
    Cancels cancels;  // outlives what the plugin object still holds
    P plugin;
    const Shared* shared;
    const hotdesk_host_reply* reply;
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

  /// Asks a mixin's method and fills the raw answer.
  template <class Answer, class Ask>
  static hotdesk_result ask(hotdesk_instance* instance, hotdesk_call call, typename Raw<Answer>::type* raw, const Ask& method) noexcept {
    const auto context = box(instance).context(call);
    try {
      return Raw<Answer>::fill(context, method(context), *raw);
    } catch (...) {
      return report(context.calls, call);
    }
  }
  static void cancel(hotdesk_instance* instance, hotdesk_call call, void*) noexcept { box(instance).cancels.cancel(call); }

  static hotdesk_result inspect(hotdesk_instance* instance, hotdesk_call call, const hotdesk_filter_message* message,
                                hotdesk_filter_answer* answer) noexcept {
    return ask<Verdict>(instance, call, answer, [&](const CallContext& context) {
      return static_cast<Filter&>(box(instance).plugin).inspect(Message(*message, context));
    });
  }
  static hotdesk_result route(hotdesk_instance* instance, hotdesk_call call, const hotdesk_route_request* request,
                              hotdesk_route_answer* answer) noexcept {
    return ask<Route>(instance, call, answer, [&](const CallContext& context) {
      return static_cast<Router&>(box(instance).plugin).route(RouteRequest(*request, context));
    });
  }
  static hotdesk_result reply(hotdesk_instance* instance, hotdesk_call call, const hotdesk_turn* turn,
                              hotdesk_turn_answer* answer) noexcept {
    return ask<Reply>(instance, call, answer, [&](const CallContext& context) {
      return static_cast<Responder&>(box(instance).plugin).reply(Turn(*turn, box(instance).reply, context));
    });
  }
  static hotdesk_result assign(hotdesk_instance* instance, hotdesk_call call, const hotdesk_gray_request* request,
                               std::uint32_t* bucket) noexcept {
    try {
      const auto chosen = static_cast<Gray&>(box(instance).plugin).assign(GrayRequest(*request));
      if (chosen) *bucket = *chosen;
      return chosen ? HOTDESK_OK : HOTDESK_SKIP;
    } catch (...) {
      return report(box(instance).shared->calls, call);
    }
  }
  static hotdesk_result on_event(hotdesk_instance* instance, hotdesk_call call, const hotdesk_event* event) noexcept {
    try {
      static_cast<Events&>(box(instance).plugin).on_event(Event(*event, call));
      return HOTDESK_OK;
    } catch (...) {
      return report(box(instance).shared->calls, call);
    }
  }

  // These have no call to tell a reason with: it goes to the log.
  template <class Work>
  static hotdesk_result quietly(hotdesk_instance* instance, const Work& work) noexcept {
    const auto& host = static_cast<const Plugin&>(box(instance).plugin).host();
    try {
      return work();
    } catch (const Error& error) {
      host.warn(error.what());
      return error.code() < 0 ? error.code() : HOTDESK_E_INTERNAL;
    } catch (const std::exception& error) {
      host.warn(error.what());
      return HOTDESK_E_INTERNAL;
    } catch (...) {
      return HOTDESK_E_INTERNAL;
    }
  }
  static hotdesk_result check(hotdesk_instance* instance, std::int32_t level) noexcept {
    return quietly(instance, [&] { return static_cast<Health&>(box(instance).plugin).check(level), HOTDESK_OK; });
  }
  static hotdesk_result export_state(hotdesk_instance* instance, std::uint32_t schema, const hotdesk_sink* sink) noexcept {
    return quietly(instance, [&] {
      const std::string state = static_cast<State&>(box(instance).plugin).export_state(schema);
      return sink->write(sink, state.data(), state.size());
    });
  }
  static hotdesk_result import_state(hotdesk_instance* instance, std::uint32_t schema, const hotdesk_source* source,
                                     std::int32_t dry_run) noexcept {
    return quietly(instance, [&]() -> hotdesk_result {
      constexpr std::size_t most = 16U << 20;
      std::string state;
      std::string piece(64 * 1024, '\0');
      for (std::uint64_t bytes = 0;; state.append(piece, 0, static_cast<std::size_t>(bytes))) {
        if (const auto code = source->read(source, piece.data(), piece.size(), &bytes); code != HOTDESK_OK) return code;
        if (bytes == 0) break;
        if (state.size() + bytes > most) return HOTDESK_E_BUDGET;
      }
      static_cast<State&>(box(instance).plugin).import_state(schema, state, dry_run != 0);
      return HOTDESK_OK;
    });
  }

  static const void* get_extension(const char* id) noexcept {
    const auto is = [id](const char* other) { return std::strcmp(id, other) == 0; };
    if constexpr (std::is_base_of_v<Filter, P>) {
      static constexpr hotdesk_filter table{sizeof(hotdesk_filter), 0, &inspect, &cancel};
      if (is(HOTDESK_EXT_FILTER)) return &table;
    }
    if constexpr (std::is_base_of_v<Router, P>) {
      static constexpr hotdesk_router table{sizeof(hotdesk_router), 0, &route, &cancel};
      if (is(HOTDESK_EXT_ROUTER)) return &table;
    }
    if constexpr (std::is_base_of_v<Responder, P>) {
      static constexpr hotdesk_responder table{sizeof(hotdesk_responder), 0, &reply, &cancel};
      if (is(HOTDESK_EXT_RESPONDER)) return &table;
    }
    if constexpr (std::is_base_of_v<Gray, P>) {
      static constexpr hotdesk_gray table{sizeof(hotdesk_gray), 0, &assign};
      if (is(HOTDESK_EXT_GRAY)) return &table;
    }
    if constexpr (std::is_base_of_v<Events, P>) {
      static constexpr hotdesk_events table{sizeof(hotdesk_events), 0, &on_event};
      if (is(HOTDESK_EXT_EVENTS)) return &table;
    }
    if constexpr (std::is_base_of_v<Health, P>) {
      static constexpr hotdesk_health table{sizeof(hotdesk_health), 0, &check};
      if (is(HOTDESK_EXT_HEALTH)) return &table;
    }
    if constexpr (std::is_base_of_v<State, P>) {
      static constexpr hotdesk_state table{sizeof(hotdesk_state), P::state_schema, &export_state, &import_state};
      if (is(HOTDESK_EXT_STATE)) return &table;
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
