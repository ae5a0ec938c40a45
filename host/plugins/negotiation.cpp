#include "plugins/negotiation.hpp"

#include <cstddef>

#include "plugins/host_services.hpp"

namespace hotdesk::plugins {
namespace {

const std::string host_abi = std::to_string(HOTDESK_ABI_MAJOR) + "." + std::to_string(HOTDESK_ABI_MINOR);

std::string abi(std::uint32_t major, std::uint32_t minor) { return std::to_string(major) + "." + std::to_string(minor); }

Error refuse(std::string text) { return fail(Errc::unsupported, std::move(text)); }

Result<> same_text(const char* what, const char* in_library, const std::string& in_manifest) {
  if (in_library != nullptr && in_manifest == in_library) return {};
  return refuse(std::string("has the ") + what + " " + (in_library != nullptr ? in_library : "(none)") + ", its manifest says " +
                in_manifest + ": build and pack it again");
}

}  // namespace

Result<> negotiate(const Manifest& manifest, const std::string& host_version) {
  if (manifest.abi_major != HOTDESK_ABI_MAJOR)
    return refuse("is built for plugin ABI " + abi(manifest.abi_major, manifest.abi_minor) + ", this host has " + host_abi + ": " +
                  (manifest.abi_major > HOTDESK_ABI_MAJOR ? "upgrade the host" : "ask its vendor for a build") + ", or install a build for ABI " +
                  std::to_string(HOTDESK_ABI_MAJOR));
  for (const auto& needed : manifest.requires_)
    if (!offers(needed))
      return refuse("is built for a host with " + needed + ", this host " + host_version + " does not offer it: upgrade the host or install an earlier version of the plugin");
  for (const auto& provided : manifest.provides)
    if (provided.ends_with("/0") || provided.find('/') == provided.npos)
      return refuse("provides " + provided + ", which is no extension id");
  const auto least = parse_semver(manifest.min_host);
  const auto mine = parse_semver(host_version);
  if (least && mine && *mine < *least)
    return refuse("is built for host " + manifest.min_host + " or later, this host is " + host_version + ": upgrade the host");
  return {};
}

Result<> compare(const hotdesk_plugin_descriptor* descriptor, const Manifest& manifest) {
  if (descriptor == nullptr)
    return refuse("answers that it does not work with plugin ABI " + host_abi + ", although its manifest says " +
                  abi(manifest.abi_major, manifest.abi_minor) + ": build and pack it again");
  if (descriptor->size < sizeof(hotdesk_plugin_descriptor))
    return refuse("has a descriptor of " + std::to_string(descriptor->size) + " bytes, ABI 1.0 has " +
                  std::to_string(sizeof(hotdesk_plugin_descriptor)) + ": build it with the SDK's headers");
  if (descriptor->abi_major != HOTDESK_ABI_MAJOR)
    return refuse("is built for plugin ABI " + abi(descriptor->abi_major, descriptor->abi_minor) + ", this host has " + host_abi +
                  ": install a build for ABI " + std::to_string(HOTDESK_ABI_MAJOR));
  if (const auto id = same_text("id", descriptor->id, manifest.id); !id) return id;
  if (const auto version = same_text("version", descriptor->version, manifest.version); !version) return version;
  if (const auto build = same_text("build id", descriptor->build_id, manifest.build_id); !build) return build;
  if (descriptor->init == nullptr || descriptor->deinit == nullptr || descriptor->create == nullptr ||
      descriptor->destroy == nullptr || descriptor->get_extension == nullptr)
    return refuse("has a descriptor with a function missing");
  return {};
}

const char* result_name(hotdesk_result code) noexcept {
  switch (code) {
    case HOTDESK_OK: return "HOTDESK_OK";
    case HOTDESK_PENDING: return "HOTDESK_PENDING";
    case HOTDESK_SKIP: return "HOTDESK_SKIP";
    case HOTDESK_E_INVALID: return "HOTDESK_E_INVALID";
    case HOTDESK_E_UNSUPPORTED: return "HOTDESK_E_UNSUPPORTED";
    case HOTDESK_E_DENIED: return "HOTDESK_E_DENIED";
    case HOTDESK_E_TIMEOUT: return "HOTDESK_E_TIMEOUT";
    case HOTDESK_E_BUDGET: return "HOTDESK_E_BUDGET";
    case HOTDESK_E_OVERLOAD: return "HOTDESK_E_OVERLOAD";
    case HOTDESK_E_STATE: return "HOTDESK_E_STATE";
    case HOTDESK_E_GONE: return "HOTDESK_E_GONE";
    case HOTDESK_E_INTERNAL: return "HOTDESK_E_INTERNAL";
    case HOTDESK_E_CRASHED: return "HOTDESK_E_CRASHED";
    default: return "an unknown result";
  }
}

}  // namespace hotdesk::plugins
